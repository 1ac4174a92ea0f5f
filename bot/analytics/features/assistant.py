"""The assistant: talks, what each answer took, what it cost.

model: the operator's name for it (ASSISTANT_MODEL), never what the endpoint answers.
"""

from __future__ import annotations

from typing import Any

from bot.analytics.batch import Batch, Keep
from bot.analytics.events import Event
from bot.analytics.families import Families, Move, Moves
from bot.analytics.series import HUMAN, Series

# Disjoint: input was not cached, output is no reasoning.
TOKENS = ("input", "cached_input", "output", "reasoning")


class ConversationStarted(Event, frozen=True, kw_only=True, gc=False):
    """A person began to talk with the assistant."""

    user_id: int
    chat_id: int


class ConversationEnded(Event, frozen=True, kw_only=True, gc=False):
    """A talk is over: a new one was asked for, or nobody wrote for long.

    messages: questions asked in it
    """

    user_id: int | None
    chat_id: int
    messages: int


class CompletionSucceeded(Event, frozen=True, kw_only=True, gc=False):
    """The model answered, to its end or until the person stopped it.

    *_tokens: disjoint; unpriced_tokens: those without a known price, not part of cost_usd
    cost_usd: None when no token had a price; is_stopped: by the person
    """

    user_id: int
    chat_id: int
    model: str
    input_tokens: int
    cached_input_tokens: int
    output_tokens: int
    reasoning_tokens: int
    unpriced_tokens: int
    cost_usd: float | None
    seconds: float
    is_stopped: bool = False


class CompletionFailed(Event, frozen=True, kw_only=True, gc=False):
    """The model did not answer, or not to the end.

    error: timeout, rate_limited, server, network, refused, bad_request, too_long, empty, broken,
    cancelled, internal or interrupted
    """

    user_id: int | None
    chat_id: int
    model: str
    error: str


SERIES = (
    Series(
        "completion_duration_seconds",
        "histogram",
        "performance",
        "From a question to the end of its answer.",
        ("model",),
        (*HUMAN, 60, 120, 300),
    ),
    Series(
        "completions_failed_total",
        "counter",
        "performance",
        "Questions that the model did not answer.",
        ("model", "error"),
    ),
    Series("llm_tokens_total", "counter", "business", "Tokens used, by type.", ("model", "type")),
    Series("llm_cost_usd_total", "counter", "business", "What priced tokens cost.", ("model",)),
    Series(
        "llm_unpriced_tokens_total",
        "counter",
        "business",
        "Tokens without a known price.",
        ("model",),
    ),
    Series("conversations_started_total", "counter", "engagement", "Talks with the assistant."),
)


def _started(batch: Batch, fact: ConversationStarted) -> None:
    batch.event(fact, "conversation", user_id=fact.user_id, chat_id=fact.chat_id)


def _succeeded(batch: Batch, fact: CompletionSucceeded) -> None:
    batch.event(
        fact,
        "completion",
        user_id=fact.user_id,
        chat_id=fact.chat_id,
        label=fact.model,
        value=round(fact.seconds, 3),
    )


def _failed(batch: Batch, fact: CompletionFailed) -> None:
    batch.event(
        fact,
        "completion_failed",
        user_id=fact.user_id,
        chat_id=fact.chat_id,
        label=fact.error,
    )


KEPT: dict[type[Event], Keep] = {
    ConversationStarted: _started,
    CompletionSucceeded: _succeeded,
    CompletionFailed: _failed,
}


def moves(series: Families) -> Moves:
    """Which series each fact moves."""
    return {
        ConversationStarted: (series.counted("conversations_started_total"),),
        CompletionSucceeded: (
            _tokens(series),
            series.added("llm_cost_usd_total", "cost_usd", "model"),
            series.added("llm_unpriced_tokens_total", "unpriced_tokens", "model"),
            series.observed("completion_duration_seconds", "seconds", "model"),
        ),
        CompletionFailed: (series.counted("completions_failed_total", "model", "error"),),
    }


def _tokens(series: Families) -> Move:
    children = series["llm_tokens_total"]

    def move(fact: Any) -> None:
        for kind in TOKENS:
            children[fact.model, kind].inc(getattr(fact, f"{kind}_tokens"))

    return move
