"""Looks at links in the background: one a person at a time, few at once, all of them bounded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

import structlog

from bot.analytics import faults
from bot.analytics.bus import Bus
from bot.clock import Clock, utc_now
from bot.errors import BotError

AT_ONCE = 4  # each is a process that reads a page
MOST = 64
STOP_SECONDS = 5.0

log = structlog.get_logger(__name__)


class BusyError(BotError):
    """No more looks now.  is_own: because this person's last one is not over."""

    def __init__(self, *, is_own: bool) -> None:
        super().__init__("a look is not over" if is_own else "too many looks")
        self.is_own = is_own


@dataclass(kw_only=True, eq=False)
class Look:
    """One of them.

    place: chat and number of the message that shows it, once there is one
    is_unwanted: its person stopped it, as opposed to the process
    """

    user_id: int
    place: tuple[int, int] | None = None
    is_unwanted: bool = False


Work = Callable[[Look], Awaitable[None]]


class Looks:
    """Runs what handlers would wait for too long; nothing of it outlives close()."""

    def __init__(
        self, bus: Bus, clock: Clock = utc_now, *, at_once: int = AT_ONCE, most: int = MOST
    ) -> None:
        self._bus = bus
        self._clock = clock
        self._room = asyncio.Semaphore(at_once)
        self._most = most
        self._tasks: dict[int, tuple[Look, asyncio.Task[None]]] = {}

    @property
    def in_progress(self) -> int:
        """How many there are."""
        return len(self._tasks)

    def begin(self, user_id: int, work: Work) -> None:
        """Start *work* and return; raises BusyError.

        work: is cancelled by stop() and close(), and may take a moment to say so
        """
        if user_id in self._tasks or len(self._tasks) >= self._most:
            raise BusyError(is_own=user_id in self._tasks)
        look = Look(user_id=user_id)
        task = asyncio.create_task(self._run(look, work), name="look")
        self._tasks[user_id] = look, task
        task.add_done_callback(lambda _: self._tasks.pop(user_id, None))

    @asynccontextmanager
    async def room(self) -> AsyncIterator[None]:
        """A place among the few that look at once."""
        async with self._room:
            yield

    def stop(self, place: tuple[int, int], user_id: int) -> Literal["stopped", "theirs", "over"]:
        """End the look that is shown there, if it is this person's."""
        for look, task in self._tasks.values():
            if look.place == place and look.user_id == user_id:
                look.is_unwanted = True
                task.cancel()
                return "stopped"
            if look.place == place:
                return "theirs"
        return "over"

    async def close(self) -> None:
        """End all of them and wait, but not for ever."""
        for _ in ("what they do", "what they say about it"):
            tasks = [task for _, task in self._tasks.values()]
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks, timeout=STOP_SECONDS)

    async def _run(self, look: Look, work: Work) -> None:
        try:
            await work(look)
        except Exception as exc:
            log.exception("look failed")
            fact = faults.raised(exc, at=self._clock(), category="handler", where="look")
            self._bus.publish(fact)
