"""Whoever answers: words in pieces, an ending, and a second try for what passes by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal, Protocol

import structlog

from bot.assistant.tokens import Tokens
from bot.assistant.trouble import AssistantError

PAUSE_SECONDS = 1.0
# Who has to wait longer than this is told so instead.
LONGEST_PAUSE_SECONDS = 10.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of an answer.

    tokens: None when the endpoint did not tell; is_cut: the model had to stop at its limit
    """

    tokens: Tokens | None
    is_cut: bool = False


Piece = str | Ending


class Speaker(Protocol):
    """A model behind an endpoint."""

    def answer(self, messages: Sequence[Said]) -> AsyncGenerator[Piece]:
        """Pieces of text as they come, none of them empty, and an Ending last.

        Raises AssistantError.
        """
        ...


class Persistent:
    """Asks again, once, when what failed may pass and not a word had come.

    pause: seconds before the second try, unless the endpoint asks for more
    """

    def __init__(self, speaker: Speaker, pause: float = PAUSE_SECONDS) -> None:
        self._speaker = speaker
        self._pause = pause

    async def answer(self, messages: Sequence[Said]) -> AsyncGenerator[Piece]:
        """As any Speaker."""
        is_begun = False
        try:
            async with aclosing(self._speaker.answer(messages)) as pieces:
                async for piece in pieces:
                    is_begun = True
                    yield piece
                return
        except AssistantError as exc:
            wait = max(self._pause, exc.retry_after or 0)
            if is_begun or not exc.is_passing or wait > LONGEST_PAUSE_SECONDS:
                raise
            log.info("the model is asked again", error=str(exc), after_seconds=wait)
        await asyncio.sleep(wait)
        async with aclosing(self._speaker.answer(messages)) as pieces:
            async for piece in pieces:
                yield piece
