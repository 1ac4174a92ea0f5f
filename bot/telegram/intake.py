"""The one door for updates, polled or delivered: each is handled once, or set aside."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import structlog
from aiogram import Bot, Dispatcher
from aiogram.dispatcher.event.bases import CancelHandler, SkipHandler
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import TelegramMethod
from aiogram.types import Update

from bot.errors import BotError
from bot.telegram.decode import Unreadable, decode
from bot.telegram.quarantine import Quarantine

IN_FLIGHT_LIMIT = 256
REMEMBERED_IDS = 10_000
# A handler that does not even end when it is cancelled is left behind after this.
CANCEL_SECONDS = 1.0

log = structlog.get_logger(__name__)


class IntakeClosedError(BotError):
    """No more updates are taken; Telegram will offer this one again."""


def _nothing(_: Update) -> None:
    """Nobody wants to know."""


class Intake:
    """Hands updates to the dispatcher, a bounded number at a time.

    It starts closed.  limit: how many updates may be in flight
    interrupted: the updates that drain() cut off, as Telegram sent them, by their numbers
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        bot: Bot,
        quarantine: Quarantine,
        *,
        limit: int = IN_FLIGHT_LIMIT,
    ) -> None:
        self._dispatcher = dispatcher
        self._bot = bot
        self._quarantine = quarantine
        self._slots = asyncio.Semaphore(limit)
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._raw: dict[int, object] = {}
        self.interrupted: dict[int, object] = {}
        self._seen: dict[int, None] = {}
        self._is_open = False
        self._after: Callable[[Update], object] = _nothing

    @property
    def in_flight(self) -> int:
        """How many updates are being handled now."""
        return len(self._tasks)

    async def accept(self, raw: object) -> asyncio.Task[None] | None:
        """Take one update, waiting while too many are in flight.

        The task that handles it comes back (for a repeated update still in flight, that one's), or
        None when there is nothing to wait for: handled before, or set aside.
        Raises IntakeClosedError before open() and after close().
        """
        await self._slots.acquire()
        found = (
            self._sort(raw) if self._is_open else IntakeClosedError("no more updates are taken")
        )
        if isinstance(found, Update):
            return self._begin(found, raw)
        self._slots.release()
        if isinstance(found, IntakeClosedError):
            raise found
        return found

    def open(self, seen: Iterable[int] = (), after: Callable[[Update], object] = _nothing) -> None:
        """Take updates from now on, except those *seen* before the start (oldest first).

        after: called with each update that was handled; it must neither wait nor fail
        """
        self._after = after
        for update_id in seen:
            self._remember(update_id)
        self._is_open = True

    def close(self) -> None:
        """Take no more updates; those in flight go on."""
        self._is_open = False

    async def drain(self, seconds: float) -> tuple[int, ...]:
        """Wait for the updates in flight; the ids of those cancelled because time was up."""
        if not self._tasks:
            return ()
        tasks = dict(self._tasks)
        await asyncio.wait(tasks.values(), timeout=seconds)
        late = {update_id: task for update_id, task in tasks.items() if not task.done()}
        self.interrupted = {update_id: self._raw[update_id] for update_id in sorted(late)}
        for task in late.values():
            task.cancel()
        if late:
            log.warning("updates were cut off", update_ids=sorted(late), after_seconds=seconds)
            await asyncio.wait(late.values(), timeout=CANCEL_SECONDS)
        return tuple(sorted(late))

    def _sort(self, raw: object) -> Update | asyncio.Task[None] | None:
        """The update to handle, the task that already does, or None."""
        found = decode(raw, self._bot)
        if found.update_id in self._tasks:
            return self._tasks[found.update_id]
        if found.update_id in self._seen:
            return None
        if isinstance(found, Unreadable):
            self._quarantine.set_aside(found, raw)
            if found.update_id is not None:
                self._remember(found.update_id)
            return None
        return found

    def _begin(self, update: Update, raw: object) -> asyncio.Task[None]:
        task = asyncio.create_task(self._handle(update))
        self._raw[update.update_id] = raw
        self._tasks[update.update_id] = task
        task.add_done_callback(lambda task: self._end(update, task))
        return task

    def _end(self, update: Update, task: asyncio.Task[None]) -> None:
        del self._tasks[update.update_id], self._raw[update.update_id]
        self._slots.release()
        # One that was cut off is handled after the restart, so it must not count as seen.
        if not task.cancelled():
            self._remember(update.update_id)
            self._after(update)

    async def _handle(self, update: Update) -> None:
        try:
            answer = await self._dispatcher.feed_update(self._bot, update)
            if isinstance(answer, TelegramMethod):
                await self._bot(answer)
        except (CancelHandler, SkipHandler):
            # A handler's way out of aiogram, no failure; the timer counted it.
            return
        except TelegramAPIError as exc:
            log.warning("answer not delivered", update_id=update.update_id, error=str(exc))
        except Exception:
            # The last border: nothing a handler does may stop the intake.
            log.exception("update failed", update_id=update.update_id)

    def _remember(self, update_id: int) -> None:
        self._seen[update_id] = None
        if len(self._seen) > REMEMBERED_IDS:
            del self._seen[next(iter(self._seen))]
