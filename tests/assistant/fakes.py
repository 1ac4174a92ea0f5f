"""A screen that keeps what it showed, and a model that says what it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from bot.assistant.screen import Outcome, ScreenError
from bot.assistant.speaker import Ending, Piece, Said

Step = Piece | asyncio.Event | Exception


class Wall:
    """A screen.  drawn: every text in order; is_gone: nobody can see it any more."""

    def __init__(self, pace: float = 0.0) -> None:
        self.pace = pace
        self.drawn: list[str] = []
        self.ends: list[tuple[str, Outcome]] = []
        self.beats = 0
        self.is_gone = False
        self.number: int | None = None

    @property
    def message_id(self) -> int | None:
        return self.number

    async def open(self, completion_id: int) -> None:
        self._look()
        self.number = 100 + completion_id

    async def draw(self, text: str) -> None:
        self._look()
        self.drawn.append(text)

    async def beat(self) -> None:
        self.beats += 1

    async def finish(self, text: str, outcome: Outcome) -> None:
        self.ends.append((text, outcome))

    def _look(self) -> None:
        if self.is_gone:
            raise ScreenError("gone")


class Script:
    """A speaker: each answer says, waits for or raises what is in *steps*."""

    def __init__(self, *steps: Step) -> None:
        self.steps: tuple[Step, ...] = steps or ("Hello", Ending(None))
        self.asked: list[list[Said]] = []

    async def answer(self, messages: Sequence[Said]) -> AsyncGenerator[Piece]:
        self.asked.append(list(messages))
        for step in self.steps:
            if isinstance(step, asyncio.Event):
                await step.wait()
            elif isinstance(step, Exception):
                raise step
            else:
                yield step
