"""A forecast follows the weekdays and the level, and is as wide as the past was wild."""

from __future__ import annotations

from statistics import fmean, median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.forecast import AHEAD, LEAST, Forecast, ahead, forecast, predict
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.crowd import asked, crowd

TODAY = NOON.date()
WEEK = [10, 20, 30, 40, 50, 60, 70]
cheap = settings(max_examples=25, deadline=None)


async def came(database: Database, days: int) -> Forecast:
    """The same three people on each of the days before today."""
    source = await crowd(database, {back: {1, 2, 3} for back in range(1, days + 1)})
    return await forecast(source, asked(7))


def test_a_steady_week_goes_on_exactly() -> None:
    expected, miss = predict(WEEK * 8, TODAY)

    assert [round(one.value, 9) for one in expected] == WEEK * 2
    assert miss == pytest.approx(0, abs=1e-9)
    assert [one.high95 - one.low95 for one in expected] == pytest.approx([0] * 14, abs=1e-6)
    assert expected[0].day == TODAY


def test_the_level_of_the_last_week_counts() -> None:
    doubled = [2 * one for one in WEEK]

    assert [round(one, 9) for one in ahead(WEEK * 8 + doubled)] == doubled * 2


def test_one_odd_day_changes_nothing() -> None:
    odd = WEEK * 8
    odd[-10] = 5_000

    assert [round(one, 9) for one in ahead(odd)] == WEEK * 2


def test_a_wilder_past_has_wider_bands() -> None:
    calm = predict([100 + n % 3 for n in range(84)], TODAY)[0]
    wild = predict([100 + 40 * (n * n % 5) for n in range(84)], TODAY)[0]

    assert all(w.high95 - w.low95 > c.high95 - c.low95 for w, c in zip(wild, calm, strict=True))


def test_a_jump_widens_the_bands_for_four_weeks() -> None:
    jumped = WEEK * 6 + [3 * one for one in WEEK * 5]

    lately, long_ago = predict(jumped[: 9 * 7], TODAY)[0][0], predict(jumped, TODAY)[0][0]

    assert lately.high95 > 2 * lately.value
    assert long_ago.high95 == pytest.approx(long_ago.value)


@cheap
@given(st.lists(st.integers(0, 500), min_size=LEAST, max_size=70))
def test_bands_hold_the_forecast_and_each_other(values: list[int]) -> None:
    expected, _ = predict(values, TODAY)

    for one in expected:
        assert 0 <= one.low95 <= one.low80 <= one.value <= one.high80 <= one.high95
    assert len(expected) == AHEAD


@cheap
@given(st.lists(st.integers(1, 500), min_size=28, max_size=70))
def test_a_forecast_is_weekday_times_level(values: list[int]) -> None:
    weekday = [median(values[place::7]) for place in range(7)]
    weights = [one / fmean(weekday) for one in weekday]
    last = range(len(values) - 7, len(values))
    level = median(values[at] / weights[at % 7] for at in last)

    by_hand = [level * weights[(len(values) + place) % 7] for place in range(14)]

    assert ahead(values) == pytest.approx(by_hand)


async def test_people_are_forecast_from_the_days_that_are_over(sqlite: Database) -> None:
    found = await came(sqlite, 42)

    assert (found.unknown, len(found.history), found.history[-1][1]) == (None, 42, 3)
    assert [one.value for one in found.expected] == [3] * 14


async def test_before_six_weeks_there_is_no_forecast(sqlite: Database) -> None:
    found = await came(sqlite, 40)

    assert (found.expected, found.unknown, found.days_needed) == ((), Unknown.TOO_LITTLE, 2)


async def test_without_records_nothing_is_expected(sqlite: Database) -> None:
    assert (await came(sqlite, 0)).unknown is Unknown.NOTHING_RECORDED
