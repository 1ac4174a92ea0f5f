"""How many people there are is what counting them one by one gives."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given

from bot.analytics.reports.audience import AudienceSize, Point, audience
from bot.analytics.reports.figure import Figure, Unknown
from bot.analytics.reports.mau import monthly_users
from bot.analytics.reports.source import Source
from bot.database.engine import Database
from tests.analytics.moments import NOON
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

# 1 comes daily for three days, 2 came in the week, 3 in the month, 4 in the month before, 5 once.
GOLDEN: Came = {0: {1}, 1: {1}, 2: {1, 2}, 20: {3}, 40: {4, 1}, 90: {5}}


def figures(report: AudienceSize) -> dict[str, Figure]:
    return {one.window: one.people for one in report.reach}


async def test_a_small_history_by_hand(database: Database) -> None:
    report = await audience(await crowd(database, GOLDEN), asked(3))

    assert figures(report) == {
        "day": Figure(value=1, before=1),
        "week": Figure(value=2, before=0),
        "month": Figure(value=3, before=2),
    }
    assert report.points == (
        Point(day=ago(2), dau=2, wau=2, mau=3),
        Point(day=ago(1), dau=1, wau=2, mau=3),
        Point(day=ago(0), dau=1, wau=2, mau=3),
    )
    # Five visits in 30 days: a mean of 1/6 people a day, of 3 in the month.
    assert report.stickiness.value == pytest.approx(5 / 30 / 3)
    assert report.stickiness.before == pytest.approx(2 / 30 / 2)
    assert report.frequency == (2, 0, 1, *[0] * 27)


async def test_the_window_is_said(sqlite: Database) -> None:
    report = await audience(await crowd(sqlite, GOLDEN), asked(3))

    assert [(one.first, one.last) for one in report.reach] == [
        (ago(0), ago(0)),
        (ago(6), ago(0)),
        (ago(29), ago(0)),
    ]


async def test_of_a_segment_only_its_people_count(sqlite: Database) -> None:
    report = await audience(await crowd(sqlite, GOLDEN), asked(3, segment="language:en"))

    assert figures(report)["month"] == Figure(value=1, before=1)


async def test_without_records_nothing_is_known(sqlite: Database) -> None:
    report = await audience(await crowd(sqlite, {}), asked(7))

    gap = Unknown.NOTHING_RECORDED
    unknown = Figure(value=None, before=None, unknown=gap, unknown_before=gap)
    assert set(figures(report).values()) == {unknown}
    assert (report.points, report.stickiness, report.recorded_since) == ((), unknown, None)


async def test_what_was_before_the_records_is_unknown(sqlite: Database) -> None:
    report = await audience(await crowd(sqlite, {0: {1}, 9: {1, 2}}), asked(30))

    assert figures(report)["week"].unknown_before == Unknown.NOT_RECORDED_THEN
    assert figures(report)["month"].value == 2
    assert report.points[0].day == ago(9)
    # Three visits in the ten days with records.
    assert report.stickiness.value == pytest.approx(3 / 10 / 2)


@few
@given(came=HISTORIES)
def test_any_history_counted_one_by_one(template: Template, came: Came) -> None:
    async def check(source: Source) -> None:
        report = await audience(source, asked(40))
        for point in report.points:
            back = (asked(1).period.last_day - point.day) // timedelta(days=1)
            assert [point.dau, point.wau, point.mau] == [
                len(people(came, back, back + days - 1)) for days in (1, 7, 30)
            ]
        assert len(report.points) == min(40, max(came, default=-1) + 1)
        line = await monthly_users(source.audience, lambda: NOON)
        month = people(came, 0, 29)
        assert line.count == len(month)
        if month:
            recorded = min(30, max(came) + 1)
            mean = sum(len(came.get(day, ())) for day in range(30)) / recorded
            assert report.stickiness.value == pytest.approx(mean / len(month))
        visits = [sum(n in came.get(day, ()) for day in range(30)) for n in range(1, 9)]
        assert list(report.frequency) == [visits.count(n) for n in range(1, 31)]

    template.run(came, check)


def people(came: Came, newest: int, oldest: int) -> set[int]:
    """Everybody who came between so many days ago."""
    return {n for day, some in came.items() if newest <= day <= oldest for n in some}
