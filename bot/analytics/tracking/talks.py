"""Conversations that another program had: rows beside those of the bot's own assistant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.events import Event
from bot.analytics.features.assistant import (
    TOKENS,
    CompletionFailed,
    CompletionSucceeded,
    ConversationStarted,
)
from bot.clock import to_milliseconds
from bot.database.feature_tables import completions, conversations

row = conversations.c


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """A question to a model and how that ended.

    tokens: by the names of TOKENS; cost_usd: None: nobody knows, so no token is priced
    error: a name of the assistant's troubles, None: it answered; is_stopped: by the person
    """

    at: datetime
    model: str
    tokens: Mapping[str, int]
    cost_usd: float | None
    seconds: float
    error: str | None = None
    is_stopped: bool = False

    @property
    def ended_at(self) -> datetime:
        """When the answer was whole."""
        return self.at + timedelta(seconds=self.seconds)

    @property
    def unpriced(self) -> int:
        """Tokens that are in no cost."""
        return sum(self.tokens.values()) if self.cost_usd is None else 0

    @property
    def state(self) -> str:
        """As in completions."""
        return "failed" if self.error else "stopped" if self.is_stopped else "done"


@dataclass(frozen=True, kw_only=True, slots=True)
class Talk:
    """A conversation, or more of one that was reported before.  name: no other has it"""

    at: datetime
    user_id: int
    chat_id: int
    name: str
    answers: Sequence[Answered] = field(default=())

    @property
    def last_at(self) -> int:
        """When its last answer was whole, in UTC milliseconds."""
        return to_milliseconds(max([self.at, *(one.ended_at for one in self.answers)]))


async def known(connection: AsyncConnection, talks: Iterable[Talk]) -> dict[str, int]:
    """The numbers of those that were reported before, by their names."""
    names = {talk.name for talk in talks}
    query = select(row.tracked_as, row.id).where(row.tracked_as.in_(names))
    return {one.tracked_as: one.id for one in await connection.execute(query)}


def facts(talks: Iterable[Talk], before: Mapping[str, int]) -> Iterator[Event]:
    """What happened in *talks*; those in *before* had begun already."""
    begun = set(before)
    for talk in talks:
        if talk.name not in begun:
            begun.add(talk.name)
            yield ConversationStarted(at=talk.at, user_id=talk.user_id, chat_id=talk.chat_id)
        for answer in talk.answers:
            yield _fact(talk, answer)


def _fact(talk: Talk, answer: Answered) -> Event:
    who: dict[str, Any] = {"user_id": talk.user_id, "chat_id": talk.chat_id}
    if answer.error:
        return CompletionFailed(at=answer.ended_at, model=answer.model, error=answer.error, **who)
    return CompletionSucceeded(
        at=answer.ended_at,
        model=answer.model,
        unpriced_tokens=answer.unpriced,
        cost_usd=answer.cost_usd,
        seconds=answer.seconds,
        is_stopped=answer.is_stopped,
        **who,
        **{f"{name}_tokens": answer.tokens.get(name, 0) for name in TOKENS},
    )


async def write(
    connection: AsyncConnection,
    talks: Sequence[Talk],
    before: Mapping[str, int],
    numbers: Mapping[int, int],
) -> None:
    """Write *talks*; numbers: users.number of everybody in them."""
    new = {talk.name: talk for talk in reversed(talks) if talk.name not in before}
    found = {**before, **await _begin(connection, list(new.values()), numbers)}
    # Only forwards: the parts of a conversation may come in any order.
    last: Any = bindparam("until")
    later = case((row.last_at > last, row.last_at), else_=last)
    change = update(conversations).where(row.id == bindparam("which"))
    changes = [{"which": found[talk.name], "until": talk.last_at} for talk in talks]
    if changes:
        await connection.execute(change.values(last_at=later, ended_at=later), changes)
    rows = [
        _row(answer, talk, found[talk.name], numbers[talk.user_id])
        for talk in talks
        for answer in talk.answers
    ]
    if rows:
        await connection.execute(insert(completions), rows)


async def _begin(
    connection: AsyncConnection, talks: Sequence[Talk], numbers: Mapping[int, int]
) -> dict[str, int]:
    # Ended from the beginning: the bot must not go on with somebody else's conversation.
    rows = [
        {
            "user_number": numbers[talk.user_id],
            "chat_id": talk.chat_id,
            "status": "ended",
            "started_at": to_milliseconds(talk.at),
            "last_at": talk.last_at,
            "ended_at": talk.last_at,
            "tracked_as": talk.name,
        }
        for talk in talks
    ]
    if not rows:
        return {}
    statement = insert(conversations).returning(row.tracked_as, row.id)
    return {one.tracked_as: one.id for one in await connection.execute(statement, rows)}


def _row(answer: Answered, talk: Talk, conversation: int, number: int) -> dict[str, Any]:
    return {
        "conversation_id": conversation,
        "user_number": number,
        "chat_id": talk.chat_id,
        "model": answer.model,
        "state": answer.state,
        "error": answer.error,
        "unpriced_tokens": answer.unpriced,
        "cost_usd": answer.cost_usd,
        "seconds": answer.seconds,
        "asked_at": to_milliseconds(answer.at),
        "ended_at": to_milliseconds(answer.ended_at),
        **{f"{name}_tokens": answer.tokens.get(name, 0) for name in TOKENS},
    }
