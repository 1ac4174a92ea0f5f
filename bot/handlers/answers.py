"""Ways to answer: a new message, a changed one, a word on top of the chat."""

from __future__ import annotations

from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
)
from aiogram.utils.i18n import gettext as _

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# What Telegram says when nothing would change, when somebody else deleted the message or it is
# too old, and when the press itself is.
SAME = "message is not modified"
GONE = ("message to edit not found", "message can't be edited")
TOO_LATE = ("query is too old", "query id is invalid")

Rows = list[list[InlineKeyboardButton]]


async def say(message: Message, text: str, rows: Rows | None = None) -> None:
    """Answer *message* with *text* (HTML) and buttons."""
    await message.answer(
        text,
        parse_mode=ParseMode.HTML,
        link_preview_options=NO_PREVIEW,
        reply_markup=InlineKeyboardMarkup(inline_keyboard=rows) if rows else None,
    )


async def add(callback: CallbackQuery, text: str, rows: Rows | None = None) -> None:
    """Answer a button with a new message below."""
    if isinstance(callback.message, Message):
        await say(callback.message, text, rows)
        await acknowledge(callback)
    else:
        await acknowledge(callback, _too_old())


async def change(
    callback: CallbackQuery, text: str, rows: Rows | None = None, *, told: str | None = None
) -> None:
    """Answer a button by changing its message; says so when there is nothing to change.

    told: a word on top of the chat instead
    """
    if not isinstance(callback.message, Message):
        await acknowledge(callback, _too_old())
        return
    try:
        await callback.message.edit_text(
            text,
            parse_mode=ParseMode.HTML,
            link_preview_options=NO_PREVIEW,
            reply_markup=InlineKeyboardMarkup(inline_keyboard=rows) if rows else None,
        )
    except TelegramBadRequest as exc:
        excuse = _excuse(exc)
        await acknowledge(callback, told or excuse)
    else:
        await acknowledge(callback, told)


async def acknowledge(callback: CallbackQuery, text: str | None = None) -> None:
    """Stop the button's hourglass, with a short word or none."""
    try:
        await callback.answer(text)
    except TelegramBadRequest as exc:
        # Pressed while the bot was away: what was asked for is done, the word comes too late.
        if not any(part in exc.message.lower() for part in TOO_LATE):
            raise


def button(text: str, data: str) -> InlineKeyboardButton:
    """An inline button that sends *data*."""
    return InlineKeyboardButton(text=text, callback_data=data)


def _excuse(exc: TelegramBadRequest) -> str:
    problem = exc.message.lower()
    if SAME in problem:
        return _("No change")
    if any(part in problem for part in GONE):
        return _too_old()
    raise exc


def _too_old() -> str:
    return _("This message is too old to be changed; send the command again.")
