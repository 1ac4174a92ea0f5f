"""What other programs may report of an assistant: conversations with their answers."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from bot.analytics.features.assistant import TOKENS
from bot.analytics.tracking.talks import Answered, Talk
from bot.assistant.trouble import Trouble
from bot.web.api.track_fields import ChatId, PersonId, Reported, Seconds, Tokens

MOST_ANSWERS = 50


class AnswerFact(Reported):
    """A question to a model and how that ended.

    *_tokens: disjoint; cost_usd: without it its tokens count as unpriced, not as free
    error: it did not answer; at: of the question, without it that of the conversation, or so
        that it has just ended
    """

    model: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9._:/@+-]{1,64}$", description="One of few, by its name.")
    ]
    input_tokens: Tokens = 0
    cached_input_tokens: Tokens = 0
    output_tokens: Tokens = 0
    reasoning_tokens: Tokens = 0
    cost_usd: Annotated[
        float | None,
        Field(
            ge=0,
            le=1_000_000,
            allow_inf_nan=False,
            description="Without it, nobody knows the cost.",
        ),
    ] = None
    seconds: Seconds
    error: Trouble | None = None
    is_stopped: Annotated[bool, Field(description="The person stopped it.")] = False

    def answered(self, begun: datetime | None, now: datetime) -> Answered:
        """What is written; begun: when the conversation did, if that was said."""
        return Answered(
            at=self.at or begun or now - timedelta(seconds=self.seconds),
            model=self.model,
            tokens={name: getattr(self, f"{name}_tokens") for name in TOKENS},
            cost_usd=self.cost_usd,
            seconds=self.seconds,
            error=self.error.value if self.error else None,
            is_stopped=self.is_stopped,
        )


class ConversationFact(Reported):
    """Somebody talked with an assistant.

    id: what your program calls the conversation; the same id again adds answers to it
    """

    user_id: PersonId
    chat_id: ChatId = None
    id: Annotated[
        str | None, Field(pattern=r"^[!-~]{1,64}$", description="What your program calls it.")
    ] = None
    answers: list[AnswerFact] = Field(default_factory=list, max_length=MOST_ANSWERS)

    def talk(self, now: datetime, sender: str) -> Talk:
        """What is written."""
        answers = [one.answered(self.at, now) for one in self.answers]
        # A blank, which no id has: nobody can ever add to it.
        own = self.id or f" {secrets.token_hex(16)}"
        return Talk(
            at=min([self.moment(now), *(one.at for one in answers)]),
            user_id=self.user_id,
            chat_id=self.chat_id or self.user_id,
            name=f"{sender}:{own}",
            answers=answers,
        )


def moments_of(talks: Sequence[Talk]) -> Iterator[tuple[datetime, str]]:
    """When each question was asked and answered, and where that was said."""
    for place, talk in enumerate(talks):
        for n, answer in enumerate(talk.answers):
            yield answer.at, f"facts.{place}.answers.{n}.at"
            yield answer.ended_at, f"facts.{place}.answers.{n}.seconds"
