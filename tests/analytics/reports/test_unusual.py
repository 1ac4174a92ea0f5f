"""Unusual hours are found by PRODUCT's formula, and nothing is said too early."""

from __future__ import annotations

from datetime import UTC, timedelta
from math import sqrt
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.unusual import Hour, Unusual, judge, unusual
from bot.clock import to_milliseconds
from bot.database.engine import Database
from bot.database.tables import marks, metric_aggregates
from tests.analytics.moments import NOON
from tests.analytics.reports.business import DAY, asked, source_of
from tests.rows import put

HOUR_MS = 3_600_000
FIRST = to_milliseconds((NOON - 50 * DAY).replace(hour=0))
WEEK = 168


def judged(found: list[int], last: int = 1) -> tuple[Hour, ...]:
    """The last hours of some that follow each other."""
    starts = [FIRST + n * HOUR_MS for n in range(len(found))]
    return judge(starts, found, starts[-last], UTC)


def usual(hours: int = 6 * WEEK) -> list[int]:
    """Days that are all alike: few by night, many by day."""
    return [20 + 5 * (n % 24) for n in range(hours)]


def test_an_hour_like_all_others_is_usual() -> None:
    (hour,) = judged(usual())

    assert (hour.score, hour.level) == (0, 0)
    assert (hour.is_unusual, hour.is_shifted) == (False, False)
    assert hour.expected == pytest.approx(hour.count)


@pytest.mark.parametrize(("count", "is_unusual"), [(20, True), (135, False), (300, True)])
def test_far_more_and_far_fewer_are_unusual(count: int, is_unusual: bool) -> None:  # noqa: FBT001  a row
    (hour,) = judged([*usual()[:-1], count])

    assert hour.is_unusual == is_unusual
    assert (hour.score > 0) == (count > 135)
    assert is_unusual == (not hour.low <= count <= hour.high)


def test_the_score_is_the_one_of_the_formula() -> None:
    (hour,) = judged([*usual()[:-1], 200])

    r = 2 * sqrt(200 + 3 / 8) - 2 * sqrt(135 + 3 / 8)
    assert hour.score == pytest.approx(r)  # the level is 0 and the noise 1


def test_a_busy_day_becomes_a_lasting_shift() -> None:
    found = usual()
    found[-24:] = [2 * one for one in found[-24:]]

    (hour,) = judged(found)

    assert (hour.level, hour.is_shifted) == (3, True)


def test_weekends_are_compared_with_weekends() -> None:
    found = [100 if n // 24 % 7 < 5 else 10 for n in range(6 * WEEK)]

    assert not any(hour.is_unusual for hour in judged(found, WEEK))


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=24, max_size=24), st.integers(0, 400))
def test_any_hour_is_judged_as_one_would_by_hand(day: list[int], count: int) -> None:
    found = [day[n % 24] + n * n % 7 for n in range(6 * WEEK - 1)] + [count]

    (hour,) = judged(found)

    a = [2 * sqrt(x + 3 / 8) for x in found]
    r = [
        a[n] - median([a[n - k * WEEK] for k in range(1, 5) if n >= k * WEEK])
        for n in range(WEEK, len(a))
    ][-336:]
    level = max(-3, min(3, median(r[-24:])))
    s = max(1.4826 * median(abs(one - median(r)) for one in r), 1)
    assert hour.score == pytest.approx((r[-1] - level) / s)
    assert hour.level == pytest.approx(level)


async def acted(database: Database, days: int, burst: int = 0) -> Unusual:
    """Ten acts an hour for so many days until now; *burst* in the last hour that is over."""
    start = NOON - days * DAY
    rows = [
        {
            "name": "activity",
            "labels": "message",
            "step": "hour",
            "bucket_at": to_milliseconds(start + timedelta(hours=n)),
            "count": 10,
            "total": 0.0,
        }
        for n in range(days * 24)
    ]
    rows[-1]["count"] = burst or 10
    async with database.write("test") as connection:
        await connection.execute(insert(metric_aggregates), rows)
    await put(database, marks, {"name": "sums.rolled_until", "value": str(to_milliseconds(NOON))})
    return await unusual(source_of(database), asked(1))


async def test_a_burst_in_the_last_hour_is_found(sqlite: Database) -> None:
    found = await acted(sqlite, 45, burst=100)

    assert [(hour.at, hour.count) for hour in found.unusual] == [(NOON - timedelta(hours=1), 100)]
    assert len(found.hours) == 12


async def test_before_six_weeks_nothing_is_said(sqlite: Database) -> None:
    found = await acted(sqlite, 40, burst=100)

    assert (found.hours, found.unknown) == ((), Unknown.TOO_LITTLE)
    assert found.silent_until == NOON + 2 * DAY


async def test_without_records_nothing_is_said_either(sqlite: Database) -> None:
    found = await unusual(source_of(sqlite), asked(1))

    assert (found.unknown, found.silent_until) == (Unknown.NOTHING_RECORDED, None)
