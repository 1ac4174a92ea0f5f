"""/chart and /export: a report as pictures, as a table, as data, as a document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from aiogram import Bot, Router
from aiogram.enums import ChatAction, ParseMode
from aiogram.filters import Command, CommandObject
from aiogram.types import BufferedInputFile, CallbackQuery, InputMediaPhoto, Message
from aiogram.utils.chat_action import ChatActionSender
from aiogram.utils.i18n import gettext as _

from bot.analytics.render.fit import bold, quoted
from bot.analytics.render.sheet_drawing import INSTALL, DrawingError
from bot.analytics.render.words import Words
from bot.analytics.views import FILE_TYPES, FileType, View, Views
from bot.config import Settings
from bot.handlers.admin import admin_router, argument, refuse
from bot.handlers.answers import acknowledge, add, button, say
from bot.handlers.report_words import (
    Asked,
    ChartButton,
    FilesButton,
    contents,
    gone,
    label,
    offered,
    understood,
    view_of,
)

DARK = "dark"
# Telegram takes so many pictures in one album.
ALBUM = 10


async def chart(
    message: Message, command: CommandObject, views: Views, settings: Settings, words: Words
) -> None:
    """Answer /chart REPORT [DAYS] [dark]; without a report: which ones there are.

    /chart segments [FIRST [SECOND]] is about these two; /export likewise.
    """
    if not argument(command):
        await say(message, bold(_("Reports")), contents(offered(settings), ChartButton))
        return
    asked = await _asked(message, argument(command), settings, views, (DARK,))
    if asked:
        await _draw(message, asked.view, views, words, is_dark=asked.word == DARK)


async def export(
    message: Message, command: CommandObject, views: Views, settings: Settings, words: Words
) -> None:
    """Answer /export REPORT [csv|json|pdf] [DAYS]; without a report: which ones there are."""
    if not argument(command):
        await say(message, bold(_("Reports")), contents(offered(settings), FilesButton))
        return
    asked = await _asked(message, argument(command), settings, views, FILE_TYPES)
    if asked:
        kind = asked.word if asked.word in FILE_TYPES else "pdf"
        await _send(message, asked.view, views, words, kind)


async def chart_button(
    callback: CallbackQuery,
    callback_data: ChartButton,
    views: Views,
    settings: Settings,
    words: Words,
) -> None:
    """The charts below the report."""
    view = await view_of(callback_data, settings, views)
    if isinstance(view, View) and isinstance(callback.message, Message):
        await acknowledge(callback)
        await _draw(callback.message, view, views, words, is_dark=False)
    else:
        await acknowledge(callback, view if isinstance(view, str) else gone())


async def files_button(
    callback: CallbackQuery,
    callback_data: FilesButton,
    views: Views,
    settings: Settings,
    words: Words,
) -> None:
    """Ask which kind of file, or send it."""
    view = await view_of(callback_data, settings, views)
    if not isinstance(view, View) or not isinstance(callback.message, Message):
        await acknowledge(callback, view if isinstance(view, str) else gone())
    elif callback_data.type in FILE_TYPES:
        await acknowledge(callback)
        await _send(callback.message, view, views, words, callback_data.type)
    else:
        row = [
            button(one.upper(), callback_data.model_copy(update={"type": one}).pack())
            for one in FILE_TYPES
        ]
        await add(callback, label(view), [row])


async def _asked(
    message: Message, text: str, settings: Settings, views: Views, words: Sequence[str]
) -> Asked | None:
    """The report and what is said about it; None after saying what is wrong."""
    name, *parts = text.split()
    known = {kind.name: kind for kind in offered(settings)}
    kind = known.get(name.casefold())
    if kind is None:
        await refuse(message, name, known)
        return None
    return await understood(message, kind, parts, views, words)


async def _draw(
    message: Message, view: View, views: Views, words: Words, *, is_dark: bool
) -> None:
    try:
        async with _busy(message, ChatAction.UPLOAD_PHOTO):
            pictures = await views.pictures(view, words, is_dark=is_dark)
    except DrawingError:
        await say(message, missing())
        return
    if not pictures:
        await say(message, _("This report has no chart. /export has its figures."))
        return
    files = [BufferedInputFile(one.content, one.name) for one in pictures[:ALBUM]]
    # Below the picture, where its time then stands, too, and not on the days of the chart.
    caption = label(view)
    if len(files) == 1:
        await message.answer_photo(files[0], caption=caption, parse_mode=ParseMode.HTML)
        return
    first, *others = files
    album = [InputMediaPhoto(media=first, caption=caption, parse_mode=ParseMode.HTML)]
    await message.answer_media_group([*album, *(InputMediaPhoto(media=one) for one in others)])


async def _send(message: Message, view: View, views: Views, words: Words, kind: FileType) -> None:
    try:
        async with _busy(message, ChatAction.UPLOAD_DOCUMENT):
            file = await views.file(view, words, kind)
    except DrawingError:
        await say(message, missing())
        return
    await message.answer_document(BufferedInputFile(file.content, file.name))


def _busy(message: Message, action: ChatAction) -> ChatActionSender:
    """The chat shows that a file is coming, however long it takes."""
    return ChatActionSender(bot=cast("Bot", message.bot), chat_id=message.chat.id, action=action)


def missing() -> str:
    """What to install when nothing can be drawn."""
    text = _("Charts and PDF files need packages that are not installed: {command}")
    return text.format(command=f"<code>{quoted(INSTALL)}</code>")


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = admin_router("admin_files")
    router.message.register(chart, Command("chart", ignore_case=True))
    router.message.register(export, Command("export", ignore_case=True))
    router.callback_query.register(chart_button, ChartButton.filter())
    router.callback_query.register(files_button, FilesButton.filter())
    return router
