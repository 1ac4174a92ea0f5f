"""Carries waiting notices to the admins: each once, in order, and not too many at a time."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

import structlog

from bot.alerts.notifier import Notifier
from bot.alerts.parcels import Parcel, orphans, pack
from bot.alerts.shelf import Shelf
from bot.analytics.bus import Bus
from bot.analytics.operations import NoticeDelivered
from bot.clock import Clock, to_milliseconds, utc_now
from bot.database.engine import Database
from bot.errors import NotifyError

MINUTE = 60.0
PER_MINUTE = 6
FIRST_WAIT = 5.0
LONGEST_WAIT = 300.0
LONGEST_WAIT_AFTER_RESTART = 3_600.0
# An edit that keeps failing must not hold back the news that the fault is over.
EDIT_ATTEMPTS = 3
UNHEARD = "the admin never heard of the firing"

log = structlog.get_logger(__name__)


class Outbox:
    """Sends what waits.

    A notice is marked right after it was sent.  A process that dies between the two repeats that
    one message after its restart; nothing else is ever said twice.
    monotonic: seconds; waits must not depend on a clock that somebody may set
    """

    def __init__(
        self,
        *,
        database: Database,
        notifier: Notifier,
        bus: Bus,
        clock: Clock = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shelf = Shelf(database)
        self._notifier = notifier
        self._bus = bus
        self._clock = clock
        self._monotonic = monotonic
        self._lock = asyncio.Lock()
        self._resume_at: float | None = None
        self._sent_at: deque[float] = deque(maxlen=PER_MINUTE)
        self._unmarked: tuple[Parcel, int] | None = None

    async def deliver(self) -> None:
        """Send all that may go now; what has to wait is left for the next call."""
        async with self._lock:
            await self._mark_sent()
            while await self._deliver_next():
                pass

    async def _deliver_next(self) -> bool:
        """Whether it makes sense to go on with another message.

        1. Give up resolutions of firings that were never heard of.
        2. Pack the next message; stop if there is none or it is too early.
        3. Add the end to the messages of firings that are over.
        4. Send, and mark at once.
        """
        waiting = await self._shelf.waiting()
        if lost := orphans(waiting):
            await self._shelf.mark_failed(lost, UNHEARD, to_milliseconds(self._clock()))
        parcel = pack([notice for notice in waiting if notice not in lost])
        if parcel is None or not self._may_send(parcel):
            return False
        try:
            await self._close_earlier(parcel)
            message_id = await self._notifier.send(parcel.text)
        except NotifyError as exc:
            return await self._failed(parcel, exc)
        self._sent_at.append(self._monotonic())
        # Kept until it is marked: a locked database must not make us say it again and again.
        self._unmarked = parcel, message_id
        self._told("sent")
        await self._mark_sent()
        return True

    def _may_send(self, parcel: Parcel) -> bool:
        now = self._monotonic()
        if self._resume_at is None:
            self._resume_at = now + self._wait_after_restart(parcel)
        is_full = len(self._sent_at) == PER_MINUTE and now - self._sent_at[0] < MINUTE
        return now >= self._resume_at and not is_full

    def _wait_after_restart(self, parcel: Parcel) -> float:
        if not parcel.attempts:
            return 0.0
        due = max(notice.next_attempt_at for notice in parcel.notices)
        wait = (due - to_milliseconds(self._clock())) / 1000
        # The clock may have been set meanwhile, so the table is not believed without end.
        return min(max(wait, 0.0), LONGEST_WAIT_AFTER_RESTART)

    async def _close_earlier(self, parcel: Parcel) -> None:
        edits: dict[int, str] = {}
        for notice in parcel.notices:
            if notice.kind == "resolved" and notice.is_heard and notice.attempts < EDIT_ATTEMPTS:
                edits |= await self._shelf.announcement(notice.history_id)
        for message_id, text in edits.items():
            await self._edit(message_id, text)

    async def _edit(self, message_id: int, text: str) -> None:
        try:
            await self._notifier.edit(message_id, text)
        except NotifyError as exc:
            if not exc.permanent:
                raise
            # Somebody deleted the message; the resolution still counts.
            log.warning("firing message could not be edited", error=str(exc))

    async def _failed(self, parcel: Parcel, exc: NotifyError) -> bool:
        now = to_milliseconds(self._clock())
        if exc.permanent:
            log.error("notice given up", error=str(exc), text=parcel.text)
            self._told("failed")
            await self._shelf.mark_failed((*parcel.notices, *parcel.covered), str(exc), now)
            return True
        wait = max(exc.retry_after, min(FIRST_WAIT * 2**parcel.attempts, LONGEST_WAIT))
        log.warning("notice not delivered yet", error=str(exc), wait=wait)
        self._resume_at = self._monotonic() + wait
        self._told("retried")
        await self._shelf.mark_retried(parcel, str(exc), now + round(wait * 1000))
        return False

    async def _mark_sent(self) -> None:
        if self._unmarked:
            parcel, message_id = self._unmarked
            await self._shelf.mark_sent(parcel, message_id, to_milliseconds(self._clock()))
            self._unmarked = None

    def _told(self, outcome: str) -> None:
        self._bus.publish(NoticeDelivered(at=self._clock(), outcome=outcome))
