"""Messages in each hour, day, week or month of a period, with the period before beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import and_

from bot.analytics.reports.acts import message_events, narrowed
from bot.analytics.reports.buckets import beside, by_part, kept_parts
from bot.analytics.reports.cuts import cut
from bot.analytics.reports.figure import Figure
from bot.analytics.reports.kept import kept
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query, Step

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelinePart:
    """One part.  name: its first day, or the hour; None: its messages were removed, or never kept.

    before: of the part as far into the period before; also None where that had fewer parts
    """

    name: date
    messages: int | None
    before: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeline:
    """Every part of the period, the last of which is not over; of a chat or person if asked."""

    period: Period
    step: Step
    recorded_since: datetime | None
    total: Figure
    parts: tuple[TimelinePart, ...]


async def timeline(source: Source, query: Query) -> Timeline:
    """The messages of the query's period, chat and person, cut into its steps."""
    period, previous = query.period, query.period.previous
    cuts, cuts_then = cut(period, query.step), cut(previous, query.step)
    async with source.database.read("report.timeline") as connection:
        known = await kept(connection, period)
        mine = await narrowed(connection, query)
        now = await by_part(connection, cuts, and_(mine, message_events(period)))
        then = await by_part(connection, cuts_then, and_(mine, message_events(previous)))
    total = known.of_events(sum(now), sum(then))
    is_unknown = total.before is None
    before = beside([] if is_unknown else kept_parts(known, cuts_then, then), len(now))
    return Timeline(
        period=period,
        step=query.step,
        recorded_since=known.recorded_since,
        total=total,
        parts=tuple(
            TimelinePart(name=name, messages=count, before=earlier)
            for name, count, earlier in zip(
                cuts.names, kept_parts(known, cuts, now), before, strict=True
            )
        ),
    )
