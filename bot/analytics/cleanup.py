"""Removes what is older than its time: single events, minutes, hours, work that has ended.

What is removed was summed up before, so counts over long ranges survive it.  Rows go in small
transactions with a rest after each, because SQLite has one writer and people wait for it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, exists, func, select

from bot.analytics import milestones
from bot.analytics.closing import close_days
from bot.analytics.rollups import Flush, kinds, nothing_waits, roll_up
from bot.clock import MILLISECOND, Clock, to_milliseconds
from bot.database.alert_tables import alert_history, alert_outbox, silences
from bot.database.engine import Database
from bot.database.feature_tables import completions, downloads
from bot.database.tables import events, metric_aggregates

DAY = timedelta(days=1) // MILLISECOND
HOUR = timedelta(hours=1) // MILLISECOND
MINUTE_DAYS = 2
BATCH = 500
# Of the time that a batch took: the disk is ours for a third of the time at most.
REST = 2.0
LEAST_REST = 0.005

Progress = Callable[[int, int], object]
Sleep = Callable[[float], Awaitable[None]]


def nobody(done: int, total: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Removed:
    """How many rows are gone.  alerts: with their notices, and silences"""

    events: int = 0
    downloads: int = 0
    completions: int = 0
    alerts: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.events + self.downloads + self.completions + self.alerts


# What a row of a table counts as.
COUNTED = {
    events.name: "events",
    downloads.name: "downloads",
    completions.name: "completions",
    alert_outbox.name: "alerts",
    alert_history.name: "alerts",
    silences.name: "alerts",
}


class Cleanup:
    """Removes old rows of one database.

    before: writes what still waits in memory, so that it is summed up, too
    sleep: rests for so many seconds between two batches
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        zone: tzinfo,
        before: Flush = nothing_waits,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._database = database
        self._clock = clock
        self._zone = zone
        self._before = before
        self._sleep = sleep

    async def tidy(self, retention_days: int) -> None:
        """Job: sums up, then removes minutes after two days and all else after *retention_days*.

        Sums of days, rows of people and of money stay.
        """
        await self.remove_interactions(retention_days)
        await self._remove_sums("minute", MINUTE_DAYS, "minutes_since")
        await self._remove_sums("hour", retention_days, "hours_since")

    async def remove_interactions(self, days: int, progress: Progress = nobody) -> Removed:
        """Remove single events, and what ended, from more than *days* days ago.

        progress: is told how many rows are gone, of about how many
        Raises ValueError below one day.
        """
        if days < 1:
            raise ValueError("at least one day has to stay")
        await roll_up(self._database, clock=self._clock, zone=self._zone, before=self._before)
        await close_days(self._database, clock=self._clock, zone=self._zone)
        ended = to_milliseconds(self._clock()) - days * DAY
        before = await self._limit(ended)
        expected = await self._count(before, ended)
        done = dict.fromkeys(COUNTED.values(), 0)
        async for name, count in self._removals(before, ended):
            done[COUNTED[name]] += count
            # Somebody may have written, or removed, in the meantime.
            progress(sum(done.values()), max(expected, sum(done.values())))
        return Removed(**done)

    async def _limit(self, before: int) -> int:
        """Events before it go; noted first, so that no report takes half of them for all."""
        async with self._database.write("cleanup.note") as connection:
            known = await milestones.read(connection)
            before = min(before, known.rolled_until)
            await milestones.reach(connection, events_since=before)
        return before

    async def _count(self, before: int, ended: int) -> int:
        async with self._database.read("cleanup.count") as connection:
            found = 0
            for kind in await kinds(connection):
                query = select(func.count()).where(*_of(kind, before))
                found += int(await connection.scalar(query) or 0)
            for table, is_old in _ended(ended):
                query = select(func.count()).select_from(table).where(is_old)
                found += int(await connection.scalar(query) or 0)
        return found

    async def _removals(self, before: int, ended: int) -> AsyncIterator[tuple[str, int]]:
        """The table and size of each batch that went."""
        async with self._database.read("cleanup.kinds") as connection:
            found = await kinds(connection)
        for kind in found:
            query = select(events.c.id).where(*_of(kind, before)).order_by(events.c.at)
            while count := await self._remove(events, query):
                yield events.name, count
        for table, is_old in _ended(ended):
            query = select(table.c.id).where(is_old).order_by(table.c.id)
            while count := await self._remove(table, query):
                yield table.name, count

    async def _remove(self, table: Table, query: Any) -> int:
        """Remove the first rows of *query*, then rest; how many they were."""
        async with self._database.read("cleanup.find") as connection:
            ids: Sequence[int] = (await connection.scalars(query.limit(BATCH))).all()
        if not ids:
            return 0
        started = time.monotonic()
        async with self._database.write("cleanup.remove") as connection:
            await connection.execute(delete(table).where(table.c.id.in_(ids)))
        await self._rest(started)
        return len(ids)

    async def _remove_sums(self, step: str, days: int, milestone: str) -> None:
        at = metric_aggregates.c.bucket_at
        before = to_milliseconds(self._clock()) - days * DAY
        async with self._database.write("cleanup.note") as connection:
            known = await milestones.read(connection)
            before = min(before, known.rolled_until)
            await milestones.reach(connection, **{milestone: before})
        oldest = select(func.min(at)).where(metric_aggregates.c.step == step)
        while True:
            async with self._database.read("cleanup.find") as connection:
                first = await connection.scalar(oldest)
            if first is None or first >= before:
                return
            started = time.monotonic()
            old = [metric_aggregates.c.step == step, at < min(first + HOUR, before)]
            async with self._database.write("cleanup.remove") as connection:
                await connection.execute(delete(metric_aggregates).where(*old))
            await self._rest(started)

    async def _rest(self, started: float) -> None:
        await self._sleep(max((time.monotonic() - started) * REST, LEAST_REST))


def _ended(before: int) -> list[tuple[Table, ColumnElement[bool]]]:
    """What began and ended before *before*, by table; a row goes before the row it names.

    An alert stays with all its notices while one of them still waits to be told.
    """
    row, notice, other = alert_history.c, alert_outbox.c, alert_outbox.alias().c
    is_over = row.resolved_at < before
    is_waiting = (other.history_id == row.id) & other.sent_at.is_(None) & other.failed_at.is_(None)
    told = select(row.id).where(is_over, ~exists().where(is_waiting))
    is_noticed = exists().where(notice.history_id == row.id)
    return [
        (downloads, downloads.c.ended_at < before),
        (completions, completions.c.ended_at < before),
        (alert_outbox, notice.history_id.in_(told)),
        (alert_history, is_over & ~is_noticed),
        (silences, silences.c.ends_at < before),
    ]


def _of(kind: str, before: int) -> list[ColumnElement[bool]]:
    return [events.c.kind == kind, events.c.at < before]
