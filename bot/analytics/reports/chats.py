"""Groups and channels: how many there are, and what happens in each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from heapq import nsmallest
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.reports.acts import acts, message_events, people
from bot.analytics.reports.figure import Figure
from bot.analytics.reports.kept import counted, kept, within
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import SIZE, Query
from bot.database.tables import chats as table
from bot.database.tables import events

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

Some = TypeVar("Some", bound="ChatCount")


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatCount:
    """How much happened in one chat in a period.

    messages: service messages among them
    activity: how often people acted: messages, buttons, votes
    """

    chat_id: int
    type: str
    title: str | None
    messages: int
    activity: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatTotal(ChatCount):
    """The same, and among how many: participants are distinct active people."""

    participants: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Chats:
    """Groups and channels of a period against the one before.

    present: chats the bot is in now, by type; None: nobody knows it of a period that is over
    joined, left: chats it last joined or left in then
    active: chats with a message; messages: in all of them; top: the most messages first
    """

    period: Period
    recorded_since: datetime | None
    present: Mapping[str, int] | None
    joined: Figure
    left: Figure
    active: Figure
    messages: Figure
    top: tuple[ChatTotal, ...]


async def chats(source: Source, query: Query) -> Chats:
    """Every group and channel in the query's period."""
    period = query.period
    async with source.database.read("report.chats") as connection:
        known = await kept(connection, period)
        now = await chat_counts(connection, period)
        then = await chat_counts(connection, period.previous)
        first = await with_people(connection, period, highest(now, messages_of))
        came = [await _count(connection, table.c.joined_at, one) for one in _both(period)]
        went = [await _count(connection, table.c.left_at, one) for one in _both(period)]
        present = None
        if not period.is_over:
            present = await counted(connection, table.c.type, _is_present())
    return Chats(
        period=period,
        recorded_since=known.recorded_since,
        present=present,
        joined=known.figure(came[0], came[1]),
        left=known.figure(went[0], went[1]),
        active=known.of_events(_active(now), _active(then)),
        messages=known.of_events(_messages(now), _messages(then)),
        top=first,
    )


async def chat_counts(connection: AsyncConnection, period: Period) -> list[ChatCount]:
    """How much happened in each chat in *period*; chats without anything are not there."""
    done = and_(acts(period), events.c.user_number.is_not(None))
    columns = [_of_chat(func.count(), where) for where in (message_events(period), done)]
    what = (table.c.chat_id, table.c.type, table.c.title)
    query = select(*what, *[column.scalar_subquery() for column in columns]).where(_is_group())
    names = ("chat_id", "type", "title", "messages", "activity")
    rows = [dict(zip(names, row, strict=True)) for row in await connection.execute(query)]
    return [ChatCount(**row) for row in rows if row["messages"] or row["activity"]]


async def with_people(
    connection: AsyncConnection,
    period: Period,
    some: Sequence[ChatCount],
    met: Sequence[ChatTotal] = (),
) -> tuple[ChatTotal, ...]:
    """The same chats, and how many people were active in each.  met: need not be asked again"""
    known = {chat.chat_id: chat for chat in met}
    for chat in some:
        if chat.chat_id not in known:
            there = and_(events.c.chat_id == chat.chat_id, acts(period))
            count = len(await people(connection, there))
            known[chat.chat_id] = ChatTotal(**asdict(chat), participants=count)
    return tuple(known[chat.chat_id] for chat in some)


async def most_people(
    connection: AsyncConnection, period: Period, counts: Iterable[ChatCount], size: int = SIZE
) -> tuple[ChatTotal, ...]:
    """The *size* chats with the most participants.

    Nobody takes part without acting, so the chats are asked in the order of their activity, until
    no other can have more people than the last of the first.
    """
    best: list[ChatTotal] = []
    for chat in sorted(counts, key=lambda chat: (-chat.activity, chat.chat_id)):
        if len(best) == size and chat.activity < best[-1].participants:
            break
        total = await with_people(connection, period, [chat])
        best = [*highest([*best, *total], people_in, size)]
    return tuple(best)


def highest(some: Iterable[Some], by: Callable[[Some], int], size: int = SIZE) -> tuple[Some, ...]:
    """The *size* chats with the most, none of them with nothing."""
    busy = [chat for chat in some if by(chat)]
    return tuple(nsmallest(size, busy, key=lambda chat: (-by(chat), chat.chat_id)))


def messages_of(chat: ChatCount) -> int:
    """How many messages were written."""
    return chat.messages


def activity_of(chat: ChatCount) -> int:
    """How often people acted."""
    return chat.activity


def people_in(chat: ChatTotal) -> int:
    """How many people acted."""
    return chat.participants


def _of_chat(column: ColumnElement[Any], where: ColumnElement[bool]) -> Select[tuple[Any]]:
    # Chat by chat, so that the index of a chat's events is used whatever the planner believes.
    mine = events.c.chat_id == table.c.chat_id
    return select(column).select_from(events).where(mine, where).correlate(table)


def _is_group() -> ColumnElement[bool]:
    return table.c.type != "private"


def _is_present() -> ColumnElement[bool]:
    return and_(_is_group(), table.c.left_at.is_(None))


async def _count(connection: AsyncConnection, column: ColumnElement[Any], period: Period) -> int:
    query = select(func.count()).where(_is_group(), within(column, period))
    return int(await connection.scalar(query) or 0)


def _both(period: Period) -> tuple[Period, Period]:
    return period, period.previous


def _active(totals: Iterable[ChatCount]) -> int:
    return sum(1 for chat in totals if chat.messages)


def _messages(totals: Iterable[ChatCount]) -> int:
    return sum(chat.messages for chat in totals)
