"""The funnel's sheet names its steps and says who may still go on."""

from __future__ import annotations

from bot.analytics.reports import funnel as report
from bot.analytics.reports.figure import Unknown
from bot.analytics.sheets.funnel import funnel
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import DAY, HOUR, asked, source_of
from tests.analytics.sheets.sound import ENGLISH, rows, shown
from tests.rows import event, put


async def test_without_records_every_step_says_why(sqlite: Database) -> None:
    sheet = funnel(await report.funnel(source_of(sqlite), asked()), ENGLISH)

    assert rows(sheet, "steps")[0]["people"] is Unknown.NOTHING_RECORDED
    assert "nothing was recorded yet" in shown(sheet)


async def test_a_step_shows_people_shares_and_time(sqlite: Database) -> None:
    for kind, ago in (("start", DAY), ("download_queued", DAY - HOUR)):
        await put(sqlite, tables.events, event(kind, NOON - ago, user_number=1))

    sheet = funnel(await report.funnel(source_of(sqlite), asked()), ENGLISH)

    first, second = rows(sheet, "steps")[:2]
    assert (first["people"], first["median_seconds"]) == (1, None)
    assert (second["step"], second["people"], second["overall"]) == ("Asked for a download", 1, 1)
    assert second["median_seconds"] == second["step_median_seconds"] == 3600
    assert "within 14 days" in shown(sheet)


async def test_the_longest_funnel_fits(sqlite: Database) -> None:
    steps = tuple(report.STEPS)[: report.MOST_STEPS]

    sheet = funnel(await report.funnel(source_of(sqlite), asked(), steps), ENGLISH)

    assert len(rows(sheet, "steps")) == 10
    assert "Subscribed" not in shown(sheet)
