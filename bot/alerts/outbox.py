"""Carries the notices of one lane to its receiver: each once, in order, not too many at once."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable
from datetime import UTC, tzinfo

import structlog

from bot.alerts.notifier import Notifier
from bot.alerts.parcels import Parcel, buttons_of, orphans, pack
from bot.alerts.records import SILENCED
from bot.alerts.shelf import Shelf, Standing
from bot.alerts.told import TermsOf, Told, unknown
from bot.alerts.webhook import payload
from bot.analytics.bus import Bus
from bot.analytics.operations import NoticeDelivered
from bot.clock import Clock, to_milliseconds, utc_now
from bot.database.alert_tables import CHAT, WEBHOOK
from bot.database.engine import Database
from bot.errors import NotifyError

MINUTE = 60.0
DAY = 86_400
PER_MINUTE = 6
FIRST_WAIT = 5.0
DOUBLINGS = 6  # beyond, the wait is the longest anyway, and 2 ** attempts no number for a float
LONGEST_WAIT = 300.0
LONGEST_WAIT_AFTER_RESTART = 3_600.0
# Who was refused is not asked more often than this, however much is written in the chat.
WAKING_WAIT = 30.0
# An edit that keeps failing must not hold back the news that the fault is over.
EDIT_ATTEMPTS = 3
UNHEARD = "nobody heard of the firing"
# What was given up for these reasons is no loss.
WANTED = (UNHEARD, SILENCED)

log = structlog.get_logger(__name__)


class Outbox:
    """Sends what waits in one lane.

    A notice is marked right after it was sent.  A process that dies between the two repeats that
    one message after its restart; nothing else is ever said twice.
    lane: "chat", "admin:ID" or "webhook", which gets each alert alone and as JSON
    monotonic: seconds; waits must not depend on a clock that somebody may set
    """

    def __init__(  # noqa: PLR0913  each by name
        self,
        *,
        database: Database,
        notifier: Notifier,
        bus: Bus,
        lane: str = CHAT,
        zone: tzinfo = UTC,
        terms_of: TermsOf = unknown,
        clock: Clock = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.lane = lane
        self._shelf = Shelf(database, lane)
        self._told = Told(database, lane, zone, terms_of)
        self._notifier = notifier
        self._bus = bus
        self._clock = clock
        self._monotonic = monotonic
        self._lock = asyncio.Lock()
        self._resume_at: float | None = None
        self._refused_at: float | None = None
        self._sent_at: deque[float] = deque(maxlen=PER_MINUTE)
        self._unmarked: tuple[Parcel, int] | None = None
        self._stale: Counter[int] = Counter()

    @property
    def is_owing(self) -> bool:
        """Whether a message could not be edited yet."""
        return bool(self._stale)

    def wake(self) -> None:
        """The receiver was heard of: if the bot was not let in, it may be now."""
        if self._refused_at is not None and self._resume_at is not None:
            self._resume_at = min(self._resume_at, self._refused_at + WAKING_WAIT)

    async def deliver(self) -> None:
        """Send all that may go now; what has to wait is left for the next call."""
        async with self._lock:
            await self._mark_sent()
            if not self._is_early():
                await self._edit_stale()
            while await self._deliver_next():
                pass

    async def refresh(self, history_id: int) -> None:
        """Let the messages about this firing show its state; sends nothing new.

        What cannot be edited now is tried again with the next deliveries.
        """
        if self.lane == WEBHOOK:
            return
        self._stale[history_id] += 0
        async with self._lock:
            if not self._is_early():
                await self._edit_stale()

    async def standing(self) -> Standing:
        """What waits and since when, and what was given up within a day."""
        after = to_milliseconds(self._clock()) - DAY * 1000
        return await self._shelf.standing(after, WANTED)

    async def give_up(self, reason: str) -> None:
        """Nobody will ever ask for what waits here."""
        waiting = await self._shelf.waiting()
        log.error("notices given up", lane=self.lane, count=len(waiting), reason=reason)
        await self._shelf.mark_failed(waiting, reason, to_milliseconds(self._clock()))

    async def _deliver_next(self) -> bool:
        """Whether it makes sense to go on with another message.

        1. Read nothing while it is too early: what waits for a lane that is dead may be much.
           Else give up resolutions of firings that were never heard of.
        2. Pack the next message; stop if there is none or it is too early.
        3. Add the end to the messages of firings that are over.
        4. Send, and mark at once.
        """
        if self._is_early():
            return False
        waiting = await self._shelf.waiting()
        if lost := orphans(waiting):
            await self._shelf.mark_failed(lost, UNHEARD, to_milliseconds(self._clock()))
        rest = [notice for notice in waiting if notice not in lost]
        parcel = pack(rest, is_single=self.lane == WEBHOOK)
        if parcel is None or not self._may_send(parcel):
            return False
        try:
            await self._close_earlier(parcel)
            message_id = await self._send(parcel)
        except NotifyError as exc:
            return await self._failed(parcel, exc)
        self._refused_at = None
        self._sent_at.append(self._monotonic())
        # Kept until it is marked: a locked database must not make us say it again and again.
        self._unmarked = parcel, message_id
        self._publish("sent")
        await self._mark_sent()
        return True

    async def _send(self, parcel: Parcel) -> int:
        if self.lane == WEBHOOK:
            return await self._notifier.send(payload([one.text for one in parcel.notices]))
        return await self._notifier.send(parcel.text, buttons_of(parcel))

    def _may_send(self, parcel: Parcel) -> bool:
        now = self._monotonic()
        if self._resume_at is None:
            self._resume_at = now + self._wait_after_restart(parcel)
        is_full = len(self._sent_at) == PER_MINUTE and now - self._sent_at[0] < MINUTE
        return not self._is_early() and (self.lane == WEBHOOK or not is_full)

    def _is_early(self) -> bool:
        return self._resume_at is not None and self._monotonic() < self._resume_at

    def _wait_after_restart(self, parcel: Parcel) -> float:
        if not parcel.attempts:
            return 0.0
        due = max(notice.next_attempt_at for notice in parcel.notices)
        wait = (due - to_milliseconds(self._clock())) / 1000
        # The clock may have been set meanwhile, so the table is not believed without end.
        return min(max(wait, 0.0), LONGEST_WAIT_AFTER_RESTART)

    async def _close_earlier(self, parcel: Parcel) -> None:
        for notice in parcel.notices:
            is_end = notice.kind == "resolved" and notice.is_heard
            if self.lane != WEBHOOK and is_end and notice.attempts < EDIT_ATTEMPTS:
                await self._edit(notice.history_id)

    async def _edit_stale(self) -> None:
        for history_id in list(self._stale):
            try:
                await self._edit(history_id)
            except NotifyError as exc:
                log.warning("message not edited yet", error=str(exc))
                if exc.retry_after:
                    self._resume_at = self._monotonic() + exc.retry_after
                self._stale[history_id] += 1
                if self._stale[history_id] < EDIT_ATTEMPTS:
                    return
            del self._stale[history_id]

    async def _edit(self, history_id: int) -> None:
        """Raises NotifyError when it is worth another try."""
        messages = await self._told.messages(history_id, self._clock())
        for message_id, (text, buttons) in messages.items():
            try:
                await self._notifier.edit(message_id, text, buttons)
            except NotifyError as exc:
                if not exc.permanent:
                    raise
                # Somebody deleted the message, or the chat moved; the news itself still counts.
                log.warning("message about an alert could not be edited", error=str(exc))

    async def _failed(self, parcel: Parcel, exc: NotifyError) -> bool:
        now = to_milliseconds(self._clock())
        if exc.permanent:
            log.error("notice given up", lane=self.lane, error=str(exc), text=parcel.text)
            self._publish("failed")
            await self._shelf.mark_failed((*parcel.notices, *parcel.covered), str(exc), now)
            return True
        wait = max(exc.retry_after, LONGEST_WAIT if exc.refused else _backoff(parcel.attempts))
        log.warning("notice not delivered yet", lane=self.lane, error=str(exc), wait=wait)
        self._resume_at = self._monotonic() + wait
        self._refused_at = self._monotonic() if exc.refused else None
        self._publish("retried")
        await self._shelf.mark_retried(parcel, str(exc), now + round(wait * 1000))
        return False

    async def _mark_sent(self) -> None:
        if self._unmarked:
            parcel, message_id = self._unmarked
            await self._shelf.mark_sent(parcel, message_id, to_milliseconds(self._clock()))
            self._unmarked = None

    def _publish(self, outcome: str) -> None:
        self._bus.publish(NoticeDelivered(at=self._clock(), outcome=outcome))


def _backoff(attempts: int) -> float:
    return min(FIRST_WAIT * 2.0 ** min(attempts, DOUBLINGS), LONGEST_WAIT)
