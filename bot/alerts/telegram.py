"""The notifier that writes to the admins' chat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions

from bot.alerts.notifier import Buttons
from bot.errors import NotifyError

# The same request would get the same refusal for ever.
REFUSALS = (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
# The message of a notice that arrived without our learning its number.
UNKNOWN = 0
SAME = "message is not modified"
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

log = structlog.get_logger(__name__)


class AdminChat:
    """Delivers notices to one chat.

    When an answer is lost on its way the message may have arrived, and trying again repeats it.
    """

    def __init__(self, bot: Bot, chat_id: int) -> None:
        self._bot = bot
        self._chat_id = chat_id

    async def send(self, text: str, buttons: Buttons = ()) -> int:
        """Deliver *text* and return its message's number (0: unknown), or raise NotifyError."""
        async with _explained():
            try:
                return await self._sent(text, buttons)
            except TelegramMigrateToChat as exc:
                # The group became a supergroup: same people, new number.
                self._chat_id = exc.migrate_to_chat_id
                log.warning("admin chat has moved; set ALERT_CHAT_ID", chat_id=self._chat_id)
                return await self._sent(text, buttons)

    async def edit(self, message_id: int, text: str, buttons: Buttons = ()) -> None:
        """Put *text* into *message_id*, or raise NotifyError."""
        async with _explained():
            await self._bot.edit_message_text(
                text,
                chat_id=self._chat_id,
                message_id=message_id,
                parse_mode="HTML",
                link_preview_options=NO_PREVIEW,
                reply_markup=_keyboard(buttons),
            )

    async def _sent(self, text: str, buttons: Buttons) -> int:
        try:
            message = await self._bot.send_message(
                self._chat_id,
                text,
                parse_mode="HTML",
                link_preview_options=NO_PREVIEW,
                reply_markup=_keyboard(buttons),
            )
        except ClientDecodeError as exc:
            # Telegram said "ok" and then something we cannot read: sent, so never again.
            log.warning("notice sent; its answer has an unknown form", error=str(exc))
            return UNKNOWN
        return message.message_id


def _keyboard(buttons: Buttons) -> InlineKeyboardMarkup | None:
    rows = [
        [InlineKeyboardButton(text=button.text, callback_data=button.data) for button in row]
        for row in buttons
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


@asynccontextmanager
async def _explained() -> AsyncIterator[None]:
    """Turn aiogram's errors into NotifyError."""
    try:
        yield
    except TelegramRetryAfter as exc:
        raise NotifyError(exc.message, retry_after=exc.retry_after) from exc
    except REFUSALS as exc:
        if SAME not in exc.message:
            raise NotifyError(exc.message, permanent=True) from exc
    except TelegramAPIError as exc:
        raise NotifyError(exc.message) from exc
    except ClientDecodeError as exc:
        # Only an edit comes here, and Telegram took it.
        log.warning("notice edited; its answer has an unknown form", error=str(exc))
