"""Conversations on disk: when each began and ended; what was said in them is not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, RowMapping, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.bus import Bus
from bot.analytics.features.assistant import ConversationEnded, ConversationStarted
from bot.assistant.book import Asked, add, number_of
from bot.assistant.conversation import Key
from bot.clock import Clock, to_milliseconds, utc_now
from bot.database.engine import Database
from bot.database.feature_tables import completions, conversations
from bot.database.tables import users

# One run of the job ends no more than this; the next one goes on.
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Begun:
    """A question that is on disk.

    is_new: it opened a conversation
    """

    completion_id: int
    conversation_id: int
    is_new: bool


class Conversations:
    """Opens and ends them; the facts follow the commits.

    idle: without a word for so long, a conversation is over
    """

    def __init__(
        self, database: Database, bus: Bus, idle: timedelta, clock: Clock = utc_now
    ) -> None:
        self._database = database
        self._bus = bus
        self._idle = idle
        self._clock = clock

    async def begin(self, asked: Asked) -> Begun:
        """Write a question down, in the person's open conversation or in a new one."""
        fresh = conversations.c.last_at > to_milliseconds(asked.at - self._idle)
        async with self._database.write("assistant.begin", durable=True) as connection:
            number = await number_of(self._database, connection, asked.user_id)
            open_ = _open(conversations.c.user_number == number, asked.chat_id)
            old = await _end(connection, open_ & ~fresh, "expired", asked.at)
            found = await _go_on(connection, open_, asked.at)
            conversation = found or await _start(connection, asked, number)
            completion = await add(connection, asked, conversation=conversation, number=number)
        self._publish(old)
        if found is None:
            self._bus.publish(
                ConversationStarted(at=asked.at, user_id=asked.user_id, chat_id=asked.chat_id)
            )
        return Begun(completion, conversation, found is None)

    async def end(self, key: Key) -> bool:
        """End a person's open conversation in a chat; False if there is none."""
        chat_id, user_id = key
        number = select(users.c.number).where(users.c.telegram_id == user_id).scalar_subquery()
        mine = _open(conversations.c.user_number == number, chat_id)
        async with self._database.write("assistant.end_conversation", durable=True) as connection:
            ended = await _end(connection, mine, "ended", self._clock())
        self._publish(ended)
        return bool(ended)

    async def expire(self) -> None:
        """End every conversation that has been silent for too long."""
        now = self._clock()
        silent = (conversations.c.status == "open") & (
            conversations.c.last_at <= to_milliseconds(now - self._idle)
        )
        async with self._database.write("assistant.expire") as connection:
            ended = await _end(connection, silent, "expired", now)
        self._publish(ended)

    def _publish(self, ended: Sequence[RowMapping]) -> None:
        for row in ended:
            if row["chat_id"] is None:  # its person asked to be forgotten
                continue
            fact = ConversationEnded(
                at=self._clock(),
                user_id=row["telegram_id"],
                chat_id=row["chat_id"],
                messages=row["messages"],
            )
            self._bus.publish(fact)


def _open(mine: ColumnElement[bool], chat_id: int) -> ColumnElement[bool]:
    return mine & (conversations.c.chat_id == chat_id) & (conversations.c.status == "open")


async def _end(
    connection: AsyncConnection, which: ColumnElement[bool], status: str, at: datetime
) -> Sequence[RowMapping]:
    """End *which*; whose they were, where, and how many questions were asked in each."""
    asked = select(func.count()).where(completions.c.conversation_id == conversations.c.id)
    query = (
        select(
            conversations.c.id,
            conversations.c.chat_id,
            users.c.telegram_id,
            asked.scalar_subquery().label("messages"),
        )
        .outerjoin(users, users.c.number == conversations.c.user_number)
        .where(which)
        .limit(AT_ONCE)
    )
    found = (await connection.execute(query)).mappings().all()
    change = update(conversations).where(conversations.c.id.in_([row["id"] for row in found]))
    await connection.execute(change.values(status=status, ended_at=to_milliseconds(at)))
    return found


async def _go_on(
    connection: AsyncConnection, open_: ColumnElement[bool], at: datetime
) -> int | None:
    """The newest open conversation, which was spoken in just now; None without one."""
    query = select(conversations.c.id).where(open_).order_by(conversations.c.id.desc()).limit(1)
    found: int | None = await connection.scalar(query)
    if found is not None:
        change = update(conversations).where(conversations.c.id == found)
        await connection.execute(change.values(last_at=to_milliseconds(at)))
    return found


async def _start(connection: AsyncConnection, asked: Asked, number: int) -> int:
    at = to_milliseconds(asked.at)
    statement = conversations.insert().values(
        user_number=number, chat_id=asked.chat_id, status="open", started_at=at, last_at=at
    )
    result = await connection.execute(statement.returning(conversations.c.id))
    return int(result.scalar_one())
