"""Turns: so many at a time; whoever waits does so in order, and not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.errors import BotError

# When to ask again.
AGAIN_SECONDS = 2


class BusyError(BotError):
    """Others are asking; ask again in AGAIN_SECONDS."""


class Turns:
    """*size* turns at a time, because each takes what others wait for.

    waiting: so many may wait before the impatient are refused at once
    """

    def __init__(self, size: int, waiting: int = 32) -> None:
        self._turns = asyncio.Semaphore(size)
        self._longest = waiting
        self.waiting = 0

    @asynccontextmanager
    async def taken(self, seconds: float, *, is_patient: bool = False) -> AsyncIterator[None]:
        """A turn; BusyError if none comes within *seconds*, or too many wait already.

        is_patient: waits however many do
        """
        if self.waiting >= self._longest and not is_patient:
            raise BusyError("Too much is being asked at once; ask again.")
        self.waiting += 1
        try:
            async with asyncio.timeout(max(seconds, 0)):
                await self._turns.acquire()
        except TimeoutError:
            raise BusyError("Other questions are being answered; ask again.") from None
        finally:
            self.waiting -= 1
        try:
            yield
        finally:
            self._turns.release()
