"""Slows down people who send faster than anyone types."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog
from aiogram import BaseMiddleware
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import TelegramObject, Update
from aiogram.utils.i18n import gettext as _

from bot.analytics.bus import Bus
from bot.analytics.events import RateLimited
from bot.buckets import Bucket, Buckets
from bot.middlewares.timer import Next, Trace

PEOPLE_REMEMBERED = 10_000

log = structlog.get_logger(__name__)


class Throttle(BaseMiddleware):
    """A token bucket for each person; one polite answer, then silence until they slow down.

    Groups are not told: the others there did nothing.
    rate: updates a second for long; burst: updates at once
    """

    def __init__(
        self,
        bus: Bus,
        rate: float,
        burst: int,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bus = bus
        self._buckets = Buckets(rate, burst, remembered=PEOPLE_REMEMBERED, monotonic=monotonic)

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        assert isinstance(event, Update)  # noqa: S101  aiogram puts nothing else here
        sender = _sender(event)
        if sender is None:
            return await handler(event, data)
        if not self._buckets.take(sender):
            return await handler(event, data)
        trace: Trace = data["trace"]
        trace.outcome = "throttled"
        self._bus.publish(RateLimited(at=trace.at, kind="person"))
        if self._must_tell(self._buckets.of(sender)):
            await _ask_for_patience(event)
        return None

    def _must_tell(self, bucket: Bucket) -> bool:
        """Whether nothing was refused for as long as an empty bucket takes to be full."""
        now = bucket.filled_at
        is_first = now >= bucket.silent_until
        bucket.silent_until = now + self._buckets.burst / self._buckets.rate
        return is_first


def _sender(update: Update) -> int | None:
    """Who must be patient; money and memberships are never slowed down."""
    message = update.message
    if message is None:
        event = update.callback_query or update.inline_query
        return event.from_user.id if event else None
    if message.successful_payment or message.refunded_payment:
        return None
    if message.new_chat_members or message.left_chat_member:
        return None
    # All anonymous admins and all channels share one account each.
    sender = message.sender_chat or message.from_user
    return sender.id if sender else None


async def _ask_for_patience(update: Update) -> None:
    words = _("That was a lot at once. Please wait a few seconds and try again.")
    try:
        if update.callback_query:
            await update.callback_query.answer(words)
        elif update.message and update.message.chat.type == "private":
            await update.message.answer(words)
    except (TelegramAPIError, ClientDecodeError) as exc:
        log.info("could not ask for patience", error=str(exc))
