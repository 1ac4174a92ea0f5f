"""Messages in each hour, day, week or month of a period, with the period before beside it.

Of everybody: from sums, where there are any.  Of a chat or a person: from single events.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import and_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics import milestones
from bot.analytics.reports import counts
from bot.analytics.reports.acts import narrowed
from bot.analytics.reports.buckets import beside, by_part, kept_parts
from bot.analytics.reports.cuts import Cuts, cut
from bot.analytics.reports.figure import Figure
from bot.analytics.reports.kept import Kept, kept
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query, Step
from bot.analytics.rollups import EVENT
from bot.database.tables import events

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

Parts = list[int | None]


@dataclass(frozen=True, slots=True)
class TimelinePart:
    """One part.  name: its first day, or the hour; None: its messages were removed, or never kept.

    before: of the part as far into the period before; also None where that had fewer parts
    """

    name: date
    messages: int | None
    before: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeline:
    """Every part of the period, the last of which is not over; of a chat or person if asked.

    summed_until: what came before it is known by sums only; None: all is known message by message
    """

    period: Period
    step: Step
    recorded_since: datetime | None
    total: Figure
    parts: tuple[TimelinePart, ...]
    summed_until: datetime | None = None


async def timeline(source: Source, query: Query) -> Timeline:
    """The messages of the query's period, chat and person, cut into its steps."""
    period, step = query.period, query.step
    is_single = query.chat_id is not None or query.user_id is not None
    count = _single if is_single else _summed
    cuts, cuts_then = cut(period, step), cut(period.previous, step)
    async with source.database.read("report.timeline") as connection:
        known = await kept(connection, period)
        sums, now = await count(connection, known, query, cuts)
        earlier = replace(query, period=period.previous)
        sums_then, then = await count(connection, known, earlier, cuts_then)
        reached = await milestones.read(connection)
    total = (known.of_events if is_single else known.figure)(sums, sums_then)
    before = beside([] if total.before is None else then, len(now))
    return Timeline(
        period=period,
        step=step,
        recorded_since=known.recorded_since,
        total=total,
        parts=tuple(map(TimelinePart, cuts.names, now, before)),
        summed_until=None if is_single else counts.summed_until(reached, period.previous),
    )


async def _summed(
    connection: AsyncConnection, known: Kept, query: Query, cuts: Cuts
) -> tuple[int, Parts]:
    """How many in all, and in each part."""
    del known  # sums stay
    period, step = query.period, query.step
    labels = await counts.timeline(connection, f"{EVENT}message", period, cuts, step)
    parts = [sum(one.count for one in part.values()) for part in labels]
    if step != "hour":
        return sum(parts), [*parts]
    reached = await milestones.read(connection)
    return sum(parts), counts.kept_hours(reached, cuts, parts, period.zone)


async def _single(
    connection: AsyncConnection, known: Kept, query: Query, cuts: Cuts
) -> tuple[int, Parts]:
    """The same, of single events."""
    mine = and_(await narrowed(connection, query), events.c.kind == "message")
    parts = await by_part(connection, cuts, mine, query.period.end_at)
    return sum(parts), kept_parts(known, cuts, parts)
