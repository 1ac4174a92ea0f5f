"""Time, as an argument: tests pass their own clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def utc_now() -> datetime:
    """The clock used outside tests."""
    return datetime.now(UTC)


def to_milliseconds(at: datetime) -> int:
    """*at* as the database keeps it: whole milliseconds since 1970, UTC."""
    return (at - EPOCH) // MILLISECOND


def from_milliseconds(value: int) -> datetime:
    """The aware UTC datetime that the database keeps as *value*."""
    return EPOCH + timedelta(milliseconds=value)
