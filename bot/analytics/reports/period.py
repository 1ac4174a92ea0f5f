"""The time a report is about: some calendar days, most often up to today, and some before them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from bot.clock import to_milliseconds

# With what a period is compared: the days just before it, the same weekdays before it, or the
# same dates of the year before.
Compare = Literal["previous", "weekdays", "year"]
WEEK = 7
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """The *days* days of *zone* up to and with the day of *now*, which need not be over.

    now: aware; nothing at or after it counts
    compare: which days `previous` is about
    """

    days: int
    now: datetime
    zone: tzinfo
    compare: Compare = "previous"

    @property
    def first_day(self) -> date:
        """The earliest day."""
        return self.last_day - timedelta(days=self.days - 1)

    @property
    def last_day(self) -> date:
        """The day of now, in the zone."""
        return self.now.astimezone(self.zone).date()

    @property
    def is_over(self) -> bool:
        """Whether the last day is complete."""
        return self.now.astimezone(self.zone).time() == time.max

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
        # A day that is over ends a microsecond before midnight, and all of it counts.
        return to_milliseconds(self.now + MICROSECOND if self.is_over else self.now)

    @property
    def previous(self) -> Period:
        """As many days before, up to the same time of day: a fair comparison."""
        then = self._earlier(self.now.astimezone(self.zone))
        return replace(self, now=then.astimezone(UTC))

    def _earlier(self, now: datetime) -> datetime:
        if self.compare == "year":
            # The day before the 29th of February's missing one.
            day = 28 if (now.month, now.day) == (2, 29) else now.day
            return now.replace(year=now.year - 1, day=day)
        if self.compare == "weekdays":
            return now - timedelta(days=-(-self.days // WEEK) * WEEK)
        return now - timedelta(days=self.days)


def last_days(
    days: int,
    now: datetime,
    zone: tzinfo,
    *,
    until: date | None = None,
    compare: Compare = "previous",
) -> Period:
    """The *days* days that end with today, or with the day *until*, which is over by then."""
    if until is not None and until < now.astimezone(zone).date():
        now = datetime.combine(until, time.max, zone).astimezone(UTC)
    return Period(days=days, now=now, zone=zone, compare=compare)
