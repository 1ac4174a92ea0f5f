"""Spans are whole, and the last one is the current."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.analytics.audience.spans import Span, preceding, spans
from bot.analytics.reports.period import last_days
from bot.analytics.reports.query import Step

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday


def test_weeks_go_from_monday_to_sunday() -> None:
    assert spans(last_days(14, NOW, UTC), "week") == [
        Span(date(2026, 2, 23), date(2026, 3, 1), is_over=True),
        Span(date(2026, 3, 2), date(2026, 3, 8), is_over=False),
    ]


def test_months_are_whole_also_in_february() -> None:
    assert spans(last_days(60, NOW, UTC), "month") == [
        Span(date(2026, 2, 1), date(2026, 2, 28), is_over=True),
        Span(date(2026, 3, 1), date(2026, 3, 31), is_over=False),
    ]


@pytest.mark.parametrize(
    ("days", "step", "count"),
    [(1, "day", 1), (30, "day", 30), (84, "week", 12), (1, "week", 1), (365, "month", 12)],
)
def test_there_are_as_many_as_the_period_is_long(days: int, step: Step, count: int) -> None:
    found = spans(last_days(days, NOW, UTC), step)

    assert len(found) == count
    assert [one.is_over for one in found] == [True] * (count - 1) + [False]


def test_the_one_before_january_is_december() -> None:
    january = Span(date(2026, 1, 1), date(2026, 1, 31), is_over=True)

    expected = Span(date(2025, 12, 1), date(2025, 12, 31), is_over=True)
    assert preceding(january, "month") == expected
