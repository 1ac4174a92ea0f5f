"""A few batches at a time: others wait a little, and whoever comes after those is sent away."""

from __future__ import annotations

import asyncio

from bot.analytics.tracking.trouble import BusyError

AT_ONCE = 2
WAITING = 8
PATIENCE = 5.0
AGAIN_SECONDS = 2


class Gate:
    """Lets *at_once* in, and lets *waiting* others wait for *patience* seconds."""

    def __init__(
        self, *, at_once: int = AT_ONCE, waiting: int = WAITING, patience: float = PATIENCE
    ) -> None:
        self._room = asyncio.Semaphore(at_once)
        self._most = waiting
        self._patience = patience
        self._waiting = 0

    async def enter(self) -> None:
        """Return inside; BusyError when there is no room for long.  To be followed by leave()."""
        if self._room.locked() and self._waiting >= self._most:
            raise _busy()
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience):
                await self._room.acquire()
        except TimeoutError:
            raise _busy() from None
        finally:
            self._waiting -= 1

    def leave(self) -> None:
        """Make room for the next."""
        self._room.release()


def _busy() -> BusyError:
    return BusyError("Too many batches are being written; send this one again.", AGAIN_SECONDS)
