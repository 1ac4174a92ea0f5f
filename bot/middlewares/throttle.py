"""Slows down people who send faster than anyone types."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from aiogram import BaseMiddleware
from aiogram.exceptions import TelegramAPIError
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
    is_told: bool = False


class Throttle(BaseMiddleware):
    """A token bucket for each person; one polite answer, then silence until they slow down.

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
            bucket.is_told = False
            return await handler(event, data)
        trace: Trace = data["trace"]
        trace.outcome = "throttled"
        self._bus.publish(RateLimited(at=trace.at, kind="person"))
        if not bucket.is_told:
            bucket.is_told = True
            await _ask_for_patience(event)
        return None

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
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.filled_at) * self._rate)
        bucket.filled_at = now
        return bucket


def _sender(update: Update) -> int | None:
    """Who must be patient; money and memberships are never slowed down."""
    message = update.message
    if message is not None:
        is_money = message.successful_payment or message.refunded_payment
        return None if is_money or message.from_user is None else message.from_user.id
    event = update.callback_query or update.inline_query
    return event.from_user.id if event else None


async def _ask_for_patience(update: Update) -> None:
    words = _("That was a lot at once. Please wait a few seconds and try again.")
    try:
        if update.callback_query:
            await update.callback_query.answer(words)
        elif update.message:
            await update.message.answer(words)
    except TelegramAPIError as exc:
        log.info("could not ask for patience", error=str(exc))
