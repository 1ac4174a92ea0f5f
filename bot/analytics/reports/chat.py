"""One chat: who takes part, how much is written, since when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import RowMapping, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.reports.acts import acts, days_known, message_events, people
from bot.analytics.reports.figure import Figure, Unknown
from bot.analytics.reports.kept import Kept, kept
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query
from bot.clock import from_milliseconds
from bot.database.tables import chats, events

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

FIGURES = ("active_participants", "messages", "mean_messages")


@dataclass(frozen=True, kw_only=True, slots=True)
class Chat:
    """One chat in a period against the one before.

    participants: people who ever came or did anything there and have not left since; where older
        traces were removed, since kept_since
    active_participants: distinct people active there; mean_messages: a day, since first known
    first_at, last_at: of its messages; age_seconds: since the bot came, or the first message
    type: "" for a chat the bot does not know
    """

    period: Period
    chat_id: int
    type: str = ""
    title: str | None = None
    participants: int = 0
    kept_since: datetime | None = None
    active_participants: Figure
    messages: Figure
    mean_messages: Figure
    first_at: datetime | None = None
    last_at: datetime | None = None
    left_at: datetime | None = None
    age_seconds: float | None = None

    @property
    def is_known(self) -> bool:
        """Whether the bot knows the chat."""
        return bool(self.type)


async def chat(source: Source, query: Query) -> Chat:
    """The query's chat in its period; ValueError when it names none."""
    if query.chat_id is None:
        raise ValueError("a chat's statistics need a chat_id")
    period = query.period
    async with source.database.read("report.chat") as connection:
        found = await connection.execute(select(chats).where(chats.c.chat_id == query.chat_id))
        row = found.mappings().one_or_none()
        if row is None:
            return _unknown(period, query.chat_id)
        known = await kept(connection, period)
        return await _chat(connection, known, row)


def _unknown(period: Period, chat_id: int) -> Chat:
    return Chat(period=period, chat_id=chat_id, **_figures(Unknown.NOTHING_RECORDED))


def _figures(why: Unknown) -> dict[str, Any]:
    """None of them is known."""
    figure = Figure(value=None, before=None, unknown=why, unknown_before=why)
    return dict.fromkeys(FIGURES, figure)


async def _chat(connection: AsyncConnection, known: Kept, row: RowMapping) -> Chat:
    period, chat_id = known.period, row["chat_id"]
    met = [at for at in (row["joined_at"], row["first_message_at"]) if at is not None]
    since = min(met, default=None)
    # Before the bot came to a chat, nothing of it was recorded.
    known = known if since is None else replace(known, since=since)
    now = await _counts(connection, chat_id, period, since)
    then = await _counts(connection, chat_id, period.previous, since)
    figures = {name: known.of_events(now[name], then[name]) for name in FIGURES}
    is_met = since is None or since < period.end_at
    return Chat(
        period=period,
        chat_id=chat_id,
        type=row["type"],
        title=row["title"],
        participants=await _participants(connection, chat_id, period.end_at),
        kept_since=_moment(known.removed_until or None),
        first_at=_moment(row["first_message_at"]),
        last_at=_moment(row["last_message_at"]),
        left_at=_moment(row["left_at"]),
        age_seconds=(period.end_at - since) / 1000 if since is not None and is_met else None,
        **(figures if is_met else _figures(Unknown.NOT_RECORDED_THEN)),
    )


async def _counts(
    connection: AsyncConnection, chat_id: int, period: Period, since: int | None
) -> dict[str, float | None]:
    mine = events.c.chat_id == chat_id
    written = select(func.count()).where(mine, message_events(period))
    count = int(await connection.scalar(written) or 0)
    active = await people(connection, and_(mine, acts(period)))
    return {
        "messages": count,
        "active_participants": len(active),
        "mean_messages": count / days_known(period, since),
    }


async def _participants(connection: AsyncConnection, chat_id: int, before: int) -> int:
    """Whose last trace in the chat is not that they left."""
    row = events.c
    left = func.max(case((row.kind == "leave", row.at)))
    last = (
        select(row.user_number)
        .where(row.chat_id == chat_id, row.at < before, row.user_number.is_not(None))
        .group_by(row.user_number)
        .having(or_(left.is_(None), left < func.max(row.at)))
    )
    return int(await connection.scalar(select(func.count()).select_from(last.subquery())) or 0)


def _moment(at: int | None) -> datetime | None:
    return None if at is None else from_milliseconds(at)
