"""The people and the chats with the most: messages, activity, participants."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.reports.acts import IS_WRITTEN, active, acts
from bot.analytics.reports.chats import (
    ChatTotal,
    activity_of,
    chat_counts,
    highest,
    messages_of,
    most_people,
    with_people,
)
from bot.analytics.reports.foremost import Count, foremost
from bot.analytics.reports.kept import kept
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query
from bot.database.tables import events, users

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source


@dataclass(frozen=True, kw_only=True, slots=True)
class TopPerson:
    """What one person did: messages, commands among them; activity: everything they did.

    username, name: None unless the bot keeps names
    """

    telegram_id: int
    username: str | None
    name: str | None
    messages: int
    activity: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Top:
    """The first of a period, at most `size` each, nobody with nothing.

    people: how many were active; people of one chat, and no chats, if the query says so
    """

    period: Period
    size: int
    recorded_since: datetime | None
    people: int
    people_by_messages: tuple[TopPerson, ...]
    people_by_activity: tuple[TopPerson, ...]
    chats: int
    chats_by_messages: tuple[ChatTotal, ...]
    chats_by_activity: tuple[ChatTotal, ...]
    chats_by_participants: tuple[ChatTotal, ...]


async def top(source: Source, query: Query) -> Top:
    """The first of each kind in the query's period, as many as it asks for."""
    period, size = query.period, query.size
    everybody = await active(source, query, period)
    async with source.database.read("report.top") as connection:
        known = await kept(connection, period)
        counts = await _counts(connection, query)
        written, done = (_first(counts, by, size) for by in (_messages, _activity))
        people = await _people(connection, {*written, *done}, counts)
        chats = [] if query.chat_id is not None else await chat_counts(connection, period)
        met = await most_people(connection, period, chats, size)
        by_messages, by_activity = [
            await with_people(connection, period, highest(chats, by, size), met)
            for by in (messages_of, activity_of)
        ]
    return Top(
        period=period,
        size=size,
        recorded_since=known.recorded_since,
        people=len(everybody),
        people_by_messages=tuple(people[one] for one in written if one in people),
        people_by_activity=tuple(people[one] for one in done if one in people),
        chats=len(chats),
        chats_by_messages=by_messages,
        chats_by_activity=by_activity,
        chats_by_participants=met,
    )


async def _counts(connection: AsyncConnection, query: Query) -> dict[int, Count]:
    """What everybody did who may be among the first."""
    if query.chat_id is None:
        return await foremost(connection, query.period, query.size)
    row = events.c
    is_message = and_(row.kind == "message", IS_WRITTEN)
    mine: ColumnElement[bool] = and_(row.chat_id == query.chat_id, row.user_number.is_not(None))
    rows = await connection.execute(
        select(row.user_number, func.sum(case((is_message, 1), else_=0)), func.count())
        .where(mine, acts(query.period))
        .group_by(row.user_number)
    )
    return {number: Count(int(written), int(done)) for number, written, done in rows}


def _messages(count: Count) -> int:
    return count.messages


def _activity(count: Count) -> int:
    return count.activity


def _first(counts: dict[int, Count], by: Callable[[Count], int], size: int) -> list[int]:
    """Numbers of people, the most first; who came first where they have the same."""
    some: Iterable[int] = (number for number, count in counts.items() if by(count))
    return nsmallest(size, some, key=lambda number: (-by(counts[number]), number))


async def _people(
    connection: AsyncConnection, numbers: Collection[int], counts: dict[int, Count]
) -> dict[int, TopPerson]:
    row = users.c
    query = select(row.number, row.telegram_id, row.username, row.name)
    found = await connection.execute(query.where(row.number.in_(numbers)))
    return {
        number: TopPerson(
            telegram_id=telegram_id,
            username=username,
            name=name,
            messages=counts[number].messages,
            activity=counts[number].activity,
        )
        for number, telegram_id, username, name in found
    }
