"""/chart and /export: a report as pictures, as a table, as data, as a document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from aiogram import Bot, Router
from aiogram.enums import ChatAction
from aiogram.filters import Command, CommandObject
from aiogram.types import BufferedInputFile, CallbackQuery, InputMediaPhoto, Message
from aiogram.utils.chat_action import ChatActionSender
from aiogram.utils.i18n import gettext as _

from bot.analytics.render.fit import bold, quoted
from bot.analytics.render.sheet_drawing import INSTALL, DrawingError
from bot.analytics.render.words import Words
from bot.analytics.shelf import Kind
from bot.analytics.views import FILE_TYPES, FileType, View, Views
from bot.config import Settings
from bot.handlers.admin import admin_router, argument, refuse
from bot.handlers.answers import acknowledge, add, button, say
from bot.handlers.report_words import (
    LONGEST,
    ChartButton,
    FilesButton,
    contents,
    days_of,
    offered,
    period_label,
    title,
)

DARK = "dark"
# Telegram takes so many pictures in one album.
ALBUM = 10


@dataclass(frozen=True, slots=True)
class _Asked:
    """What stands behind /chart and /export, understood."""

    kind: Kind
    days: int
    type: FileType = "pdf"
    is_dark: bool = False


async def chart(
    message: Message, command: CommandObject, views: Views, settings: Settings, words: Words
) -> None:
    """Answer /chart REPORT [DAYS] [dark]; without a report: which ones there are."""
    if not argument(command):
        await say(message, bold(_("Reports")), contents(offered(settings), ChartButton))
        return
    asked = await _understood(message, argument(command), settings, (DARK,))
    if asked:
        view = View(kind=asked.kind, days=asked.days)
        await _draw(message, view, views, words, is_dark=asked.is_dark)


async def export(
    message: Message, command: CommandObject, views: Views, settings: Settings, words: Words
) -> None:
    """Answer /export REPORT [csv|json|pdf] [DAYS]; without a report: which ones there are."""
    if not argument(command):
        await say(message, bold(_("Reports")), contents(offered(settings), FilesButton))
        return
    asked = await _understood(message, argument(command), settings, FILE_TYPES)
    if asked:
        view = View(kind=asked.kind, days=asked.days)
        await _send(message, view, views, words, asked.type)


async def chart_button(
    callback: CallbackQuery,
    callback_data: ChartButton,
    views: Views,
    settings: Settings,
    words: Words,
) -> None:
    """The charts below the report."""
    view = _view(callback_data, settings)
    if view and isinstance(callback.message, Message):
        await acknowledge(callback)
        await _draw(callback.message, view, views, words, is_dark=False)
    else:
        await acknowledge(callback, _("This report is not there any more."))


async def files_button(
    callback: CallbackQuery,
    callback_data: FilesButton,
    views: Views,
    settings: Settings,
    words: Words,
) -> None:
    """Ask which kind of file, or send it."""
    view = _view(callback_data, settings)
    if view is None or not isinstance(callback.message, Message):
        await acknowledge(callback, _("This report is not there any more."))
    elif callback_data.type in FILE_TYPES:
        await acknowledge(callback)
        await _send(callback.message, view, views, words, callback_data.type)
    else:
        row = [
            button(one.upper(), callback_data.model_copy(update={"type": one}).pack())
            for one in FILE_TYPES
        ]
        await add(callback, _label(view), [row])


def _label(view: View) -> str:
    return f"{title(view.kind.name)} · {period_label(view.days)}"


def _view(data: ChartButton | FilesButton, settings: Settings) -> View | None:
    kind = {kind.name: kind for kind in offered(settings)}.get(data.name)
    if kind is None or not 1 <= data.days <= LONGEST or data.step not in kind.steps:
        return None
    return View(kind=kind, days=data.days, step=data.step)


async def _understood(
    message: Message, text: str, settings: Settings, words: tuple[str, ...]
) -> _Asked | None:
    """The report, days and one of *words*, in any order; None after saying what is wrong."""
    name, *rest = text.casefold().split()
    known = {kind.name: kind for kind in offered(settings)}
    if name not in known:
        await refuse(message, name, known)
        return None
    chosen: dict[str, str] = {}
    for part in rest:
        if not days_of(part) and part not in words:
            await refuse(message, part, [*words, f"1-{LONGEST}"])
            return None
        chosen["days" if days_of(part) else "word"] = part
    kind, word = known[name], chosen.get("word", "")
    days = int(chosen.get("days", kind.days))
    if word in FILE_TYPES:
        return _Asked(kind, days, type=word)
    return _Asked(kind, days, is_dark=word == DARK)


async def _draw(
    message: Message, view: View, views: Views, words: Words, *, is_dark: bool
) -> None:
    try:
        async with _busy(message, ChatAction.UPLOAD_PHOTO):
            pictures = await views.pictures(view, words, is_dark=is_dark)
    except DrawingError:
        await say(message, _missing())
        return
    if not pictures:
        await say(message, _("This report has no chart. /export has its figures."))
        return
    files = [BufferedInputFile(one.content, one.name) for one in pictures[:ALBUM]]
    # Below the picture, where its time then stands, too, and not on the days of the chart.
    caption = _label(view)
    if len(files) == 1:
        await message.answer_photo(files[0], caption=caption)
        return
    first, *others = files
    album = [InputMediaPhoto(media=first, caption=caption)]
    await message.answer_media_group([*album, *(InputMediaPhoto(media=one) for one in others)])


async def _send(message: Message, view: View, views: Views, words: Words, kind: FileType) -> None:
    try:
        async with _busy(message, ChatAction.UPLOAD_DOCUMENT):
            file = await views.file(view, words, kind)
    except DrawingError:
        await say(message, _missing())
        return
    await message.answer_document(BufferedInputFile(file.content, file.name))


def _busy(message: Message, action: ChatAction) -> ChatActionSender:
    """The chat shows that a file is coming, however long it takes."""
    return ChatActionSender(bot=cast("Bot", message.bot), chat_id=message.chat.id, action=action)


def _missing() -> str:
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
