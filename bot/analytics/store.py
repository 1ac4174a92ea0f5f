"""Sink: facts go to the database, many in one transaction, while nobody waits.

Facts wait in a bounded buffer.  One writer task takes all that waits, writes it, and starts again:
an idle disk has a fact within STORE_FLUSH_INTERVAL, and under load the batches grow by themselves.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError

from bot.analytics import transaction
from bot.analytics.batch import Batch, Calendar
from bot.analytics.bus import Bus
from bot.analytics.events import Event, UserFirstSeen
from bot.analytics.operations import EventsDropped, StoreFlushed
from bot.analytics.rows import KEPT, fold
from bot.analytics.transaction import Written
from bot.clock import Clock, utc_now
from bot.database.engine import Database

BATCH = 2_000
WAITING_SHARE = 0.8
RETRY_SECONDS = (0.1, 0.5, 1, 2, 5)
# The values are what is refused; drivers that cannot convert one raise errors of their own.
REFUSED = (DataError, IntegrityError, OverflowError, TypeError, ValueError)
REFUSED_CODES = {"22", "23"}  # PostgreSQL's classes of codes: data, constraints

log = structlog.get_logger(__name__)


# Hears of every batch that is on disk.
Noted = Callable[[Batch, Written], None]


class Store:
    """Keeps facts until they are on disk; when the buffer is full the oldest are dropped.

    noted: told at once what was written, so it must be quick; what it raises is only logged
    """

    def __init__(  # noqa: PLR0913  each has a sensible default
        self,
        database: Database,
        bus: Bus,
        *,
        interval: float = 0.1,
        size: int = 100_000,
        zone: ZoneInfo | None = None,
        clock: Clock = utc_now,
        noted: Noted | None = None,
    ) -> None:
        self._database = database
        self._bus = bus
        self._noted = noted
        # The rest of the interval is for the disk.
        self._pause = interval * WAITING_SHARE
        self._size = size
        self._calendar = Calendar(zone or ZoneInfo("UTC"))
        self._clock = clock
        self._waiting: deque[Event] = deque()
        self._writing: list[Event] = []
        self._dropped = 0
        self._arrived = asyncio.Event()
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def wants(self, kind: type[Event]) -> bool:
        """Facts that become rows."""
        return kind in KEPT

    def __call__(self, event: Event) -> None:
        self._waiting.append(event)
        if len(self._waiting) + len(self._writing) > self._size:
            self._waiting.popleft()
            self._dropped += 1
        if not self._arrived.is_set():
            self._arrived.set()

    @property
    def buffered(self) -> int:
        """How many facts are not on disk yet."""
        return len(self._waiting) + len(self._writing)

    def start(self) -> None:
        """Begin to write what comes."""
        self._task = asyncio.create_task(self._run(), name="store")

    async def flush(self) -> None:
        """Write all that waits, or raise what the database raised; the facts go on waiting."""
        # In a task of its own: a caller may be cancelled, a transaction may not, or its facts
        # would be written and still wait.
        await asyncio.shield(asyncio.create_task(self._flush()))

    async def stop(self) -> bool:
        """Write what waits, one last time; whether all of it is on disk now.

        What cannot be written is counted as lost.
        """
        async with self._turn:  # the writer is between two batches
            if self._task:
                self._task.cancel()
        try:
            await self.flush()
        except Exception:
            log.exception("facts lost at the end", facts=self.buffered)
            self._drop(self.buffered, "stopped")
            return False
        return True

    async def _run(self) -> None:
        failures = 0
        while True:
            await self._arrived.wait()
            await asyncio.sleep(self._pause)
            try:
                await self._flush()
                failures = 0
            except Exception as exc:  # noqa: BLE001  a border: the writer outlives any fault
                pause = RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)]
                failures += 1
                log.warning("facts wait", facts=self.buffered, error=str(exc), retry_in=pause)
                await asyncio.sleep(pause)
            self._report_dropped()

    async def _flush(self) -> None:
        async with self._turn:
            # Not what comes meanwhile: something always does, and the disk would never rest.
            left = self.buffered
            while left > 0 and self._take():
                left -= len(self._writing)
                await self._write(self._writing[:])
            if not self._waiting:
                self._arrived.clear()

    def _take(self) -> bool:
        """Move the next facts to be written; whether there are any."""
        while self._waiting and len(self._writing) < BATCH:
            self._writing.append(self._waiting.popleft())
        return bool(self._writing)

    async def _write(self, some: list[Event]) -> None:
        """Write *some*, the first of those to be written, in one transaction.

        What the database refuses is halved until the broken fact is alone.
        """
        started = time.perf_counter()
        try:
            new = await self._commit(some)
        except Exception as exc:
            if not is_broken(exc):
                raise
            if len(some) > 1:
                await self._write(some[: len(some) // 2])
                await self._write(some[len(some) // 2 :])
                return
            log.exception("fact dropped", fact=type(some[0]).__name__)
            self._drop(1, "broken")
            new = []
        del self._writing[: len(some)]
        now = self._clock()
        for user_id in new:
            self._bus.publish(UserFirstSeen(at=now, user_id=user_id))
        seconds = time.perf_counter() - started
        self._bus.publish(StoreFlushed(at=now, facts=len(some), seconds=seconds))

    async def _commit(self, some: list[Event]) -> list[int]:
        batch = fold(some, self._calendar)
        async with self._database.write("store.flush") as connection:
            written = await transaction.write(connection, batch)
        self._tell(batch, written)
        return written.new

    def _tell(self, batch: Batch, written: Written) -> None:
        if not self._noted:
            return
        try:
            self._noted(batch, written)
        except Exception:  # a border: the facts are on disk, which is what counts here
            log.exception("batch not noted")

    def _report_dropped(self) -> None:
        if self._dropped:
            self._drop(self._dropped, "full")
            self._dropped = 0

    def _drop(self, count: int, reason: str) -> None:
        self._bus.publish(EventsDropped(at=self._clock(), count=count, reason=reason))


def is_broken(exc: Exception) -> bool:
    """Whether the facts are at fault, so that trying again cannot help."""
    if isinstance(exc, DBAPIError):
        # asyncpg's errors mostly share one class; a full disk and a bad value differ by the code.
        code = str(getattr(exc.orig, "sqlstate", None) or "")
        is_refused = isinstance(exc, REFUSED) or code[:2] in REFUSED_CODES
        return is_refused and not exc.connection_invalidated
    cause = exc.orig if isinstance(exc, StatementError) else exc
    return isinstance(cause, REFUSED)
