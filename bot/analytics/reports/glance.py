"""How things are at a glance: people, and today so far against yesterday up to the same hour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics import milestones
from bot.analytics.milestones import Milestones
from bot.analytics.reports.audience import audience
from bot.analytics.reports.blocks import met_before
from bot.analytics.reports.counts import Sum, counted, total
from bot.analytics.reports.figure import Figure, share
from bot.analytics.reports.kept import kept, within
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query
from bot.analytics.rollups import EVENT
from bot.database.tables import payments, users

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

P95 = 95


@dataclass(frozen=True, kw_only=True, slots=True)
class Glance:
    """The figures of a period, usually of today.

    pending_days: old days that are still being counted, so that week and month are too low
    today, week, month: distinct people on its last day, in 7 and 30 days up to it, against as many
        whole days before
    known: were ever active; new: met in it; updates: handled, with or without success
    error_rate: of the updates; mean_seconds, p95_seconds: to handle one (p95: within 19 %)
    stars: received, refunds not subtracted
    """

    period: Period
    pending_days: int
    today: Figure
    week: Figure
    month: Figure
    known: Figure
    new: Figure
    messages: Figure
    commands: Figure
    updates: Figure
    error_rate: Figure
    mean_seconds: Figure
    p95_seconds: Figure
    stars: Figure


async def glance(source: Source, query: Query) -> Glance:
    """The few figures that somebody looks at first."""
    period = query.period
    people = await audience(source, query)
    reach = {one.window: one.people for one in people.reach}
    async with source.database.read("report.glance") as connection:
        known = await kept(connection, period)
        reached = await milestones.read(connection)
        now = await _counts(connection, period, reached)
        then = await _counts(connection, period.previous, reached)
        now["known"], then["known"] = await _known(connection, period)
    return Glance(
        period=period,
        pending_days=people.pending_days,
        today=reach["day"],
        week=reach["week"],
        month=reach["month"],
        **{name: known.figure(now[name], then[name]) for name in now},
    )


async def _known(connection: AsyncConnection, period: Period) -> tuple[int, int]:
    """How many had been met by the end of *period*, and of the one before."""
    known = await met_before(connection, period.end_at)
    met, start = users.c.first_seen_at, period.previous.end_at
    # They are counted once: a million take a while.
    since = select(func.count()).where(met >= start, met < period.end_at)
    return known, known - int(await connection.scalar(since) or 0)


async def _counts(
    connection: AsyncConnection, period: Period, known: Milestones
) -> dict[str, float | None]:
    handled = await counted(connection, "updates", period, known)
    updates = sum(handled.values(), start=Sum())
    new = select(func.count()).where(within(users.c.first_seen_at, period))
    paid = select(func.sum(payments.c.stars)).where(within(payments.c.paid_at, period))
    return {
        "new": int(await connection.scalar(new) or 0),
        "messages": (await total(connection, f"{EVENT}message", period, known)).count,
        "commands": (await total(connection, f"{EVENT}command", period, known)).count,
        "updates": updates.count,
        "error_rate": share(handled.get("error", Sum()).count, updates.count),
        "mean_seconds": updates.mean,
        "p95_seconds": updates.percentile(P95),
        "stars": int(await connection.scalar(paid) or 0),
    }
