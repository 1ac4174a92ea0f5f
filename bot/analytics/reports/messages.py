"""Message statistics: how many of which type, from how many people, how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.reports.acts import IS_WRITTEN, message_events, narrowed
from bot.analytics.reports.figure import Figure, share
from bot.analytics.reports.kept import kept
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query
from bot.database.tables import events

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

TYPES = ("text", "photo", "video", "voice", "document", "sticker", "other", "system")


@dataclass(frozen=True, kw_only=True, slots=True)
class Messages:
    """The messages of a period, of one chat or one person if the query says so.

    total: all, service messages among them; by_type: of each of TYPES; shares: of the total
    senders: distinct people who wrote, channels and anonymous admins are nobody
    mean_length: characters of a text message
    """

    period: Period
    recorded_since: datetime | None
    total: Figure
    by_type: Mapping[str, Figure]
    shares: Mapping[str, Figure]
    senders: Figure
    mean_length: Figure


async def messages(source: Source, query: Query) -> Messages:
    """The messages of the query's period, chat and person, against the period before."""
    period = query.period
    async with source.database.read("report.messages") as connection:
        known = await kept(connection, period)
        mine = await narrowed(connection, query)
        now = await _counted(connection, and_(mine, message_events(period)))
        then = await _counted(connection, and_(mine, message_events(period.previous)))
    figures = {name: known.of_events(now[name], then[name]) for name in now}
    return Messages(
        period=period,
        recorded_since=known.recorded_since,
        total=figures["total"],
        by_type={name: figures[name] for name in TYPES},
        shares={name: figures[f"share_{name}"] for name in TYPES},
        senders=figures["senders"],
        mean_length=figures["mean_length"],
    )


async def _counted(
    connection: AsyncConnection, where: ColumnElement[bool]
) -> dict[str, float | None]:
    label = events.c.label
    query = select(label, func.count(), func.sum(events.c.value)).where(where).group_by(label)
    counts: dict[str, float] = dict.fromkeys(TYPES, 0)
    characters = 0.0
    for name, count, length in await connection.execute(query):
        counts[name if name in counts else "other"] += int(count)
        characters += float(length or 0) if name == "text" else 0
    total = sum(counts.values())
    found: dict[str, Any] = {f"share_{name}": share(counts[name], total) for name in TYPES}
    return {
        **counts,
        **found,
        "total": total,
        "senders": await _senders(connection, where),
        "mean_length": share(characters, counts["text"]),
    }


async def _senders(connection: AsyncConnection, where: ColumnElement[bool]) -> int:
    query = select(func.count(distinct(events.c.user_number))).where(where, IS_WRITTEN)
    return int(await connection.scalar(query) or 0)
