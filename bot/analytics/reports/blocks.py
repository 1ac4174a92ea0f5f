"""Who blocked the bot and who let it write again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.reports.buckets import by_part, kept_parts
from bot.analytics.reports.cuts import Cuts, cut
from bot.analytics.reports.figure import Figure, share
from bot.analytics.reports.kept import Kept, kept, of_kind
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query, Step
from bot.database.tables import events, users

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source


@dataclass(frozen=True, kw_only=True, slots=True)
class BlocksPart:
    """One part of the period.  name: its first day, or the hour; None: removed."""

    name: date
    blocks: int | None
    unblocks: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Blocks:
    """Blocks of a period against the one before.

    net: blocks - unblocks; reachable: people met before the period and not blocked at its start
    rate: blocks / reachable
    """

    period: Period
    step: Step
    recorded_since: datetime | None
    blocks: Figure
    unblocks: Figure
    net: Figure
    reachable: Figure
    rate: Figure
    parts: tuple[BlocksPart, ...]


async def blocks(source: Source, query: Query) -> Blocks:
    """Blocks and unblocks in the query's period, cut into its steps."""
    period = query.period
    async with source.database.read("report.blocks") as connection:
        known = await kept(connection, period)
        now = await _counts(connection, period)
        then = await _counts(connection, period.previous)
        parts = await _parts(connection, known, cut(period, query.step))
    figures = {name: known.of_events(now[name], then[name]) for name in now}
    return Blocks(
        period=period,
        step=query.step,
        recorded_since=known.recorded_since,
        parts=parts,
        **figures,
    )


async def _counts(connection: AsyncConnection, period: Period) -> dict[str, float | None]:
    blocked, unblocked = [
        int(await connection.scalar(select(func.count()).where(of_kind(kind, period))) or 0)
        for kind in ("block", "unblock")
    ]
    reachable = await met_before(connection, period.start_at)
    reachable -= await blocked_at(connection, period.start_at)
    return {
        "blocks": blocked,
        "unblocks": unblocked,
        "net": blocked - unblocked,
        "reachable": reachable,
        "rate": share(blocked, reachable),
    }


async def met_before(connection: AsyncConnection, at: int) -> int:
    """How many people had been active before *at* (UTC milliseconds)."""
    query = select(func.count()).where(users.c.first_seen_at < at)
    return int(await connection.scalar(query) or 0)


async def blocked_at(connection: AsyncConnection, at: int) -> int:
    """How many people met before *at* (UTC milliseconds) had the bot blocked then.

    From how it is now, taking back what happened since: the first change after *at* tells what
    was before it.  So it does not matter that older events may be removed.
    """
    is_blocked = users.c.blocked_at.is_not(None)
    # + 0, so that the index of the few who are blocked is taken, not that of everybody.
    met = users.c.first_seen_at + 0 < at
    now = int(await connection.scalar(select(func.count()).where(met, is_blocked)) or 0)
    row = events.c
    order = func.row_number().over(partition_by=row.user_number, order_by=(row.at, row.id))
    changes = select(row.user_number.label("number"), row.kind.label("kind"), order.label("place"))
    later = changes.where(row.kind.in_(("block", "unblock")), row.at >= at).subquery()
    was = case((later.c.kind == "unblock", 1), else_=0)
    moved = select(func.sum(was - case((is_blocked, 1), else_=0))).join_from(
        later, users, and_(users.c.number == later.c.number, met)
    )
    return now + int(await connection.scalar(moved.where(later.c.place == 1)) or 0)


async def _parts(connection: AsyncConnection, known: Kept, cuts: Cuts) -> tuple[BlocksPart, ...]:
    counts = [
        kept_parts(
            known,
            cuts,
            await by_part(connection, cuts, events.c.kind == kind, known.period.end_at),
        )
        for kind in ("block", "unblock")
    ]
    return tuple(
        BlocksPart(name=name, blocks=blocked, unblocks=unblocked)
        for name, blocked, unblocked in zip(cuts.names, *counts, strict=True)
    )
