"""One answer: read piece by piece, shown as it grows, until it ends, fails or is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Literal

import structlog

from bot.assistant.screen import Outcome, Screen, ScreenError
from bot.assistant.speaker import Ending, Said, Speaker
from bot.assistant.tokens import Tokens, estimated
from bot.assistant.trouble import AssistantError, Trouble

# Telegram shows "typing" for five seconds at most.
BEAT_SECONDS = 4.5

STOPPED = Outcome(state="stopped")
INTERRUPTED = Outcome(state="interrupted", error=Trouble.INTERRUPTED)

log = structlog.get_logger(__name__)

# A message's number and the text so far.
Grew = Callable[[int | None, str], Awaitable[None]]
Wish = Literal["stopped", "interrupted"]


class Answer:
    """What is being said to one person.

    user_id: who asked; text: what came so far; is_remembered: the conversation goes on with it
    grew: told where it is and how long
    """

    def __init__(
        self,
        user_id: int,
        messages: Sequence[Said],
        *,
        speaker: Speaker,
        screen: Screen,
        grew: Grew,
    ) -> None:
        self.user_id = user_id
        self.screen = screen
        self.text = ""
        self.is_remembered = True
        self._messages = messages
        self._speaker = speaker
        self._grew = grew
        self._ending: Ending | None = None
        self._news = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None
        self._wish: Wish | None = None

    @property
    def tokens(self) -> Tokens:
        """What it took: told by the endpoint, estimated otherwise; nothing while nothing came."""
        if self._ending and self._ending.tokens:
            return self._ending.tokens
        if not self.text:
            return Tokens(is_estimated=True)
        return estimated((one.text for one in self._messages), self.text)

    def end(self, state: Wish) -> None:
        """End it now with what has come: stopped by the person, interrupted by us."""
        self._wish = self._wish or state
        if self._reader:
            self._reader.cancel()

    async def run(self, completion_id: int) -> Outcome:
        """Show the answer as it grows; how it ended.

        1. Say that it is coming.
        2. Read; meanwhile draw what is new at the chat's pace, and keep "typing" alight.
        3. When reading ends, let the last draw end, too: an edit that is on its way to Telegram
           must not arrive after the final one.
        """
        try:
            await self.screen.open(completion_id)
            await self._grew(self.screen.message_id, "")
            return await self._read_and_draw()
        except ScreenError:
            # Nobody reads on, so nobody should pay for the rest.
            return Outcome(state="failed", error=Trouble.CANCELLED)

    async def _read_and_draw(self) -> Outcome:
        self._reader = asyncio.create_task(self._read())
        if self._wish:  # ended before it began
            self._reader.cancel()
        drawing = asyncio.create_task(self._draw())
        beating = asyncio.create_task(self._beat())
        try:
            await asyncio.wait({self._reader, drawing}, return_when=asyncio.FIRST_COMPLETED)
            self._reader.cancel()
            await asyncio.wait({self._reader})
            self._news.set()
            await drawing
            return self._outcome(self._reader)
        finally:
            for task in (self._reader, drawing, beating):
                task.cancel()
            await asyncio.gather(self._reader, drawing, beating, return_exceptions=True)

    def _outcome(self, reader: asyncio.Task[None]) -> Outcome:
        if reader.cancelled():
            is_stopped = self._wish == "stopped"
            return STOPPED if is_stopped else INTERRUPTED
        exc = reader.exception()
        if exc is None:
            return Outcome(state="done", is_cut=bool(self._ending and self._ending.is_cut))
        if isinstance(exc, AssistantError):
            return Outcome(state="failed", error=exc.trouble, retry_after=exc.retry_after)
        log.error("answer failed", exc_info=exc)
        return Outcome(state="failed", error=Trouble.INTERNAL)

    async def _read(self) -> None:
        async with aclosing(self._speaker.answer(self._messages)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Ending):
                    self._ending = piece
                else:
                    self.text += piece
                    self._news.set()

    async def _draw(self) -> None:
        """Show what is new, wait for the chat's pace, and again, until reading has ended."""
        while True:
            await self._news.wait()
            if self._reader is None or self._reader.done():
                return
            self._news.clear()
            text = self.text
            await self.screen.draw(text)
            await self._grew(self.screen.message_id, text)
            await self._pause()

    async def _pause(self) -> None:
        """The chat's pace, or the end of reading, whichever comes first."""
        if self._reader:
            await asyncio.wait({self._reader}, timeout=self.screen.pace)

    async def _beat(self) -> None:
        while True:
            await self.screen.beat()
            await asyncio.sleep(BEAT_SECONDS)
