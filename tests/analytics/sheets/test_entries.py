"""Whether the last part of a timeline is whole: today never is, a week that was cut neither."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.analytics.reports.period import last_days
from bot.analytics.reports.query import Step
from bot.analytics.sheets.entries import is_partial

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SUNDAY, THURSDAY = date(2026, 4, 26), date(2026, 4, 30)


@pytest.mark.parametrize(
    ("until", "step", "is_so"),
    [
        (None, "hour", True),
        (None, "day", True),
        (None, "month", True),
        (THURSDAY, "hour", False),
        (THURSDAY, "day", False),
        (THURSDAY, "week", True),
        (THURSDAY, "month", False),
        (SUNDAY, "week", False),
        (SUNDAY, "month", True),
    ],
)
def test_the_last_part_is_whole_when_all_its_days_are_there(
    until: date | None, step: Step, *, is_so: bool
) -> None:
    assert is_partial(last_days(30, NOW, UTC, until=until), step) is is_so
