"""A moment of every week, also in weeks in which the clock changes."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.analytics.weekly import weekly

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-01-05T08:00", "2026-01-05T08:00"),  # 09:00 in Berlin, a Monday
        ("2026-01-05T07:59", "2025-12-29T08:00"),
        ("2026-01-11T23:30", "2026-01-05T08:00"),  # Monday in Berlin, but before nine
        ("2026-03-30T07:00", "2026-03-30T07:00"),  # the first Monday of summer time
        ("2026-03-30T06:59", "2026-03-23T08:00"),
    ],
)
def test_the_latest_moment_is_by_the_clock_on_the_wall(now: str, due: str) -> None:
    latest = weekly("Mon 09:00", BERLIN).latest(datetime.fromisoformat(now).replace(tzinfo=UTC))

    assert latest == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_a_time_that_the_clock_jumps_over_comes_after_the_jump() -> None:
    now = datetime(2026, 3, 29, 12, tzinfo=UTC)

    assert weekly("sun 02:30", BERLIN).latest(now) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
