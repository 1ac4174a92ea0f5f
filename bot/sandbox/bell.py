"""Bell: wakes everybody who waits for a change."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True)
class Bell:
    """Rings for those who wait at that moment.

    An asyncio.Event of several waiters would not do: who woke first clears it, and a set between
    the others' look and their wait is lost.
    """

    _waiting: set[asyncio.Future[None]] = field(default_factory=set)

    def ring(self) -> None:
        """Wake everybody who waits."""
        for one in self._waiting:
            if not one.done():
                one.set_result(None)

    async def wait(self, seconds: float | None = None) -> None:
        """Return when it rings, at the latest after *seconds*; None waits for ever."""
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(mine)
        try:
            await asyncio.wait({mine}, timeout=seconds)
        finally:
            self._waiting.discard(mine)
            mine.cancel()
