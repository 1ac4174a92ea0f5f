"""Message statistics: how many of which type, from how many people, how long.

Of everybody: from sums and sets of people.  Of a chat or a person: from single events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from pyroaring import BitMap
from sqlalchemy import and_, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics import milestones
from bot.analytics.audience.days import DAY
from bot.analytics.audience.segments import WROTE
from bot.analytics.reports import counts
from bot.analytics.reports.acts import IS_WRITTEN, message_events, narrowed, people
from bot.analytics.reports.figure import Figure, Unknown, share
from bot.analytics.reports.kept import kept
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query
from bot.analytics.rollups import EVENT
from bot.database.tables import events

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

Found = Mapping[str, float | None]
TYPES = ("text", "photo", "video", "voice", "document", "sticker", "other", "system")


@dataclass(frozen=True, kw_only=True, slots=True)
class Messages:
    """The messages of a period, of one chat or one person if the query says so.

    total: all, service messages among them; by_type: of each of TYPES; shares: of the total
    senders: distinct people who wrote, channels and anonymous admins are nobody
    mean_length: characters of a text message
    summed_until: what came before it is known by sums only; None: all is known message by message
    """

    period: Period
    recorded_since: datetime | None
    total: Figure
    by_type: Mapping[str, Figure]
    shares: Mapping[str, Figure]
    senders: Figure
    mean_length: Figure
    summed_until: datetime | None = None


async def messages(source: Source, query: Query) -> Messages:
    """The messages of the query's period, chat and person, against the period before."""
    period = query.period
    is_single = query.chat_id is not None or query.user_id is not None
    count = _single if is_single else _summed
    async with source.database.read("report.messages") as connection:
        known = await kept(connection, period)
        reached = await milestones.read(connection)
        now = await count(source, connection, query)
        then = await count(source, connection, replace(query, period=period.previous))
    figure = known.of_events if is_single else known.figure
    figures = {name: figure(now[name], then[name]) for name in now}
    if not is_single:
        figures["senders"] = _senders_known(figures["senders"], period, reached.events_since)
    return Messages(
        period=period,
        recorded_since=known.recorded_since,
        total=figures["total"],
        by_type={name: figures[name] for name in TYPES},
        shares={name: figures[f"share_{name}"] for name in TYPES},
        senders=figures["senders"],
        mean_length=figures["mean_length"],
        summed_until=None if is_single else counts.summed_until(reached, period.previous),
    )


async def _summed(source: Source, connection: AsyncConnection, query: Query) -> Found:
    sums = await counts.counted(connection, f"{EVENT}message", query.period)
    types = ((label, one.count, one.total) for label, one in sums.items())
    return _found(types, len(await _senders_of_all(source, connection, query.period)))


async def _single(source: Source, connection: AsyncConnection, query: Query) -> Found:
    del source  # knows nobody's chats
    where = and_(await narrowed(connection, query), message_events(query.period))
    label = events.c.label
    types = select(label, func.count(), func.sum(events.c.value)).where(where).group_by(label)
    senders = select(func.count(distinct(events.c.user_number))).where(where, IS_WRITTEN)
    rows = [(name, count, length) for name, count, length in await connection.execute(types)]
    return _found(rows, int(await connection.scalar(senders) or 0))


def _found(types: Iterable[tuple[str | None, int, float | None]], senders: int) -> Found:
    by_type: dict[str, float] = dict.fromkeys(TYPES, 0)
    characters = 0.0
    for name, count, length in types:
        by_type[name if name in by_type else "other"] += int(count)
        characters += float(length or 0) if name == "text" else 0
    total = sum(by_type.values())
    return {
        **by_type,
        **{f"share_{name}": share(by_type[name], total) for name in TYPES},
        "total": total,
        "senders": senders,
        "mean_length": share(characters, by_type["text"]),
    }


async def _senders_of_all(source: Source, connection: AsyncConnection, period: Period) -> BitMap:
    """Who wrote: on whole days, and on the last one up to its time of day."""
    today, mine = source.audience.today, message_events(period)
    if source.audience.pending_days:  # the sets of some day are not whole
        return await people(connection, and_(mine, IS_WRITTEN))
    if period.is_over or period.last_day == today:
        return await source.audience.union(WROTE, period.first_day, period.last_day)
    earlier = await source.audience.union(WROTE, period.first_day, period.last_day - DAY)
    last = replace(period, days=1)
    return earlier | await people(connection, and_(message_events(last), IS_WRITTEN))


def _senders_known(senders: Figure, period: Period, events_since: int) -> Figure:
    """Without the ones before, if the messages of the last day's part are gone."""
    last = replace(period.previous, days=1)
    if senders.before is None or last.is_over or last.start_at >= events_since:
        return senders
    return replace(senders, before=None, unknown_before=Unknown.REMOVED)
