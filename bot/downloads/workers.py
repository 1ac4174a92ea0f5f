"""Takes downloads from the queue while there are hands free, and stops without losing one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import structlog

from bot.database.engine import DATABASE_ERRORS
from bot.downloads.attempt import Attempt, Tools
from bot.downloads.claims import Claims
from bot.downloads.timing import Timing

# What Telegram has already is sent at once, even while every worker is busy.
EXPRESS = 4

log = structlog.get_logger(__name__)


class Workers:
    """Runs up to *count* downloads at once.

    bell: rung when there is something new; else the queue is asked every few seconds
    """

    def __init__(
        self,
        *,
        claims: Claims,
        tools: Tools,
        bell: asyncio.Event,
        count: int,
        timing: Timing,
    ) -> None:
        self._claims = claims
        self._tools = tools
        self._bell = bell
        self._count = count
        self._timing = timing
        self._attempts: dict[int, Attempt] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._loops: list[asyncio.Task[None]] = []
        self._is_stopping = False

    @property
    def in_progress(self) -> int:
        """How many downloads run in this process."""
        return len(self._attempts)

    async def start(self) -> None:
        """Take over what an earlier life left, and begin."""
        await self._claims.take_over()
        if not self._loops:
            self._loops = [
                asyncio.create_task(self._take_all(), name="download workers"),
                asyncio.create_task(self._watch(), name="download watch"),
            ]

    async def stop(self) -> None:
        """Let deliveries end for a few seconds; give everything else back to the queue."""
        if not self._loops or self._is_stopping:
            return
        self._is_stopping = True
        taking, watching = self._loops
        self._bell.set()
        # Not cancelled: a claim that is being written would be nobody's.
        await asyncio.gather(taking, return_exceptions=True)
        for attempt in self._attempts.values():
            attempt.interrupt("stopped")
        if self._running:
            await asyncio.wait(self._running, timeout=self._timing.stop)
        for task in (watching, *self._running):
            task.cancel()
        await asyncio.gather(watching, *self._running, return_exceptions=True)

    async def _take_all(self) -> None:
        while not self._is_stopping:
            self._bell.clear()
            try:
                while not self._is_stopping and await self._take():
                    pass
            except DATABASE_ERRORS as exc:
                log.warning("queue out of reach", error=type(exc).__name__)
            if not self._is_stopping:
                await _rung(self._bell, self._timing.poll)

    async def _take(self) -> bool:
        """Whether there was one, and a hand free for it."""
        busy = frozenset(self._attempts)
        if len(busy) >= self._count + EXPRESS:
            return False
        is_express = len(busy) >= self._count
        claim = await self._claims.claim(busy, only_known=is_express)
        if claim is None:
            return False
        attempt = Attempt(claim, self._tools, is_express=is_express)
        number = claim.download.id
        self._attempts[number] = attempt
        task = attempt.start()
        self._running.add(task)
        task.add_done_callback(lambda done: self._ended(number, done))
        return True

    def _ended(self, number: int, task: asyncio.Task[None]) -> None:
        del self._attempts[number]
        self._running.discard(task)
        self._bell.set()

    async def _watch(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Notice what people cancelled and what is not ours any more; keep the rest ours."""
        renewed_at = monotonic()
        while True:
            await asyncio.sleep(self._timing.watch)
            if not self._attempts:
                continue
            is_time = monotonic() - renewed_at >= self._timing.renew
            try:
                await self._look_after(frozenset(self._attempts), renew=is_time)
            except DATABASE_ERRORS as exc:
                log.warning("claims out of reach", error=type(exc).__name__)
                continue
            renewed_at = monotonic() if is_time else renewed_at

    async def _look_after(self, busy: frozenset[int], *, renew: bool) -> None:
        held = await self._claims.held(busy, renew=renew)
        for number in busy & self._attempts.keys():
            if number not in held:
                self._attempts[number].interrupt("lost")
            elif held[number]:
                self._attempts[number].interrupt("cancelled")


async def _rung(bell: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await bell.wait()
    except TimeoutError:
        pass
