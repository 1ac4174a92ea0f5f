"""All ways on which notices go out, side by side: what one is refused holds up no other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import structlog

from bot.alerts.outbox import Outbox
from bot.alerts.shelf import lanes_waiting
from bot.database.engine import Database

# A lane that hangs goes on by itself; the job that looks after all of them must not wait for it.
PATIENCE_SECONDS = 4.0
STOP_SECONDS = 10.0
GONE = "this way was taken out of the settings"

log = structlog.get_logger(__name__)


class Lanes:
    """Lets every lane deliver.  gone: an outbox for a lane that no setting names any more"""

    def __init__(
        self,
        database: Database,
        outboxes: Iterable[Outbox],
        gone: Callable[[str], Outbox],
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self.outboxes = {outbox.lane: outbox for outbox in outboxes}
        self._database = database
        self._gone = gone
        self._patience = patience
        self._running: dict[str, asyncio.Task[None]] = {}
        self._is_stopped = False

    async def deliver(self) -> None:
        """Job: send what waits, each lane by itself.

        Raises what the first lane raised that failed, after all had their turn.
        """
        waiting = await lanes_waiting(self._database)
        for lane in waiting - self.outboxes.keys():
            await self._gone(lane).give_up(GONE)
        if self._is_stopped:
            return
        for lane, outbox in self.outboxes.items():
            if lane not in self._running and (lane in waiting or outbox.is_owing):
                self._running[lane] = asyncio.create_task(outbox.deliver(), name=f"deliver {lane}")
        if self._running:
            await asyncio.wait(self._running.values(), timeout=self._patience)
        self._collect()

    def wake(self, lane: str) -> None:
        """Whoever is at the end of *lane* was heard of; where there is no such lane, nothing."""
        if outbox := self.outboxes.get(lane):
            outbox.wake()

    async def refresh(self, history_id: int) -> None:
        """Let all messages about this firing show its state; sends nothing new."""
        await asyncio.gather(*(outbox.refresh(history_id) for outbox in self.outboxes.values()))

    async def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Let what is being sent arrive, within *seconds*: a cut would send it again."""
        self._is_stopped = True
        tasks = list(self._running.values())
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _collect(self) -> None:
        errors: list[BaseException] = []
        for lane, task in list(self._running.items()):
            if task.done():
                del self._running[lane]
                if not task.cancelled() and (error := task.exception()):
                    log.error("lane could not deliver", lane=lane, exc_info=error)
                    errors.append(error)
        if errors:
            raise errors[0]
