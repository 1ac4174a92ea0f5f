"""Rows as reports see them: which are in a period, since when there are any, what they took."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics import milestones
from bot.analytics.reports.figure import Figure, Unknown
from bot.analytics.reports.period import Period
from bot.clock import from_milliseconds
from bot.database.feature_tables import completions, downloads, quiz_runs, subscriptions
from bot.database.tables import events, payments, users

AT_ONCE = 5_000
# All rows are one group.
ALL: Any = literal_column("''")
# Rows come in the order of time, so the first is the oldest and its key leads to it.
OLDEST: tuple[Select[tuple[Any]], ...] = (
    select(users.c.first_seen_at)
    .where(users.c.first_seen_at.is_not(None))
    .order_by(users.c.number)
    .limit(1),
    select(downloads.c.offered_at).order_by(downloads.c.id).limit(1),
    select(subscriptions.c.started_at).order_by(subscriptions.c.id).limit(1),
    select(quiz_runs.c.started_at).order_by(quiz_runs.c.id).limit(1),
    select(completions.c.asked_at).order_by(completions.c.id).limit(1),
    select(events.c.at).order_by(events.c.id).limit(1),
    select(func.min(payments.c.paid_at)),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """Since when there are records, and so what can be known of a period and the one before.

    since: the oldest record of any kind
    cleaned: single events, and work that ended, from before it were removed if there were any
    """

    period: Period
    since: int | None
    cleaned: int

    @property
    def recorded_since(self) -> datetime | None:
        """The oldest record; None without any."""
        return None if self.since is None else from_milliseconds(self.since)

    def figure(self, value: float | None, before: float | None) -> Figure:
        """Of rows that stay."""
        gap = Unknown.NOTHING_RECORDED if self.since is None else None
        return _figure((value, gap), (before, self._gap_then))

    def of_events(self, value: float | None, before: float | None) -> Figure:
        """Of single events, or of work that ended: they are removed when they are old."""
        gap = Unknown.NOTHING_RECORDED if self.since is None else self._removed(self.period)
        gap_then = self._gap_then or self._removed(self.period.previous)
        return _figure((value, gap), (before, gap_then))

    @property
    def removed_until(self) -> int:
        """What began before it may be gone, in UTC milliseconds; 0: nothing was removed."""
        return self.cleaned if self.since is not None and self.since < self.cleaned else 0

    @property
    def kept_since(self) -> datetime | None:
        """What began before it may be gone; None if nothing of the period is."""
        if self.removed_until <= self.period.start_at:
            return None
        return from_milliseconds(self.removed_until)

    @property
    def _gap_then(self) -> Unknown | None:
        if self.since is None or self.since > self.period.previous.start_at:
            return Unknown.NOT_RECORDED_THEN
        return None

    def _removed(self, period: Period) -> Unknown | None:
        return Unknown.REMOVED if period.start_at < self.removed_until else None


def _figure(
    now: tuple[float | None, Unknown | None], then: tuple[float | None, Unknown | None]
) -> Figure:
    """Both values, each with why it cannot be known, or None if nothing speaks against it."""
    (value, gap), (before, gap_before) = now, then
    return Figure(
        value=None if gap else value,
        before=None if gap_before else before,
        unknown=gap or (Unknown.NO_UPDATES if value is None else None),
        unknown_before=gap_before or (Unknown.NO_UPDATES if before is None else None),
    )


async def kept(connection: AsyncConnection, period: Period) -> Kept:
    """What is kept for reports about *period*."""
    known = await milestones.read(connection)
    found = [await oldest(connection), known.tracked_since or None]  # which came in another order
    since = min((at for at in found if at is not None), default=None)
    return Kept(period=period, since=since, cleaned=known.events_since)


async def oldest(connection: AsyncConnection) -> int | None:
    """The first record of what came in the order of time, in UTC milliseconds."""
    moments = (await connection.execute(select(*(one.scalar_subquery() for one in OLDEST)))).one()
    return min((at for at in moments if at is not None), default=None)


def within(column: ColumnElement[Any], period: Period) -> ColumnElement[bool]:
    """Rows of *period* by the time in *column*."""
    return and_(column >= period.start_at, column < period.end_at)


def of_kind(kind: str, period: Period) -> ColumnElement[bool]:
    """Events of one kind in *period*."""
    return and_(events.c.kind == kind, within(events.c.at, period))


async def streamed(connection: AsyncConnection, query: Select[Any]) -> AsyncIterator[Any]:
    """The rows of *query*, few of them in memory at a time.

    In parts, because to ask for each row alone takes several times as long.
    """
    async with connection.stream(query) as rows:
        async for some in rows.partitions(AT_ONCE):
            for row in some:
                yield row


async def counted(
    connection: AsyncConnection, key: ColumnElement[Any], where: ColumnElement[bool]
) -> dict[str, int]:
    """How many rows there are of each *key*, the most first; no key is ""."""
    count = func.count()
    query = select(key, count).where(where).group_by(key).order_by(count.desc(), key)
    return {name or "": int(n) for name, n in await connection.execute(query)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """How long something took, in seconds.

    p50, p95: nearest rank, the smallest value that so many percent do not exceed (ISO 3534-1's
    sample quantile without interpolation); None: nothing was measured
    """

    count: int = 0
    mean: float | None = None
    p50: float | None = None
    p95: float | None = None


async def spreads(
    connection: AsyncConnection,
    key: ColumnElement[Any],
    value: ColumnElement[Any],
    where: ColumnElement[bool],
    *,
    scale: float = 1.0,
) -> dict[Any, Spread]:
    """The spread of *value* / *scale* for each *key* (ALL: one for everything, under "").

    The database sorts; only one row for each key comes back.
    """
    rank = func.row_number().over(partition_by=key, order_by=value)
    size = func.count().over(partition_by=key)
    rows = select(key.label("k"), value.label("v"), rank.label("r"), size.label("n"))
    ranked = rows.where(where, value.is_not(None)).subquery()
    c = ranked.c
    at = [func.max(case((c.r == (c.n * percent + 99) // 100, c.v))) for percent in (50, 95)]
    query = select(c.k, func.count(), func.avg(c.v), *at).group_by(c.k)
    return {
        name: Spread(
            count=int(n), mean=float(mean) / scale, p50=float(p50) / scale, p95=float(p95) / scale
        )
        for name, n, mean, p50, p95 in await connection.execute(query)
    }
