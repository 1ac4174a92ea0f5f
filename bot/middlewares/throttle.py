"""Slows down people who send faster than anyone types."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from aiogram import BaseMiddleware
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import TelegramObject, Update
from aiogram.utils.i18n import gettext as _

from bot.analytics.bus import Bus
from bot.analytics.events import RateLimited
from bot.middlewares.timer import Next, Trace

PEOPLE_REMEMBERED = 10_000

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Bucket:
    """How much one person may still send."""

    tokens: float
    filled_at: float
    silent_until: float = 0.0


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
        self._rate = rate
        self._burst = burst
        self._monotonic = monotonic
        self._buckets: OrderedDict[int, Bucket] = OrderedDict()

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        assert isinstance(event, Update)  # noqa: S101  aiogram puts nothing else here
        sender = _sender(event)
        if sender is None:
            return await handler(event, data)
        bucket = self._bucket(sender)
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return await handler(event, data)
        trace: Trace = data["trace"]
        trace.outcome = "throttled"
        self._bus.publish(RateLimited(at=trace.at, kind="person"))
        if self._must_tell(bucket):
            await _ask_for_patience(event)
        return None

    def _must_tell(self, bucket: Bucket) -> bool:
        """Whether nothing was refused for as long as an empty bucket takes to be full."""
        now = bucket.filled_at
        is_first = now >= bucket.silent_until
        bucket.silent_until = now + self._burst / self._rate
        return is_first

    def _bucket(self, user_id: int) -> Bucket:
        """The person's bucket, filled up to now."""
        now = self._monotonic()
        bucket = self._buckets.get(user_id)
        if bucket is None:
            bucket = self._buckets[user_id] = Bucket(self._burst, now)
            if len(self._buckets) > PEOPLE_REMEMBERED:
                # Whoever has been silent longest has a full bucket again, or nearly.
                self._buckets.popitem(last=False)
            return bucket
        self._buckets.move_to_end(user_id)
        tokens = bucket.tokens + (now - bucket.filled_at) * self._rate
        bucket.tokens = min(self._burst, tokens)
        bucket.filled_at = now
        return bucket


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
