"""When a refused call is worth another try, and how long to wait for it."""

from __future__ import annotations

import asyncio
import math

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from bot.analytics.bus import Bus
from bot.analytics.events import RateLimited
from bot.clock import Clock, utc_now
from bot.telegram.answers import Method

FLOOD_ATTEMPTS = 3
READ_ATTEMPTS = 2
LONGEST_WAIT_SECONDS = 60.0
READ_PAUSE_SECONDS = 0.5
# Telegram lets about one message a second into a chat, so those that waited follow one by one.
SPACING_SECONDS = 1.0
REMEMBERED_CHATS = 1_000
# Late answers to these are worth nothing; polling has its own back-off.
UNREPEATED = frozenset(
    {
        "getUpdates",
        "answerCallbackQuery",
        "answerInlineQuery",
        "answerPreCheckoutQuery",
        "answerShippingQuery",
        "sendChatAction",
    }
)


class Patience:
    """Keeps who has to wait for which chat; other chats go on meanwhile.

    longest: the most seconds a call may be held back; what would take longer fails at once
    """

    def __init__(
        self, bus: Bus, *, clock: Clock = utc_now, longest: float = LONGEST_WAIT_SECONDS
    ) -> None:
        self._bus = bus
        self._clock = clock
        self._longest = longest
        self._slots: dict[object, float] = {}

    def __len__(self) -> int:
        """How many chats are remembered."""
        return len(self._slots)

    async def turn(self, method: Method) -> None:
        """Return when Telegram may be called; at once, unless it asked for patience.

        Raises TelegramRetryAfter when the queue for the chat is too long.
        """
        queue = _queue(method)
        if queue not in self._slots or method.__api_method__ in UNREPEATED:
            return
        slot = self._slots[queue]
        wait = slot - asyncio.get_running_loop().time()
        if wait <= 0:
            del self._slots[queue]
            return
        if wait > self._longest:
            raise TelegramRetryAfter(
                method=method, message="too many wait for this chat", retry_after=math.ceil(wait)
            )
        self._slots[queue] = slot + SPACING_SECONDS
        await asyncio.sleep(wait)

    async def consider(self, exc: TelegramAPIError, attempt: int) -> None:
        """Return when the call that failed *attempt* times may be made again; else raise *exc*."""
        if isinstance(exc, TelegramRetryAfter):
            self._bus.publish(RateLimited(at=self._clock(), kind="telegram"))
            if not self._is_worth_waiting(exc, attempt):
                raise exc
            self._book(exc)
            return
        # Only reading is repeated after a lost connection: the message whose answer got lost may
        # have been sent, and nobody wants to read it twice.
        if not _is_read(exc.method) or attempt >= READ_ATTEMPTS or not _is_passing(exc):
            raise exc
        await asyncio.sleep(READ_PAUSE_SECONDS)

    def _is_worth_waiting(self, exc: TelegramRetryAfter, attempt: int) -> bool:
        is_late = exc.method.__api_method__ in UNREPEATED or attempt >= FLOOD_ATTEMPTS
        return not is_late and exc.retry_after <= self._longest

    def _book(self, exc: TelegramRetryAfter) -> None:
        now = asyncio.get_running_loop().time()
        if len(self._slots) >= REMEMBERED_CHATS:
            self._slots = {queue: slot for queue, slot in self._slots.items() if slot > now}
        queue = _queue(exc.method)
        self._slots[queue] = max(self._slots.get(queue, 0), now + exc.retry_after)


def _queue(method: Method) -> object:
    """What calls wait together: those for one chat, or those of one method without a chat."""
    return getattr(method, "chat_id", None) or method.__api_method__


def _is_read(method: Method) -> bool:
    name = method.__api_method__
    return name.startswith("get") and name not in UNREPEATED


def _is_passing(exc: TelegramAPIError) -> bool:
    return isinstance(exc, TelegramNetworkError | TelegramServerError)
