"""The sheets of operations: empty, full and huge, each says what is missing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.analytics.render.sheet import Sheet
from bot.analytics.reports import api as api_report
from bot.analytics.reports import commands as commands_report
from bot.analytics.reports import daily as daily_report
from bot.analytics.reports import error_log
from bot.analytics.reports import forecast as forecast_report
from bot.analytics.reports import handlers as handlers_report
from bot.analytics.reports import unusual as unusual_report
from bot.analytics.reports.figure import Unknown
from bot.analytics.sheets import api, commands, daily, forecast, handlers, unusual
from bot.analytics.sheets import error_log as log_sheet
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.moments import NOON, handled
from tests.analytics.reports.business import DAY, HOUR, asked, old_record, source_of
from tests.analytics.sheets.sound import ENGLISH, lines, rows, shown
from tests.analytics.summing import called, used, wrote
from tests.rows import error, put

PERIOD = asked(7).period


async def sheets(database: Database) -> dict[str, Sheet]:
    """Every sheet of operations, of the last week."""
    source, query = source_of(database), asked(7)
    return {
        "api": api.api(await api_report.api(source, query), ENGLISH),
        "commands": commands.commands(await commands_report.commands(source, query), ENGLISH),
        "handlers": handlers.handlers(await handlers_report.handlers(source, query), ENGLISH),
        "errors": log_sheet.error_log(await error_log.error_log(source, query), ENGLISH),
        "daily": daily.daily(await daily_report.daily(source, query), ENGLISH),
        "forecast": forecast.forecast(await forecast_report.forecast(source, query), ENGLISH),
        "unusual": unusual.unusual(await unusual_report.unusual(source, query), ENGLISH),
    }


async def test_without_records_every_sheet_says_so(sqlite: Database) -> None:
    found = await sheets(sqlite)

    assert [name for name, sheet in found.items() if not shown(sheet)] == []
    assert lines(found["api"])["calls"] is Unknown.NOTHING_RECORDED
    assert lines(found["forecast"])["next_week"] is Unknown.NOTHING_RECORDED
    assert lines(found["unusual"])["hours"] is Unknown.NOTHING_RECORDED


async def test_one_of_each_is_one_row_of_each(sqlite: Database) -> None:
    await old_record(sqlite)
    await wrote(sqlite, [called(NOON - DAY), used(NOON - DAY)])
    await wrote(sqlite, [handled(1, NOON - DAY, command="help", seconds=0.1)])
    await put(sqlite, tables.errors, error("AAAA", NOON - DAY, message="<b>no</b>"))

    found = await sheets(sqlite)

    assert [name for name, sheet in found.items() if not shown(sheet)] == []
    assert rows(found["api"], "methods")[0]["method"] == "sendMessage"
    assert rows(found["commands"], "commands")[0]["command"] == "/help"
    assert [rows(found["api"], "methods")[0][f"p{n}_seconds"] for n in (50, 95, 99)]
    assert rows(found["handlers"], "handlers")[0]["handler"] == "start"
    assert rows(found["errors"], "last")[0]["message"] == "<b>no</b>"
    assert [row["errors"] for row in rows(found["daily"], "days")] == [1, 0]


async def test_many_errors_and_methods_fit(sqlite: Database) -> None:
    await old_record(sqlite)
    calls = [called(NOON - HOUR, f"method{n}", outcome="flood") for n in range(60)]
    await wrote(sqlite, calls)
    at = NOON - HOUR
    some = [error(f"N{n}", at, type=f"T{n}" * 20, message="m" * 2_000) for n in range(150)]
    await put(sqlite, tables.errors, *some)

    found = await sheets(sqlite)

    assert [name for name, sheet in found.items() if not shown(sheet)] == []
    assert len(rows(found["api"], "methods")) == 60
    assert "100 of 150 rows" in shown(found["errors"])


def test_a_forecast_follows_the_days_it_was_made_of() -> None:
    first = PERIOD.last_day - timedelta(days=84)
    history = tuple((first + timedelta(days=n), 10 + n % 7) for n in range(84))
    expected, miss = forecast_report.predict([count for _, count in history], PERIOD.last_day)
    report = forecast_report.Forecast(
        period=PERIOD,
        segment="active",
        history=history,
        expected=expected,
        typical_miss=miss,
        unknown=None,
        days_needed=0,
    )

    sheet = forecast.forecast(report, ENGLISH)

    assert shown(sheet)
    table = rows(sheet, "days")
    assert (len(table), table[41]["expected"], table[42]["active_people"]) == (56, None, None)
    assert lines(sheet)["next_week"] == pytest.approx(13)


@pytest.mark.parametrize(("level", "word"), [(2.5, "more"), (-2.5, "less"), (0.0, "")])
def test_a_lasting_shift_is_said_in_words(level: float, word: str) -> None:
    hour = unusual_report.Hour(
        at=NOON - HOUR, count=9, expected=5, low=1, high=8, score=4, level=level
    )
    report = unusual_report.Unusual(
        period=PERIOD, hours=(hour,), unknown=None, silent_until=NOON - 9 * DAY
    )

    text = shown(unusual.unusual(report, ENGLISH))

    assert ("activity than usual" in text) == bool(word)
    assert f"{word} activity than usual" in text or not word
