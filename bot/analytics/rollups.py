"""Job: minutes and single events become sums of hours, and hours become days.

So long ranges are answered from small tables, and counts outlive the events they were made of.
Hours begin at local midnight and every 60 minutes after it; days are days of TIMEZONE.  A sum of
events is called event:KIND, and its labels are those of the events.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics import milestones
from bot.analytics.audience.days import Days
from bot.clock import MILLISECOND, Clock, to_milliseconds
from bot.database.engine import Database
from bot.database.locks import SUMS as SUMS_LOCK
from bot.database.locks import alone
from bot.database.statements import DIALECTS, Many, insert_into
from bot.database.tables import HISTOGRAM, events, metric_aggregates

HOUR = timedelta(hours=1) // MILLISECOND
# Another replica's facts may reach the database late; after this nobody waits for them.
LATE = timedelta(hours=3) // MILLISECOND
EVENT = "event:"
# What people type after /start is endless; reports on sources have sets of people instead.
WITHOUT_LABELS = frozenset({"start"})
KEY = ("name", "labels", "step", "bucket_at")
SUMS = ("count", "total", *HISTOGRAM)
EMPTY: Any = literal_column("''")
NOTHING_TOOK = (0,) * len(HISTOGRAM)

Row = tuple[object, ...]
Flush = Callable[[], Awaitable[None]]
table = metric_aggregates.c


@dataclass(frozen=True, slots=True)
class Chunk:
    """Closed hours of one day, in UTC milliseconds.  day_end: when that day is over."""

    day_start: int
    day_end: int
    start: int
    end: int

    def hour(self, at: ColumnElement[Any]) -> ColumnElement[Any]:
        """SQL: which hour of the day *at* is in."""
        # Numbers in the text, because PostgreSQL takes two parameters for two expressions.
        since = at - literal_column(str(self.day_start), BigInteger)
        return since // literal_column(str(HOUR), BigInteger)


async def nothing_waits() -> None:
    """All facts are on disk already."""


async def roll_up(
    database: Database, *, clock: Clock, zone: tzinfo, before: Flush = nothing_waits
) -> None:
    """Sum up every hour that ended more than three hours ago, and every day that they complete.

    1. What waits in memory is written (*before*).
    2. From where the last run ended, day by day: sums are read, written over those that may be
       there, and noted as done, in one short transaction; so a run that was cut off goes on
       where it was, and one that is repeated changes nothing.
    """
    await before()
    days = Days(zone)
    until = hour_start(days, to_milliseconds(clock()) - LATE)
    at = await _begin(database, days, until)
    while at < until:
        day_start, day_end = days.limits(days.of(at))
        chunk = Chunk(day_start, day_end, at, min(day_end, until))
        await _roll(database, chunk)
        at = chunk.end
        await asyncio.sleep(0)


def hour_start(days: Days, at: int) -> int:
    """When the hour of *at* began, in UTC milliseconds."""
    day_start, _ = days.limits(days.of(at))
    return at - (at - day_start) % HOUR


async def kinds(connection: AsyncConnection) -> list[str]:
    """Every kind of event there is; one step in the index for each."""
    found: list[str] = []
    query = select(func.min(events.c.kind))
    while kind := await connection.scalar(query):
        found.append(kind)
        query = select(func.min(events.c.kind)).where(events.c.kind > kind)
    return found


async def _begin(database: Database, days: Days, until: int) -> int:
    """The first hour that has no sums, *until* where there is nothing to sum up."""
    async with database.read("rollups.begin") as connection:
        if at := (await milestones.read(connection)).rolled_until:
            return at
        oldest = await _oldest(connection)
    if oldest is None or oldest >= until:
        return until
    # Noted before the first sum: from now on whoever brings older facts sums them up, too.
    async with database.write("rollups.begin") as connection:
        await alone(connection, SUMS_LOCK)
        oldest = min(await _oldest(connection) or oldest, oldest)
        start = hour_start(days, oldest)
        return (await milestones.reach(connection, rolled_until=start)).rolled_until


async def _oldest(connection: AsyncConnection) -> int | None:
    """The moment of the oldest minute or event."""
    known = [await connection.scalar(_oldest_minute())]
    for kind in await kinds(connection):
        first = select(func.min(events.c.at)).where(events.c.kind == kind)
        known.append(await connection.scalar(first))
    return min((at for at in known if at is not None), default=None)


def _oldest_minute() -> Any:
    return select(func.min(table.bucket_at)).where(table.step == "minute")


async def _roll(database: Database, chunk: Chunk) -> None:
    async with database.read("rollups.read") as connection:
        late = (await milestones.read(connection)).late
        rows = await _hours(connection, chunk)
    async with database.write("rollups.write") as connection:
        await alone(connection, SUMS_LOCK)
        if late != (await milestones.read(connection)).late:  # perhaps facts of these hours
            rows = await _hours(connection, chunk)
        await _write(connection, rows)
        if chunk.end == chunk.day_end:
            await _write(connection, await _day(connection, chunk))
        await milestones.reach(connection, rolled_until=chunk.end)


async def _hours(connection: AsyncConnection, chunk: Chunk) -> list[Row]:
    found = await kinds(connection)
    return [*await _minutes(connection, chunk), *await _events(connection, found, chunk)]


async def _minutes(connection: AsyncConnection, chunk: Chunk) -> Iterable[Row]:
    hour = chunk.hour(table.bucket_at)
    query = (
        select(table.name, table.labels, hour, *_sums())
        .where(table.step == "minute")
        .where(table.bucket_at >= chunk.start, table.bucket_at < chunk.end)
        .group_by(table.name, table.labels, hour)
    )
    return [
        (name, labels, "hour", _at(chunk, number), *_plain(sums))
        for name, labels, number, *sums in await connection.execute(query)
    ]


async def _events(
    connection: AsyncConnection, found: Sequence[str], chunk: Chunk
) -> Iterable[Row]:
    """All kinds in one statement, because most have few rows and a statement costs more."""
    kind, at, hour = events.c.kind, events.c.at, chunk.hour(events.c.at)
    is_bare = or_(*(kind == literal_column(f"'{name}'") for name in WITHOUT_LABELS))
    label = case((is_bare, EMPTY), else_=func.coalesce(events.c.label, EMPTY))
    query = (
        select(kind, label, hour, func.count(), func.sum(events.c.value))
        .where(kind.in_(found), at >= chunk.start, at < chunk.end)
        .group_by(kind, label, hour)
    )
    rows = await connection.execute(query)
    return [
        (EVENT + name, labels, "hour", _at(chunk, hour), count, float(total or 0), *NOTHING_TOOK)
        for name, labels, hour, count, total in rows
    ]


def _at(chunk: Chunk, hour: int) -> int:
    return chunk.day_start + hour * HOUR


def event_label(kind: str) -> ColumnElement[Any]:
    """SQL: the label under which an event of this kind is summed up."""
    return EMPTY if kind in WITHOUT_LABELS else func.coalesce(events.c.label, EMPTY)


async def _day(connection: AsyncConnection, chunk: Chunk) -> Iterable[Row]:
    query = (
        select(table.name, table.labels, *_sums())
        .where(table.step == "hour")
        .where(table.bucket_at >= chunk.day_start, table.bucket_at < chunk.day_end)
        .group_by(table.name, table.labels)
    )
    return [
        (name, labels, "day", chunk.day_start, *_plain(sums))
        for name, labels, *sums in await connection.execute(query)
    ]


def _sums() -> list[ColumnElement[Any]]:
    return [func.sum(table[name]) for name in SUMS]


def _plain(sums: list[Any]) -> Row:
    """PostgreSQL's sums of whole numbers are Decimals."""
    count, total, *took = sums
    return (int(count), float(total), *map(int, took))


async def _write(connection: AsyncConnection, rows: Iterable[Row]) -> None:
    await _SETTING[connection.dialect.name].run(connection, list(rows))


def _setting(dialect: str) -> Many:
    statement = insert_into(dialect, metric_aggregates)
    changed = {name: statement.excluded[name] for name in SUMS}
    return Many(
        statement.on_conflict_do_update(index_elements=list(KEY), set_=changed), (*KEY, *SUMS)
    )


_SETTING = {name: _setting(name) for name in DIALECTS}
