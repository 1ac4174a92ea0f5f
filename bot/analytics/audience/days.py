"""Days of one time zone, for moments given as the database keeps them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.clock import from_milliseconds, to_milliseconds

DAY = timedelta(days=1)


class Days:
    """Cuts UTC milliseconds into calendar days; remembers the day it cut last."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._day = date.min
        self._start = self._end = 0

    def of(self, at: int) -> date:
        """The day of *at*."""
        if not self._start <= at < self._end:
            self._day = from_milliseconds(at).astimezone(self._zone).date()
            self._start, self._end = self.limits(self._day)
        return self._day

    def hour(self, at: int) -> int:
        """The hour of the day in which *at* is, 0 to 23."""
        return from_milliseconds(at).astimezone(self._zone).hour

    def limits(self, day: date) -> tuple[int, int]:
        """The first moment of *day*, and the first one after it."""
        return self._midnight(day), self._midnight(day + DAY)

    def _midnight(self, day: date) -> int:
        # By way of UTC: on days with a clock change the day is not 24 hours long.
        return to_milliseconds(datetime.combine(day, time(), self._zone).astimezone(UTC))


def between(first: date, last: date) -> list[date]:
    """Every day from *first* to *last*, both included; none when they are the wrong way round."""
    return [first + n * DAY for n in range((last - first).days + 1)]
