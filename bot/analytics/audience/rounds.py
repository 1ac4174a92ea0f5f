"""Something that is done again and again, and whose end waits for the step it is in."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

PAUSE_AFTER_FAILURE = 10.0

log = structlog.get_logger(__name__)


class Rounds:
    """Calls *step* until stopped; what it returns is the pause before the next, in seconds.

    A step that fails is logged, and tried again after a pause.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[], Awaitable[float]],
        *,
        pause_after_failure: float = PAUSE_AFTER_FAILURE,
    ) -> None:
        self._name = name
        self._pause_after_failure = pause_after_failure
        self._step = step
        self._ending = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, unless it has begun."""
        if self._task is None:
            self._ending.clear()
            self._task = asyncio.create_task(self._run(), name=self._name)

    async def stop(self) -> None:
        """Return when the last step is done.

        Nothing is cancelled: a visit to the database that is cut off may leave its connection in
        disorder.
        """
        self._ending.set()
        if self._task:
            await self._task
        self._task = None

    async def _run(self) -> None:
        while not self._ending.is_set():
            try:
                pause = await self._step()
            except Exception as exc:  # noqa: BLE001  a border: the next round may go well
                log.warning("round failed", name=self._name, error=str(exc))
                pause = self._pause_after_failure
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), pause or 0.001)
