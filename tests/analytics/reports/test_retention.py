"""Whether people come back is what looking at each person gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.query import Mode, Step
from bot.analytics.reports.retention import Cell, Retention, retention
from bot.analytics.reports.source import Source
from bot.database.engine import Database
from tests.analytics.reports.crowd import (
    HISTORIES,
    Came,
    Template,
    ago,
    asked,
    crowd,
    few,
    template,
)

__all__ = ["template"]  # a fixture

OPEN = Cell(unknown=Unknown.NOT_OVER)
NOBODY = Cell(unknown=Unknown.NO_UPDATES)
# 1, 2 and 3 begin three days ago, 4 the day after; nobody begins the day after that.
GOLDEN: Came = {3: {1, 2, 3}, 2: {1, 4}, 1: {1, 2, 4}, 0: {3}}


def cell(people: int, size: int) -> Cell:
    return Cell(people=people, share=people / size)


def cells(report: Retention) -> list[tuple[int, tuple[Cell, ...]]]:
    return [(one.size, one.cells) for one in report.cohorts]


async def test_a_small_history_by_hand(database: Database) -> None:
    report = await retention(await crowd(database, GOLDEN), asked(10))

    assert cells(report) == [
        (3, (cell(3, 3), cell(1, 3), cell(2, 3), OPEN)),
        (1, (cell(1, 1), cell(1, 1), OPEN)),
        (0, (NOBODY, OPEN)),
        (0, (OPEN,)),
    ]
    # A day later: 1 of 3, and 1 of 1, make 2 of 4 and not the mean of both shares.
    assert report.means == (cell(4, 4), cell(2, 4), cell(2, 3), OPEN)


async def test_on_or_after_counts_who_comes_later_too(sqlite: Database) -> None:
    report = await retention(await crowd(sqlite, GOLDEN), asked(10, mode="on_or_after"))

    assert cells(report)[0] == (3, (cell(3, 3), cell(3, 3), cell(3, 3), OPEN))


async def test_of_a_segment_its_newcomers_are_followed(sqlite: Database) -> None:
    source = await crowd(sqlite, GOLDEN)

    report = await retention(source, asked(10, segment="language:de"))

    assert cells(report)[0] == (2, (cell(2, 2), cell(1, 2), cell(1, 2), OPEN))


async def test_without_records_there_are_no_cohorts(sqlite: Database) -> None:
    report = await retention(await crowd(sqlite, {}), asked(84, step="week"))

    assert (report.cohorts, report.means) == ((), ())


async def test_twelve_weeks_are_twelve_cohorts(sqlite: Database) -> None:
    report = await retention(await crowd(sqlite, {0: {1}, 300: {2}}), asked(84, step="week"))

    assert len(report.cohorts) == 12
    assert report.means[0] == NOBODY


@few
@given(
    came=HISTORIES,
    step=st.sampled_from(["day", "week", "month"]),
    mode=st.sampled_from(["on", "on_or_after"]),
)
def test_any_history_person_by_person(
    template: Template, came: Came, step: Step, mode: Mode
) -> None:
    days = {n: {ago(day) for day, some in came.items() if n in some} for n in range(1, 9)}

    async def check(source: Source) -> None:
        report = await retention(source, asked(40, step=step, mode=mode))
        ends = [one.span for one in report.cohorts]
        for c, one in enumerate(report.cohorts):
            new = [n for n in days if days[n] and ends[c].first <= min(days[n]) <= ends[c].last]
            assert one.size == len(new)
            for span, found in zip(ends[c:], one.cells, strict=True):
                last = span.last if mode == "on" else ago(0)
                back = [n for n in new if any(span.first <= day <= last for day in days[n])]
                if span.is_over and new:
                    assert found == cell(len(back), len(new))
                else:
                    assert found == (OPEN if not span.is_over else NOBODY)
        for n, mean in enumerate(report.means):
            weighed = [
                (one.cells[n].share or 0, one.size)
                for one in report.cohorts
                if len(one.cells) > n and one.cells[n] != OPEN
            ]
            total = sum(size for _, size in weighed)
            if total:
                expected = sum(share * size for share, size in weighed) / total
                assert mean.share == pytest.approx(expected)

    template.run(came, check)
