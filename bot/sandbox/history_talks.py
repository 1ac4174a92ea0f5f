"""Invented talks with the assistant: how long and what they cost, never a word."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.analytics.events import Event
from bot.analytics.features.assistant import (
    CompletionFailed,
    CompletionSucceeded,
    ConversationEnded,
    ConversationStarted,
)
from bot.assistant.prices import Cost, load_prices
from bot.assistant.tokens import Tokens
from bot.clock import to_milliseconds
from bot.database.feature_tables import conversations
from bot.sandbox.crowd_people import Resident
from bot.sandbox.history_acts import Act
from bot.sandbox.history_rows import Row, Values
from bot.sandbox.history_updates import Updates
from bot.sandbox.model_request import MODEL

IDLE = timedelta(hours=1)
PROMPT_TOKENS = 38
MEMORY_TOKENS = 3_000
FAILED_SHARE, STOPPED_SHARE = 0.025, 0.04
FAILURES = ("timeout", "rate_limited", "server", "network", "empty", "broken")
FAILURE_WEIGHTS = (32, 26, 18, 14, 5, 5)


@dataclass(kw_only=True)
class _Talk:
    """One that is open.  memory: tokens that are sent along"""

    person: Resident
    began_at: datetime
    last_at: datetime
    memory: int = 0
    completions: list[Values] = field(default_factory=list)

    def row(self, at: datetime, status: str, ended_at: datetime | None) -> Row:
        """What is left of it."""
        values = {
            "chat_id": self.person.id,
            "status": status,
            "started_at": to_milliseconds(self.began_at),
            "last_at": to_milliseconds(self.last_at),
            "ended_at": ended_at and to_milliseconds(ended_at),
        }
        who = self.person.id
        return Row(at=at, table=conversations, user_id=who, values=values, parts=self.completions)


class Talks:
    """Talks as the bot's own assistant tells of them, with its prices."""

    def __init__(self, updates: Updates) -> None:
        self._updates = updates
        self._chance = updates.chance
        self._prices = load_prices()
        self._open: dict[int, _Talk] = {}

    def ask(self, act: Act, length: int) -> Iterator[Event | Row]:
        """A question of *length* characters, and its answer within the time of *act*."""
        talk = self._open.get(act.person.id)
        if talk and act.at - talk.last_at >= IDLE:
            yield from self._end(talk, act.at, "expired")
            talk = None
        if talk is None:
            talk = _Talk(person=act.person, began_at=act.at, last_at=act.at)
            self._open[act.person.id] = talk
            yield ConversationStarted(at=act.at, **_who(talk))
        talk.last_at = act.at
        yield from self._answer(act, talk, length)

    def forget(self, act: Act) -> Iterator[Event | Row]:
        """A new talk was asked for."""
        yield from self._updates.command(act, "newchat")
        if talk := self._open.get(act.person.id):
            is_over = act.at - talk.last_at >= IDLE
            yield from self._end(talk, act.at, "expired" if is_over else "ended")

    def close(self, at: datetime) -> Iterator[Event | Row]:
        """What is left when the history ends; who spoke just now is not done."""
        for talk in list(self._open.values()):
            if at - talk.last_at >= IDLE:
                yield from self._end(talk, at, "expired")
            else:
                yield talk.row(at, "open", None)

    def _end(self, talk: _Talk, at: datetime, status: str) -> Iterator[Event | Row]:
        del self._open[talk.person.id]
        asked = len(talk.completions)
        yield ConversationEnded(at=at, messages=asked, **_who(talk))
        ended_at = talk.last_at + IDLE if status == "expired" else at
        yield talk.row(at, status, ended_at)

    def _answer(self, act: Act, talk: _Talk, length: int) -> Iterator[Event | Row]:
        roll, seconds = self._chance.random(), act.seconds * 0.95
        failed = FAILED_SHARE + STOPPED_SHARE
        state = "done" if roll >= failed else "failed" if roll < FAILED_SHARE else "stopped"
        tokens = self._tokens(talk, length, state)
        cost, at = self._prices.cost(MODEL, tokens, act.at), act.after(seconds)
        if state == "failed":
            error = self._chance.choices(FAILURES, FAILURE_WEIGHTS)[0]
            yield CompletionFailed(at=at, model=MODEL, error=error, **_who(talk))
        else:
            error = None
            yield self._updates.call(act.after(seconds / 2), "editMessageText")
            is_stopped = state == "stopped"
            if is_stopped:
                yield from self._updates.button(act, "assistant_stop", seconds)
            yield _succeeded(at, talk, tokens, cost, seconds=seconds, is_stopped=is_stopped)
        talk.completions.append(_completion(act, state, error, tokens, cost, seconds))

    def _tokens(self, talk: _Talk, length: int, state: str) -> Tokens:
        """What is known to the endpoint is what was sent with the question before."""
        asked = PROMPT_TOKENS + length // 4
        if state == "failed":
            return Tokens(input=asked + talk.memory, is_estimated=True)
        output = int(self._chance.lognormvariate(math.log(95), 0.6)) + 4
        output //= 1 + (state == "stopped")
        tokens = Tokens(
            input=asked,
            cached_input=talk.memory,
            output=output,
            reasoning=int(output * self._chance.uniform(0.05, 0.3)),
        )
        talk.memory = min(talk.memory + length // 4 + output, MEMORY_TOKENS)
        return tokens


def _who(talk: _Talk) -> dict[str, int]:
    return {"user_id": talk.person.id, "chat_id": talk.person.id}


def _counts(tokens: Tokens) -> dict[str, int]:
    return {f"{name}_tokens": count for name, count in tokens.by_type().items()}


def _succeeded(  # noqa: PLR0913  what the fact says
    at: datetime, talk: _Talk, tokens: Tokens, cost: Cost, *, seconds: float, is_stopped: bool
) -> CompletionSucceeded:
    return CompletionSucceeded(
        at=at,
        user_id=talk.person.id,
        chat_id=talk.person.id,
        model=MODEL,
        input_tokens=tokens.input,
        cached_input_tokens=tokens.cached_input,
        output_tokens=tokens.output,
        reasoning_tokens=tokens.reasoning,
        unpriced_tokens=cost.unpriced_tokens,
        cost_usd=cost.usd,
        seconds=seconds,
        is_stopped=is_stopped,
    )


def _completion(  # noqa: PLR0913, PLR0917  the columns
    act: Act, state: str, error: str | None, tokens: Tokens, cost: Cost, seconds: float
) -> Values:
    return _counts(tokens) | {
        "chat_id": act.person.id,
        "language": act.person.language,
        "model": MODEL,
        "state": state,
        "error": error,
        "unpriced_tokens": cost.unpriced_tokens,
        "is_estimated": tokens.is_estimated,
        "cost_usd": cost.usd,
        "seconds": seconds,
        "asked_at": to_milliseconds(act.at),
        "ended_at": to_milliseconds(act.after(seconds)),
    }
