"""How long the queue is, counted now and then so that a scrape need not."""

from __future__ import annotations

from sqlalchemy import case, func, select

from bot.analytics.health import Reading
from bot.clock import Clock, to_milliseconds, utc_now
from bot.database.engine import Database
from bot.database.feature_tables import downloads
from bot.downloads.records import PRIORITIES
from bot.plans import Priority

LONG = 50
LATE_SECONDS = 600

row = downloads.c
_DUE_AT = case((row.next_attempt_at > row.queued_at, row.next_attempt_at), else_=row.queued_at)
_WAITING = (
    select(row.priority, func.count(), func.min(_DUE_AT))
    .where(row.state == "queued")
    .group_by(row.priority)
)


class Figures:
    """Remembers the last count."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock
        self._depths: dict[Priority, int] | None = None
        self._oldest_at: int | None = None

    async def refresh(self) -> None:
        """Count what waits, and find what has been due for longest."""
        async with self._database.read("downloads.count") as connection:
            rows = (await connection.execute(_WAITING)).all()
        found = {PRIORITIES[priority]: count for priority, count, _ in rows}
        self._depths = {priority: found.get(priority, 0) for priority in PRIORITIES}
        self._oldest_at = min((oldest for *_, oldest in rows), default=None)

    def depth(self, priority: Priority) -> float | None:
        """How many of that priority wait, on all processes; None before the first count."""
        return None if self._depths is None else self._depths[priority]

    async def probe_depth(self) -> Reading:
        """How many wait; warns when it is a crowd."""
        if self._depths is None:
            return Reading(value=None, unit="downloads", output="not counted yet")
        output = ", ".join(f"{self._depths[one]} {one}" for one in reversed(PRIORITIES))
        value = sum(self._depths.values())
        return Reading(value=value, unit="downloads", warn_at=LONG, output=output)

    async def probe_wait(self) -> Reading:
        """How long the first in line has been due; warns when that is too long."""
        if self._oldest_at is None:
            return Reading(value=None, unit="s", warn_at=LATE_SECONDS, output="none waits")
        seconds = (to_milliseconds(self._clock()) - self._oldest_at) / 1000
        return Reading(value=max(seconds, 0), unit="s", warn_at=LATE_SECONDS)
