"""What the overview counts in tables: one small query for each figure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, distinct, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.milestones import Milestones
from bot.analytics.reports.counts import Sum, counted, total
from bot.analytics.reports.figure import share
from bot.analytics.reports.period import Period
from bot.analytics.rollups import EVENT
from bot.database.feature_tables import downloads, subscriptions
from bot.database.tables import events, metric_aggregates, payments, users

TOP = 5
SLOW = 0.95
# What CommandUsed calls every command that nobody registered.
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Use:
    """How often something was used.  name: a command, a format."""

    name: str
    count: int


async def recorded_since(connection: AsyncConnection) -> int | None:
    """The oldest record's time: a count before it would be a false 0.

    Rows come in the order of time, so the first is the oldest and an index leads to it.
    """
    table = metric_aggregates.c
    handled = (table.name == "updates") & (table.labels == "handled") & (table.step == "minute")
    oldest = [
        await connection.scalar(query)
        for query in (
            select(events.c.at).order_by(events.c.id).limit(1),
            select(users.c.first_seen_at)
            .where(users.c.first_seen_at.is_not(None))
            .order_by(users.c.number)
            .limit(1),
            select(func.min(table.bucket_at)).where(handled),
            select(func.min(payments.c.paid_at)),
        )
    ]
    return min((at for at in oldest if at is not None), default=None)


async def counts(
    connection: AsyncConnection, period: Period, known: Milestones
) -> dict[str, float | None]:
    """The figures of *period* that are counted in tables, by their names in Overview."""
    return {
        "new_people": await _count(connection, users, _within(users.c.first_seen_at, period)),
        "messages": (await total(connection, f"{EVENT}message", period, known)).count,
        "commands": (await total(connection, f"{EVENT}command", period, known)).count,
        **await _updates(connection, period, known),
        **await _downloads(connection, period, known),
        **await _money(connection, period),
        **await _plans(connection, period),
    }


async def _updates(
    connection: AsyncConnection, period: Period, known: Milestones
) -> dict[str, float | None]:
    found = await counted(connection, "updates", period, known)
    every = sum(found.values(), start=Sum())
    failed = found.get("error", Sum()).count
    return {
        "updates": every.count,
        "failed": failed,
        "error_rate": share(failed, every.count),
        "mean_seconds": every.mean,
    }


async def _money(connection: AsyncConnection, period: Period) -> dict[str, float | None]:
    paid = _within(payments.c.paid_at, period)
    refunded = _within(payments.c.refunded_at, period)
    return {
        "payments": await _count(connection, payments, paid),
        "stars": await _stars(connection, paid),
        "refunded_stars": await _stars(connection, refunded),
    }


async def _downloads(
    connection: AsyncConnection, period: Period, known: Milestones
) -> dict[str, float | None]:
    sent = await total(connection, f"{EVENT}download", period, known)
    found = await counted(connection, f"{EVENT}download_failed", period, known)
    # A person's own wish is no failure.
    failed = sum(one.count for label, one in found.items() if label != "cancelled")
    return {
        "downloads": sent.count + failed,
        "failed_downloads": failed,
        "download_success": share(sent.count, sent.count + failed),
        "download_seconds": sent.mean,
        # Sums do not tell.
        "slow_download_seconds": None
        if known.events_since > period.start_at
        else await _slow(connection, sent.count, period),
    }


async def _slow(connection: AsyncConnection, count: int, period: Period) -> float | None:
    """Nearest rank: the smallest value that so many percent do not exceed."""
    if not count:
        return None
    rank = max(math.ceil(SLOW * count) - 1, 0)
    # From the slow end, which is nearer.
    slow = select(events.c.value).where(_kind("download", period)).order_by(events.c.value.desc())
    seconds = await connection.scalar(slow.limit(1).offset(count - 1 - rank))
    return None if seconds is None else float(seconds)


async def _plans(connection: AsyncConnection, period: Period) -> dict[str, float | None]:
    table, at = subscriptions.c, period.end_at
    runs = and_(
        table.started_at < at,
        table.expires_at > at,
        or_(table.ended_at.is_(None), table.ended_at > at),
    )
    people = select(func.count(distinct(table.user_number))).where(runs)
    began = _within(table.started_at, period)
    return {
        "subscribers": int(await connection.scalar(people) or 0),
        "new_subscriptions": await _count(connection, subscriptions, began),
    }


async def waiting_downloads(connection: AsyncConnection) -> int:
    """How many downloads wait for a worker now."""
    return await _count(connection, downloads, downloads.c.state == "queued")


async def top(
    connection: AsyncConnection, kind: str, period: Period, known: Milestones
) -> tuple[Use, ...]:
    """The most frequent labels of events of this *kind*."""
    found = await counted(connection, f"{EVENT}{kind}", period, known)
    return tuple(Use(label, one.count) for label, one in islice(found.items(), TOP))


async def _count(connection: AsyncConnection, table: Table, where: ColumnElement[bool]) -> int:
    return int(await connection.scalar(select(func.count()).select_from(table).where(where)) or 0)


async def _stars(connection: AsyncConnection, where: ColumnElement[bool]) -> int:
    return int(await connection.scalar(select(func.sum(payments.c.stars)).where(where)) or 0)


def _within(column: ColumnElement[Any], period: Period) -> ColumnElement[bool]:
    return and_(column >= period.start_at, column < period.end_at)


def _kind(kind: str, period: Period) -> ColumnElement[bool]:
    return and_(events.c.kind == kind, _within(events.c.at, period))
