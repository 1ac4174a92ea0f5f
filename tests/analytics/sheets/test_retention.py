"""The retention's sheet is a triangle of shares, and their mean."""

from __future__ import annotations

from datetime import UTC, date, timedelta

from bot.analytics.audience.spans import Span
from bot.analytics.render.sheet import Figures, Grid, Sheet, Table
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.period import last_days
from bot.analytics.reports.query import Mode
from bot.analytics.reports.retention import Cell, Cohort, Retention
from bot.analytics.sheets.retention import retention
from tests.analytics.moments import NOON

FIRST = date(2025, 1, 6)
HALF = Cell(people=1, share=0.5)
OPEN = Cell(unknown=Unknown.NOT_OVER)


def cohort(n: int, *cells: Cell) -> Cohort:
    first = FIRST + timedelta(days=7 * n)
    return Cohort(span=Span(first, first + timedelta(days=6), is_over=True), size=2, cells=cells)


def laid_out(*cohorts: Cohort, means: tuple[Cell, ...] = (), mode: Mode = "on") -> Sheet:
    report = Retention(
        period=last_days(84, NOON, UTC),
        segment="active",
        step="week",
        mode=mode,
        recorded_since=FIRST,
        pending_days=0,
        cohorts=cohorts,
        means=means,
    )
    return retention(report, Words())


def grid(sheet: Sheet) -> Grid:
    block = sheet.block("cohorts")
    assert isinstance(block, Grid)
    return block


def test_without_cohorts_the_grid_is_empty() -> None:
    found = grid(laid_out())

    assert (found.rows, found.columns, found.values, found.heads) == ([], [], [], [])


def test_younger_cohorts_have_fewer_shares_and_the_current_week_is_not_over() -> None:
    found = grid(laid_out(cohort(0, HALF, OPEN), cohort(1, OPEN)))

    assert found.values == [[0.5, Unknown.NOT_OVER], [Unknown.NOT_OVER, None]]
    assert (found.rows, found.columns) == (["6 Jan 2025", "13 Jan 2025"], ["0", "1"])
    assert found.heads == [2, 2]


def test_the_mean_has_a_row_for_each_age() -> None:
    block = laid_out(means=(HALF, OPEN)).block("means")

    assert isinstance(block, Table)
    assert [[*row] for row in block.rows] == [
        [0, 0.5, 1],
        [1, Unknown.NOT_OVER, Unknown.NOT_OVER],
    ]


def test_the_mode_is_said() -> None:
    said = []
    for mode in ("on", "on_or_after"):
        block = laid_out(mode=mode).block("about")
        assert isinstance(block, Figures)
        said.append(block.lines[1].value)

    assert said == ["then", "then or later, up to today"]


def test_a_year_of_days_is_as_wide_as_it_is_high() -> None:
    found = grid(laid_out(*(cohort(n, *[HALF] * (365 - n)) for n in range(365))))

    assert {len(row) for row in found.values} == {365} == {len(found.columns)}
