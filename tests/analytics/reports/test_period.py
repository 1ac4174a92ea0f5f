"""Days are cut where the operator lives."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.reports.period import Compare, Period, last_days
from bot.clock import to_milliseconds

BERLIN = ZoneInfo("Europe/Berlin")


def test_one_day_is_today_from_midnight_to_now() -> None:
    period = last_days(1, datetime(2026, 1, 1, 12, tzinfo=UTC), UTC)

    assert period.first_day == period.last_day == date(2026, 1, 1)
    assert period.start == datetime(2026, 1, 1, tzinfo=UTC)


def test_just_before_midnight_in_utc_it_is_tomorrow_in_berlin() -> None:
    period = last_days(7, datetime(2026, 1, 1, 23, 30, tzinfo=UTC), BERLIN)

    assert (period.first_day, period.last_day) == (date(2025, 12, 27), date(2026, 1, 2))
    assert period.start == datetime(2025, 12, 26, 23, tzinfo=UTC)


def test_the_period_before_is_as_long_and_ends_at_the_same_hour() -> None:
    before = last_days(7, datetime(2026, 1, 8, 12, tzinfo=UTC), UTC).previous

    assert before.start == datetime(2025, 12, 26, tzinfo=UTC)
    assert before.now == datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_the_same_hour_is_that_of_the_wall_clock_when_clocks_change() -> None:
    # On 29 March 2026 Berlin goes from UTC+1 to UTC+2.
    now = datetime(2026, 3, 29, 10, tzinfo=UTC)

    before = last_days(1, now, BERLIN).previous

    assert now.astimezone(BERLIN).hour == before.now.astimezone(BERLIN).hour == 12
    assert before.now == datetime(2026, 3, 28, 11, tzinfo=UTC)


def test_a_day_that_is_over_counts_to_its_last_millisecond() -> None:
    now = datetime(2026, 3, 30, 10, tzinfo=UTC)

    period = last_days(2, now, BERLIN, until=date(2026, 3, 29))

    assert (period.first_day, period.last_day, period.is_over) == (
        date(2026, 3, 28),
        date(2026, 3, 29),
        True,
    )
    # The night lost an hour.
    assert period.end_at - period.start_at == 47 * 3_600_000
    assert period.end_at == last_days(1, now, BERLIN).start_at


def test_what_ends_today_is_not_over() -> None:
    now = datetime(2026, 3, 30, 10, tzinfo=UTC)

    assert last_days(2, now, UTC, until=now.date()) == last_days(2, now, UTC)
    assert not last_days(2, now, UTC).is_over


@pytest.mark.parametrize(
    ("compare", "last_day"),
    [
        ("previous", date(2026, 3, 20)),
        ("weekdays", date(2026, 3, 16)),
        ("year", date(2025, 3, 30)),
    ],
)
def test_it_is_compared_with_the_days_that_were_asked_for(
    compare: Compare, last_day: date
) -> None:
    now = datetime(2026, 3, 30, 10, tzinfo=UTC)

    before = last_days(10, now, BERLIN, compare=compare).previous

    assert (before.last_day, before.days) == (last_day, 10)
    assert before.now.astimezone(BERLIN).hour == 12


def test_a_leap_day_is_compared_with_the_day_before_it_a_year_earlier() -> None:
    now = datetime(2028, 2, 29, 10, tzinfo=UTC)

    assert last_days(1, now, UTC, compare="year").previous.last_day == date(2027, 2, 28)


def test_the_period_before_one_that_is_over_is_over() -> None:
    now = datetime(2026, 3, 30, 10, tzinfo=UTC)

    period = last_days(7, now, BERLIN, until=date(2026, 3, 28))

    assert period.previous.is_over
    assert period.previous.end_at == period.start_at


def over(days: int, until: date, compare: Compare = "previous", zone: tzinfo = UTC) -> Period:
    now = datetime(2026, 11, 1, 12, tzinfo=UTC)
    return last_days(days, now, zone, until=until, compare=compare)


def spans_of(period: Period) -> tuple[date, date]:
    return period.first_day, period.last_day


@pytest.mark.parametrize(
    ("days", "first"),
    [(1, date(2026, 10, 17)), (7, date(2026, 10, 11)), (8, date(2026, 10, 3))],
)
def test_the_same_weekdays_are_compared(days: int, first: date) -> None:
    period = over(days, date(2026, 10, 24), "weekdays")

    before = period.previous

    assert before.first_day == first
    assert (before.days, before.first_day.weekday()) == (days, period.first_day.weekday())
    assert before.last_day < period.first_day


@pytest.mark.parametrize(
    ("until", "before"),
    [
        (date(2024, 2, 29), date(2023, 2, 28)),
        (date(2024, 2, 28), date(2023, 2, 28)),
        (date(2025, 2, 28), date(2024, 2, 28)),
        (date(2025, 3, 1), date(2024, 3, 1)),
    ],
)
def test_the_same_date_a_year_before_is_there_after_every_february(
    until: date, before: date
) -> None:
    previous = over(10, until, "year").previous

    assert spans_of(previous) == (before - timedelta(days=9), before)
    assert previous.is_over


def test_the_year_before_a_leap_day_can_be_asked_twice() -> None:
    assert over(1, date(2024, 2, 29), "year").previous.previous.last_day == date(2022, 2, 28)


COMPARES: tuple[Compare, ...] = ("previous", "weekdays", "year")


@given(
    until=st.dates(date(2014, 9, 1), date(2026, 10, 31)),
    days=st.integers(1, 365),
    compare=st.sampled_from(COMPARES),
    zone=st.sampled_from([UTC, BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")]),
)
def test_what_is_compared_is_as_many_whole_days(
    until: date, days: int, compare: Compare, zone: tzinfo
) -> None:
    period = over(days, until, compare, zone)

    before = period.previous

    assert (before.days, before.is_over, period.last_day) == (days, True, until)
    assert before.last_day < period.last_day
    # Whole days: the next one begins where it ends, whatever the clocks did.
    following = datetime.combine(before.last_day + timedelta(days=1), time(), zone)
    assert before.end_at == to_milliseconds(following.astimezone(UTC))


@given(
    minutes=st.integers(0, 6 * 366 * 24 * 60),
    compare=st.sampled_from(COMPARES),
)
def test_today_is_compared_up_to_the_same_hour_of_the_wall_clock(
    minutes: int, compare: Compare
) -> None:
    now = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    period = last_days(7, now, BERLIN, compare=compare)

    then, here = (one.now.astimezone(BERLIN) for one in (period.previous, period))

    # An hour that the clocks skip is told as the one after it.
    skipped = timedelta(hours=1)
    assert abs(
        then.replace(tzinfo=None)
        - here.replace(tzinfo=None, year=then.year, month=then.month, day=then.day)
    ) in {timedelta(0), skipped}
