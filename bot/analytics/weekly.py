"""A moment of every week on the operator's clock, such as mon 09:00."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class Weekly:
    """weekday: 0 is Monday; at: on the wall clock of *zone*."""

    weekday: int
    at: time
    zone: tzinfo

    def latest(self, now: datetime) -> datetime:
        """The last such moment that is not after *now*, in UTC."""
        today = now.astimezone(self.zone).date()
        day = today - timedelta(days=(today.weekday() - self.weekday) % len(DAYS))
        due = self._on(day)
        return due if due <= now else self._on(day - WEEK)

    def _on(self, day: date) -> datetime:
        # Where the clock jumps over that time, this is as long after the jump.
        return datetime.combine(day, self.at, self.zone).astimezone(UTC)


def weekly(text: str, zone: tzinfo) -> Weekly:
    """What a valid DIGEST_SCHEDULE means."""
    day, _, at = text.lower().partition(" ")
    return Weekly(weekday=DAYS.index(day), at=time.fromisoformat(at), zone=zone)
