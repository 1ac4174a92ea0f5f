"""The bot's connection to Telegram as one thing that starts, is watched, and stops in steps."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from datetime import datetime
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.enums import ChatType
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import Update
from aiogram.utils.backoff import BackoffConfig
from aiohttp import web

from bot.analytics.bus import Bus
from bot.clock import Clock, utc_now
from bot.config import Settings
from bot.telegram import kinds
from bot.telegram.backoff import PATIENT, summary
from bot.telegram.connect import introduce
from bot.telegram.intake import Intake
from bot.telegram.menus import Menus
from bot.telegram.polling import Poller
from bot.telegram.quarantine import Quarantine
from bot.telegram.webhook import Delivery, Webhook

log = structlog.get_logger(__name__)


class Connection:
    """Polling, or the webhook when WEBHOOK_URL is set.

    The routers must be in *dispatcher* already: their handlers decide what Telegram is asked for.

    username: the bot's, known before the first update
    pending_updates, webhook_error: as of the last refresh(); None when unknown, or no error
    """

    def __init__(  # noqa: PLR0913  a room's parts are joined here and nowhere else
        self,
        bot: Bot,
        dispatcher: Dispatcher,
        bus: Bus,
        settings: Settings,
        *,
        clock: Clock = utc_now,
        backoff: BackoffConfig = PATIENT,
    ) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._backoff = backoff
        quarantine = Quarantine(bus, clock=clock, store_text=settings.store_text)
        self._intake = Intake(dispatcher, bot, quarantine)
        allowed = kinds.wanted(dispatcher)
        self._webhook = _webhook(bot, self._intake, settings, allowed, backoff)
        self._poller = Poller(bot, self._intake, allowed, clock=clock, backoff=backoff)
        self._menus: Menus | None = None
        self._menu_tasks: set[asyncio.Task[None]] = set()
        self._has_begun = False
        self.is_ready = False
        self.username: str | None = None
        self.pending_updates: int | None = None
        self.webhook_error: str | None = None
        self._webhook_error_at: datetime | None = None
        self._ready_at: datetime | None = None
        self._clock = clock

    @property
    def in_flight(self) -> int:
        """How many updates are being handled now."""
        return self._intake.in_flight

    @property
    def last_poll_at(self) -> datetime | None:
        """When getUpdates last succeeded; None before the first, and with a webhook."""
        return self._poller.last_poll_at

    @property
    def last_poll_age(self) -> float | None:
        """Seconds since getUpdates last succeeded (or since the start); None with a webhook."""
        return None if self._webhook else self._poller.last_poll_age

    @property
    def webhook_error_age(self) -> float | None:
        """Seconds since a delivery last failed; None when none has since the start.

        What failed while the bot was down says nothing about this process.
        """
        at, begun = self._webhook_error_at, self._ready_at
        if at is None or begun is None or at < begun:
            return None
        return (self._clock() - at).total_seconds()

    def routes(self) -> list[web.RouteDef]:
        """What the side server must listen to for Telegram; nothing while polling."""
        return self._webhook.routes() if self._webhook else []

    @property
    def interrupted(self) -> dict[int, object]:
        """The updates that drain() cut off, as Telegram sent them, by their numbers."""
        return self._intake.interrupted

    async def start(
        self, *, seen: Iterable[int] = (), again: Iterable[object] = (), menus: Menus | None = None
    ) -> None:
        """Return when updates flow, however long Telegram is out of reach.

        seen: ids of updates handled before, oldest first (the table seen_updates)
        again: updates that the last stop cut off, as Telegram sent them; they come first
        menus: published in the background; an admin's as soon as they write, if not before
        May be cancelled, and must be before stop_receiving() when it has not returned yet.
        Raises ConfigError when Telegram refuses the token or the webhook's address.
        """
        self.username = (await introduce(self._bot, self._backoff)).username
        self._has_begun = True
        await self._dispatcher.emit_startup(**self._hook_data())
        self._menus = menus
        self._intake.open(seen, self._complete_menus)
        for raw in again:
            await self._intake.accept(raw)
        if self._webhook:
            await self._webhook.register()
        else:
            await self._poller.prepare()
            self._poller.start()
        self._ready_at = self._clock()
        self.is_ready = True
        if menus:
            self._in_background(menus.publish())

    async def refresh(self) -> None:
        """Ask Telegram how many updates wait and what went wrong with the webhook."""
        try:
            info = await self._bot.get_webhook_info()
        except (TelegramAPIError, ClientDecodeError) as exc:
            log.warning("pending updates unknown", error=summary(exc))
            self.pending_updates = None
            return
        self.pending_updates = info.pending_update_count
        self.webhook_error = info.last_error_message
        self._webhook_error_at = info.last_error_date

    async def stop_receiving(self) -> None:
        """First step of the end: no further update is accepted; those in flight go on."""
        self.is_ready = False
        self._intake.close()
        await self._poller.stop()

    async def drain(self, seconds: float) -> tuple[int, ...]:
        """Second step: wait for the updates in flight; the ids of those that had to be cut off."""
        return await self._intake.drain(seconds)

    async def confirm(self, unfinished: Iterable[int] = ()) -> None:
        """Third step, after the facts are on disk: Telegram may forget what was handled.

        With a webhook there is nothing to do: each delivery was confirmed by its own answer.
        """
        if not self._webhook:
            await self._poller.confirm(unfinished)

    async def close(self) -> None:
        """Last step: let the routers end and close the connections."""
        tasks = list(self._menu_tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        try:
            if self._has_begun:
                await self._dispatcher.emit_shutdown(**self._hook_data())
        finally:
            await self._bot.session.close()

    async def stop(self, drain_timeout: float) -> None:
        """All steps at once, for those who have nothing to do in between."""
        await self.stop_receiving()
        await self.confirm(await self.drain(drain_timeout))
        await self.close()

    def _complete_menus(self, update: Update) -> None:
        """Send the menu that Telegram refused while it knew no chat with this admin."""
        chat = update.message.chat if update.message else None
        if self._menus and chat and chat.type == ChatType.PRIVATE and self._menus.lacks(chat.id):
            self._in_background(self._menus.admin_wrote(chat.id))

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._menu_tasks.add(task)
        task.add_done_callback(self._menu_tasks.discard)

    def _hook_data(self) -> dict[str, Any]:
        data = {"dispatcher": self._dispatcher, "bot": self._bot}
        return {**self._dispatcher.workflow_data, **data}


def _webhook(
    bot: Bot, intake: Intake, settings: Settings, allowed: list[str], backoff: BackoffConfig
) -> Webhook | None:
    if not settings.webhook_url or not settings.webhook_secret:
        return None
    delivery = Delivery(
        url=settings.webhook_url,
        secret=settings.webhook_secret.get_secret_value(),
        allowed_updates=tuple(allowed),
    )
    return Webhook(bot, intake, delivery, backoff=backoff)
