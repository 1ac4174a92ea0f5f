"""The notifier that writes to the admins' chat, or to one of them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape

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

from bot.alerts.moves import Moves
from bot.alerts.notifier import Buttons
from bot.errors import NotifyError

# Nothing gets through until somebody changes something; what they should change.
REMEDIES = {
    "bot was blocked": "open the bot's chat and press Start",
    "can't initiate conversation": "write /start to the bot first",
    "bot was kicked": "bring the bot back into the group",
    "bot is not a member": "bring the bot into the group",
    "not enough rights": "let the bot write in this chat",
    "have no rights": "let the bot write in this chat",
    "chat not found": "see that ALERT_CHAT_ID is right and that the bot is there",
    "user is deactivated": "this account is gone; name another in ADMIN_IDS",
}
REFUSALS = {
    TelegramForbiddenError: "see that the bot may write there",
    TelegramNotFound: "see that BOT_TOKEN and TELEGRAM_API_URL are right",
    TelegramUnauthorizedError: "see that BOT_TOKEN is right",
}
# Complaints about the text itself: better plain than not at all.
UNREADABLE = re.compile("can't parse|too long|unsupported start tag", re.IGNORECASE)
PLAIN = 4_096
TAG = re.compile(r"<[^>]*>")
# The message of a notice that arrived without our learning its number.
UNKNOWN = 0
SAME = "message is not modified"
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# A hanging Telegram is tried again; the rest of the lane waits as long.
CALL_SECONDS = 15

log = structlog.get_logger(__name__)


class AdminChat:
    """Delivers notices to one chat.

    When an answer is lost on its way the message may have arrived, and trying again repeats it.
    moves: remembers where the chat went; without it a move is followed until the end of the
    process
    """

    def __init__(self, bot: Bot, chat_id: int, moves: Moves | None = None) -> None:
        self._bot = bot
        self._chat_id = chat_id
        self._moves = moves

    async def send(self, text: str, buttons: Buttons = ()) -> int:
        """Deliver *text* and return its message's number (0: unknown), or raise NotifyError."""
        async with _explained():
            try:
                return await self._sent(text, buttons)
            except TelegramMigrateToChat as exc:
                # The group became a supergroup: same people, new number.
                await self._follow(exc.migrate_to_chat_id)
                return await self._sent(text, buttons)

    async def edit(self, message_id: int, text: str, buttons: Buttons = ()) -> None:
        """Put *text* into *message_id*, or raise NotifyError."""
        async with _explained():
            try:
                await self._bot.edit_message_text(
                    text,
                    chat_id=await self._address(),
                    message_id=message_id,
                    parse_mode="HTML",
                    link_preview_options=NO_PREVIEW,
                    reply_markup=_keyboard(buttons),
                    request_timeout=CALL_SECONDS,
                )
            except TelegramMigrateToChat as exc:
                await self._follow(exc.migrate_to_chat_id)
                # The message stayed behind, and its number means another one there.
                raise NotifyError("the chat has moved", permanent=True) from exc

    async def _sent(self, text: str, buttons: Buttons) -> int:
        try:
            return await self._say(text, buttons, "HTML")
        except TelegramBadRequest as exc:
            if not UNREADABLE.search(exc.message):
                raise
            log.error("notice is no HTML to Telegram; sent as plain text", error=exc.message)  # noqa: TRY400  the trace says nothing more
            return await self._say(unescape(TAG.sub("", text))[:PLAIN], buttons, None)

    async def _say(self, text: str, buttons: Buttons, parse_mode: str | None) -> int:
        try:
            message = await self._bot.send_message(
                await self._address(),
                text,
                parse_mode=parse_mode,
                link_preview_options=NO_PREVIEW,
                reply_markup=_keyboard(buttons),
                request_timeout=CALL_SECONDS,
            )
        except ClientDecodeError as exc:
            # Telegram said "ok" and then something we cannot read: sent, so never again.
            log.warning("notice sent; its answer has an unknown form", error=str(exc))
            return UNKNOWN
        return message.message_id

    async def _address(self) -> int:
        return await self._moves.find() if self._moves else self._chat_id

    async def _follow(self, chat_id: int) -> None:
        self._chat_id = chat_id
        if self._moves:
            await self._moves.follow(chat_id)


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
    except TelegramAPIError as exc:
        if remedy := _remedy(exc):
            raise NotifyError(f"{exc.message}; {remedy}", refused=True) from exc
        if SAME not in exc.message:
            is_wrong = isinstance(exc, TelegramBadRequest)
            raise NotifyError(exc.message, permanent=is_wrong) from exc
    except ClientDecodeError as exc:
        # Only an edit comes here, and Telegram took it.
        log.warning("notice edited; its answer has an unknown form", error=str(exc))


def _remedy(exc: TelegramAPIError) -> str:
    """What lets us in again; empty when it is not the chat that refuses us."""
    words = exc.message.lower()
    if isinstance(exc, (*REFUSALS, TelegramBadRequest)):
        for sign, remedy in REMEDIES.items():
            if sign in words:
                return remedy
    return REFUSALS.get(type(exc), "")
