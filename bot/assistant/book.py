"""The book: who asked, what it took, and how it ended; written down before anybody is answered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.assistant.prices import Cost
from bot.assistant.tokens import TYPES, Tokens
from bot.assistant.trouble import Trouble
from bot.clock import from_milliseconds, to_milliseconds
from bot.database.engine import Database
from bot.database.feature_tables import completions, conversations
from bot.database.statements import insert_into
from bot.database.tables import users

# More answers than any plan allows in a day.
MOST_ROWS = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question as it is written down: who, where, in which language, and not its words.

    tokens: an estimate of what is sent, which stays if nobody ever tells more
    """

    user_id: int
    chat_id: int
    language: str
    model: str
    tokens: Tokens
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """How it ended, for good.

    state: done, failed, stopped or interrupted; seconds: from the question to here
    """

    state: str
    error: Trouble | None
    tokens: Tokens
    cost: Cost
    seconds: float
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """An answer that a dead process left in a chat.

    is_cut: it must be said that it was interrupted; else only its button is useless
    """

    completion_id: int
    chat_id: int
    message_id: int
    language: str
    is_cut: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """A question that a dead process was answering."""

    completion_id: int
    user_id: int | None
    chat_id: int | None
    model: str
    tokens: Tokens
    at: datetime


@dataclass(frozen=True, slots=True)
class Spent:
    """One question of the last day."""

    at: datetime
    tokens: int


class Book:
    """Reads and writes completions; what a person was promised is on disk when a call returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def end(self, completion_id: int, ended: Ended) -> bool:
        """Write the end of a running answer; False if it had one: nothing is counted twice."""
        is_mine = (completions.c.id == completion_id) & (completions.c.state == "running")
        counts = {f"{name}_tokens": count for name, count in ended.tokens.by_type().items()}
        change = update(completions).where(is_mine)
        async with self._database.write("assistant.end", durable=True) as connection:
            result = await connection.execute(
                change.values(
                    state=ended.state,
                    error=ended.error,
                    unpriced_tokens=ended.cost.unpriced_tokens,
                    is_estimated=ended.tokens.is_estimated,
                    cost_usd=ended.cost.usd,
                    seconds=ended.seconds,
                    ended_at=to_milliseconds(ended.at),
                    **counts,
                )
            )
        return bool(result.rowcount)

    async def grew(self, completion_id: int, message_id: int | None, output_tokens: int) -> None:
        """Note where the answer grows and how long it is, for the case that nobody ends it."""
        is_mine = (completions.c.id == completion_id) & (completions.c.state == "running")
        values = {"message_id": message_id, "output_tokens": output_tokens}
        async with self._database.write("assistant.grew") as connection:
            await connection.execute(update(completions).where(is_mine).values(values))

    async def told(self, completion_id: int) -> None:
        """Note that the chat shows the end of an answer: there is nothing left to mend."""
        change = update(completions).where(completions.c.id == completion_id)
        async with self._database.write("assistant.told") as connection:
            await connection.execute(change.values(message_id=None))

    async def spent(self, user_id: int, since: datetime) -> list[Spent]:
        """What a person asked since then, oldest first; what failed is not held against them.

        Unless it failed because they blocked the bot: that would be a way around every limit.
        """
        first, *others = (completions.c[f"{name}_tokens"] for name in TYPES)
        sums = sum(others, start=first)
        query = (
            select(completions.c.asked_at, sums)
            .join(users, users.c.number == completions.c.user_number)
            .join(conversations, conversations.c.id == completions.c.conversation_id)
            .where(
                users.c.telegram_id == user_id,
                conversations.c.tracked_as.is_(None),  # what others answered is no use of ours
                completions.c.asked_at > to_milliseconds(since),
                completions.c.state.not_in(["failed", "interrupted"])
                | (completions.c.error == Trouble.CANCELLED),
            )
            .order_by(completions.c.asked_at)
            .limit(MOST_ROWS)
        )
        async with self._database.read("assistant.spent") as connection:
            rows = await connection.execute(query)
        return [Spent(from_milliseconds(at), int(tokens)) for at, tokens in rows]

    async def running(self, before: datetime, *, but: Collection[int]) -> list[Cut]:
        """Answers begun before then that nobody has ended, except those with the numbers *but*."""
        query = (
            select(completions, users.c.telegram_id)
            .outerjoin(users, users.c.number == completions.c.user_number)
            .where(
                completions.c.state == "running",
                completions.c.asked_at <= to_milliseconds(before),
                completions.c.id.not_in(but),
            )
        )
        async with self._database.read("assistant.running") as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [
            Cut(
                completion_id=row["id"],
                user_id=row["telegram_id"],
                chat_id=row["chat_id"],
                model=row["model"],
                tokens=Tokens(
                    input=row["input_tokens"], output=row["output_tokens"], is_estimated=True
                ),
                at=from_milliseconds(row["asked_at"]),
            )
            for row in rows
        ]

    async def left(self, before: datetime, *, but: Collection[int]) -> list[Left]:
        """Messages of answers that ended before then, but whose end the chat may not show."""
        query = select(completions).where(
            completions.c.state != "running",
            completions.c.ended_at <= to_milliseconds(before),
            completions.c.id.not_in(but),
            _has_message(),
        )
        async with self._database.read("assistant.left") as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [
            Left(
                completion_id=row["id"],
                chat_id=row["chat_id"],
                message_id=row["message_id"],
                language=row["language"],
                is_cut=row["state"] == "interrupted",
            )
            for row in rows
        ]


def _has_message() -> ColumnElement[bool]:
    # Forgetting a person empties chat_id: then nobody knows where the message is.
    return and_(completions.c.message_id.is_not(None), completions.c.chat_id.is_not(None))


async def number_of(database: Database, connection: AsyncConnection, user_id: int) -> int:
    """The person's number, a new one if the store has not met them yet."""
    row = {"telegram_id": user_id, "is_premium": False}
    statement = insert_into(database.dialect, users).values(row)
    await connection.execute(statement.on_conflict_do_nothing(index_elements=["telegram_id"]))
    query = select(users.c.number).where(users.c.telegram_id == user_id)
    return int((await connection.execute(query)).scalar_one())


async def add(connection: AsyncConnection, asked: Asked, *, conversation: int, number: int) -> int:
    """Write a question down as running; its number."""
    counts = {f"{name}_tokens": count for name, count in asked.tokens.by_type().items()}
    statement = completions.insert().values(
        conversation_id=conversation,
        user_number=number,
        chat_id=asked.chat_id,
        language=asked.language,
        model=asked.model,
        state="running",
        unpriced_tokens=0,
        is_estimated=True,
        asked_at=to_milliseconds(asked.at),
        **counts,
    )
    result = await connection.execute(statement.returning(completions.c.id))
    return int(result.scalar_one())
