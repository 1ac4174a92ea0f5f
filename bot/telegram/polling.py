"""Long polling that no update, no answer and no outage can stop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from time import monotonic
from typing import Any

import orjson
import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.utils.backoff import Backoff, BackoffConfig

from bot.clock import Clock, utc_now
from bot.telegram import salvage
from bot.telegram.answers import NotJsonError
from bot.telegram.backoff import PATIENT, endlessly, summary
from bot.telegram.decode import usable_id
from bot.telegram.intake import Intake

POLL_SECONDS = 30
# How much later than it promised Telegram may answer a long poll.
GRACE_SECONDS = 15
CONFIRM_SECONDS = 5
BATCH = 100
HINTS: dict[type[Exception], str] = {
    TelegramConflictError: "another process polls with this BOT_TOKEN: stop one of the two",
    TelegramUnauthorizedError: "BOT_TOKEN was revoked: set the new one and restart",
}

log = structlog.get_logger(__name__)


class RawUpdates(TelegramMethod[list[Any]]):
    """getUpdates as it came: aiogram's own decodes all updates or none.

    allowed_updates: as JSON, because it is the same each time
    """

    __returning__ = list[Any]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = BATCH
    timeout: int = POLL_SECONDS
    allowed_updates: str | None = None


class Poller:
    """Asks Telegram for updates and hands them to the intake.

    last_poll_at: when getUpdates last succeeded, with updates or without; None before the first
    """

    def __init__(
        self,
        bot: Bot,
        intake: Intake,
        allowed_updates: Sequence[str],
        *,
        clock: Clock = utc_now,
        backoff: BackoffConfig = PATIENT,
    ) -> None:
        self._bot = bot
        self._intake = intake
        self._allowed = orjson.dumps(list(allowed_updates)).decode()
        self._clock = clock
        self._backoff = Backoff(backoff)
        self._task: asyncio.Task[None] | None = None
        self._offset: int | None = None
        self._batch = BATCH
        self._stuck: list[Any] = []
        self._polled = monotonic()
        self.last_poll_at: datetime | None = None

    @property
    def last_poll_age(self) -> float:
        """Seconds since getUpdates last succeeded, or since polling began."""
        return monotonic() - self._polled

    async def prepare(self) -> None:
        """Remove a webhook left from other times, which would forbid polling.  Loses no update."""
        config = self._backoff.config
        try:
            info = await endlessly("getWebhookInfo", self._bot.get_webhook_info, config)
            if info.url:
                log.warning("webhook removed, because WEBHOOK_URL is not set")
                await endlessly("deleteWebhook", self._bot.delete_webhook, config)
        except (TelegramAPIError, ClientDecodeError) as exc:
            # A server that knows no webhooks has none; if there is one, polling says so.
            log.warning("webhook unknown", error=summary(exc))

    def start(self) -> None:
        """Begin to poll."""
        self._polled = monotonic()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End the current poll at once.  What was not accepted yet comes again."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.wait({self._task})
        self._task = None

    async def confirm(self, unfinished: Iterable[int] = ()) -> None:
        """Tell Telegram what was handled, so that it does not come again after the restart.

        With *unfinished* ids everything from the smallest on comes again, as far as no poll has
        confirmed it already: each poll confirms what came before.  Whoever must not lose an
        unfinished update keeps it (Intake.interrupted).  The answer is not looked at: what it
        brings was not accepted, so it comes again, too.
        """
        offset = min(unfinished, default=self._offset)
        if offset is None:
            return
        call = RawUpdates(offset=offset, limit=1, timeout=0, allowed_updates=self._allowed)
        try:
            await self._bot(call, request_timeout=CONFIRM_SECONDS)
        except (TelegramAPIError, ClientDecodeError) as exc:
            # Not fatal: what comes again is known by its id and dropped.
            log.warning("offset not confirmed", offset=offset, error=summary(exc))

    async def _run(self) -> None:
        while True:
            try:
                await self._take(await self._poll())
            except NotJsonError as exc:
                await self._look_into(exc)
                await self._pause(exc)
            except (TelegramAPIError, ClientDecodeError) as exc:
                await self._pause(exc)
            except Exception as exc:
                # A border: whatever happens, polling goes on.
                log.exception("polling failed")
                await self._pause(exc)

    async def _poll(self) -> list[Any]:
        call = RawUpdates(offset=self._offset, limit=self._batch, allowed_updates=self._allowed)
        updates = await self._bot(call, request_timeout=POLL_SECONDS + GRACE_SECONDS)
        self._polled = monotonic()
        self.last_poll_at = self._clock()
        self._backoff.reset()
        self._batch = BATCH
        return updates

    async def _take(self, updates: list[Any]) -> None:
        if updates and updates == self._stuck:
            # Nothing in it has a number that could be confirmed, so it came again.
            await asyncio.sleep(next(self._backoff))
            return
        before = self._offset
        for raw in updates:
            await self._intake.accept(raw)
            number = usable_id(raw)
            if number is not None:
                # No await since accept() returned: an update is accepted and counted, or neither.
                self._offset = number + 1
        self._stuck = updates if self._offset == before else []

    async def _look_into(self, exc: NotJsonError) -> None:
        """Find the one update that spoils the whole answer, and step over it.

        1. A gateway's error page says nothing about updates: only wait.
        2. Ask for one update at a time, so that the good ones before it get through.
        3. When a single one spoils its answer, set it aside and go on behind it.
        """
        if not salvage.is_telegrams(exc.body):
            return
        if self._batch > 1:
            self._batch = 1
            return
        number = salvage.number(exc.body) or self._offset
        if number is not None:
            await self._intake.accept(exc.body.decode("utf-8", "replace"))
            self._offset = number + 1

    async def _pause(self, exc: Exception) -> None:
        seconds = next(self._backoff)
        if isinstance(exc, TelegramRetryAfter):
            seconds = min(max(seconds, exc.retry_after), self._backoff.max_delay)
        log.warning(
            "polling failed",
            error=summary(exc),
            hint=HINTS.get(type(exc)),
            again_in=round(seconds, 1),
        )
        await asyncio.sleep(seconds)
