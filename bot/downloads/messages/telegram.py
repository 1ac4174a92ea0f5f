"""Changes the bot's messages about downloads, be they a text or a caption, and their buttons."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from enum import StrEnum
from typing import Any
from weakref import WeakValueDictionary

from aiogram import Bot
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters.callback_data import CallbackData
from aiogram.methods import EditMessageCaption, EditMessageText
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions

from bot.analytics.render.words import Words
from bot.downloads.media import Choice

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
SAME = "message is not modified"
GONE = ("message to edit not found", "message can't be edited")
# "there is no text in the message to edit": so it is a caption; and the other way round.
OTHER_KIND = "in the message to edit"
REMEMBERED = 10_000

Rows = list[list[InlineKeyboardButton]]


class Step(StrEnum):
    """What a button below a download's message asks for."""

    PICK = "pick"
    CANCEL = "cancel"
    STOP = "stop"
    AGAIN = "again"


class DownloadButton(CallbackData, prefix="download"):
    """A step; id: the offer's or download's number; format, quality: what was picked.

    Callback data can be forged, so the queue checks whose the number is.
    """

    step: Step
    id: int = 0
    format: str = ""
    quality: str = ""


class Messages:
    """Each message is changed by one at a time."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self._texts: OrderedDict[tuple[int, int], bool] = OrderedDict()
        self._turns: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()

    def turn(self, chat_id: int, message_id: int) -> asyncio.Lock:
        """What has to be held while that message is changed."""
        return self._turns.setdefault((chat_id, message_id), asyncio.Lock())

    def note(self, chat_id: int, message_id: int, *, is_text: bool) -> None:
        """Remember whether the message is a text, so that nobody has to try."""
        self._texts[chat_id, message_id] = is_text
        if len(self._texts) > REMEMBERED:
            self._texts.popitem(last=False)

    async def write(
        self, chat_id: int, message_id: int, html: str, rows: Rows | None = None
    ) -> None:
        """Put *html* and buttons there; TelegramAPIError, but not when nothing would change."""
        is_text = self._texts.get((chat_id, message_id), False)
        markup = InlineKeyboardMarkup(inline_keyboard=rows) if rows else None
        where = {"chat_id": chat_id, "message_id": message_id, "reply_markup": markup}
        try:
            await self._edit(html, where, is_text=is_text)
        except TelegramBadRequest as exc:
            if OTHER_KIND not in exc.message.lower():
                raise
            is_text = not is_text
            await self._edit(html, where, is_text=is_text)
        self.note(chat_id, message_id, is_text=is_text)

    async def _edit(self, html: str, where: dict[str, Any], *, is_text: bool) -> None:
        mode = ParseMode.HTML
        call: EditMessageText | EditMessageCaption
        if is_text:
            call = EditMessageText(
                text=html, parse_mode=mode, link_preview_options=NO_PREVIEW, **where
            )
        else:
            call = EditMessageCaption(caption=html, parse_mode=mode, **where)
        try:
            await self.bot(call)
        except TelegramBadRequest as exc:
            if SAME not in exc.message:
                raise


def cancel(words: Words, number: int) -> Rows:
    """The button that takes an offer or a download back."""
    return [[button(words.gettext("Cancel"), Step.CANCEL, number)]]


def again(words: Words) -> Rows:
    """The button that begins anew with the same link."""
    return [[button(words.gettext("Try again"), Step.AGAIN)]]


def button(
    text: str, step: Step, number: int = 0, choice: Choice | None = None
) -> InlineKeyboardButton:
    """A button for one step."""
    data = DownloadButton(step=step, id=number)
    if choice:
        data = DownloadButton(step=step, id=number, format=choice.format, quality=choice.quality)
    return InlineKeyboardButton(text=text, callback_data=data.pack())


def is_gone(exc: Exception) -> bool:
    """Whether there is no message any more: its person deleted it."""
    return isinstance(exc, TelegramBadRequest) and any(
        part in exc.message.lower() for part in GONE
    )
