"""Days are cut where the operator lives."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.analytics.reports.period import last_days

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
