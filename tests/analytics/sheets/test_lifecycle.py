"""The lifecycle's sheet has a row a span, and says which of them is not over."""

from __future__ import annotations

from datetime import UTC, date, timedelta

from bot.analytics.audience.spans import Span
from bot.analytics.render.sheet import Sheet, Table
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.lifecycle import Lifecycle, Stage
from bot.analytics.reports.period import last_days
from bot.analytics.sheets.lifecycle import lifecycle
from tests.analytics.moments import NOON

FIRST = date(2025, 1, 6)
WEEK = timedelta(days=7)


def stage(n: int, *, is_over: bool = True) -> Stage:
    first = FIRST + n * WEEK
    span = Span(first, first + timedelta(days=6), is_over)
    dormant = -4 if is_over else None
    return Stage(span=span, active=6, new=1, returning=2, resurrecting=3, dormant=dormant)


def laid_out(*stages: Stage) -> Sheet:
    report = Lifecycle(
        period=last_days(84, NOON, UTC),
        segment="active",
        step="week",
        recorded_since=FIRST,
        pending_days=0,
        stages=stages,
    )
    return lifecycle(report, Words())


def table(sheet: Sheet) -> Table:
    block = sheet.block("stages")
    assert isinstance(block, Table)
    return block


def test_no_stages_are_an_empty_table() -> None:
    assert table(laid_out()).rows == []


def test_a_stage_is_a_row_and_who_stays_away_counts_downwards() -> None:
    found = table(laid_out(stage(0)))

    assert [*found.rows[0]] == [FIRST, date(2025, 1, 12), 6, 1, 2, 3, -4]
    assert found.columns[0].label == "Week from"


def test_who_stays_away_is_not_known_before_the_end() -> None:
    assert table(laid_out(stage(0), stage(1, is_over=False))).rows[1][-1] == Unknown.NOT_OVER


def test_a_year_of_days_has_a_row_each_and_every_drawn_column() -> None:
    sheet = laid_out(*(stage(n) for n in range(365)))

    assert len(table(sheet).rows) == 365
    assert {*sheet.charts[0].y, sheet.charts[0].x} <= {one.key for one in table(sheet).columns}
