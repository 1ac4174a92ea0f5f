"""Revenue's sheet shows what was kept, what recurs, and dollars only if there is a rate."""

from __future__ import annotations

from dataclasses import replace as replaced

from bot.analytics.render.sheet import Figures, Table
from bot.analytics.reports import revenue as report
from bot.analytics.reports.figure import Unknown
from bot.analytics.sheets.revenue import revenue
from bot.database import feature_tables, tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import DAY, asked, deal, replace, source_of
from tests.analytics.sheets.sound import ENGLISH, lines, rows, shown
from tests.rows import payment, put


async def test_without_records_nothing_is_shown_as_0(sqlite: Database) -> None:
    sheet = revenue(await report.revenue(source_of(sqlite), asked()), ENGLISH)

    assert lines(sheet)["gross"] is Unknown.NOTHING_RECORDED
    assert lines(sheet)["mrr"] is Unknown.NOTHING_RECORDED
    assert "unknown" in shown(sheet)


async def test_one_payment_is_in_the_figures_its_day_and_its_plan(sqlite: Database) -> None:
    await put(sqlite, tables.payments, payment("a", NOON - DAY, plan="vip"))
    await put(sqlite, feature_tables.subscriptions, deal(1, NOON - DAY, plan="vip", stars=50))

    sheet = revenue(await report.revenue(source_of(sqlite), asked()), ENGLISH)

    assert (lines(sheet)["net"], lines(sheet)["mrr"]) == (50, 50)
    assert "net_usd" not in lines(sheet)
    assert rows(sheet, "timeline")[-2]["gross"] == 50
    assert (rows(sheet, "movements")[-2]["new"], rows(sheet, "movements")[-1]["mrr"]) == (50, 50)
    assert rows(sheet, "plans")[0]["all_net"] == 50
    assert "Recorded since" in shown(sheet)


async def test_dollars_are_shown_by_a_rate(sqlite: Database) -> None:
    await put(sqlite, tables.payments, payment("a", NOON - DAY))

    sheet = revenue(await report.revenue(source_of(sqlite, rate=0.01), asked()), ENGLISH)

    assert (lines(sheet)["net_usd"], lines(sheet)["mrr_usd"]) == (0.5, 0)
    assert shown(sheet)


async def test_a_year_of_days_and_many_plans_fit(sqlite: Database) -> None:
    many = [payment(str(n), NOON - (n + 1) * DAY, plan=f"plan{n}") for n in range(300)]
    await replace(sqlite, tables.payments, many)

    sheet = revenue(await report.revenue(source_of(sqlite), asked(365)), ENGLISH)

    assert (len(rows(sheet, "timeline")), len(rows(sheet, "plans"))) == (365, 300)
    assert "plan299" in shown(sheet)


async def test_a_reason_of_the_code_is_told_in_words(sqlite: Database) -> None:
    found = replaced(
        await report.revenue(source_of(sqlite), asked()),
        failures={"unknown_plan": 2, "renewal": 1, "of_tomorrow": 1},
    )

    assert rows(revenue(found, ENGLISH), "failures") == [
        {"name": "the plan is not sold", "count": 2},
        {"name": "the renewal was not paid", "count": 1},
        {"name": "of_tomorrow", "count": 1},
    ]


async def test_what_moved_revenue_is_called_the_same_everywhere(sqlite: Database) -> None:
    sheet = revenue(await report.revenue(source_of(sqlite), asked()), ENGLISH)

    table, figures = sheet.block("movements"), sheet.block("recurring")

    assert isinstance(table, Table) and isinstance(figures, Figures)
    heads = {column.key: column.label for column in table.columns if column.key in report.MOVES}
    assert list(heads) == list(report.MOVES)
    assert heads.items() <= {line.key: line.label for line in figures.lines}.items()
    assert heads["failed"] == "involuntary churn"
