"""The time a report is about: some calendar days that end today, and the days before them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.clock import to_milliseconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """The *days* days of *zone* up to and with the day of *now*, which is not over.

    now: aware; nothing at or after it counts
    """

    days: int
    now: datetime
    zone: tzinfo

    @property
    def first_day(self) -> date:
        """The earliest day."""
        return self.last_day - timedelta(days=self.days - 1)

    @property
    def last_day(self) -> date:
        """Today, in the zone."""
        return self.now.astimezone(self.zone).date()

    @property
    def start(self) -> datetime:
        """The first day's midnight, in UTC."""
        return datetime.combine(self.first_day, time(), self.zone).astimezone(UTC)

    @property
    def start_at(self) -> int:
        """The start in UTC milliseconds."""
        return to_milliseconds(self.start)

    @property
    def end_at(self) -> int:
        """The moment after the end in UTC milliseconds."""
        return to_milliseconds(self.now)

    @property
    def previous(self) -> Period:
        """As many days before, up to the same time of day: a fair comparison."""
        then = self.now.astimezone(self.zone) - timedelta(days=self.days)
        return Period(days=self.days, now=then.astimezone(UTC), zone=self.zone)


def last_days(days: int, now: datetime, zone: tzinfo) -> Period:
    """The *days* days that end with today."""
    return Period(days=days, now=now, zone=zone)
