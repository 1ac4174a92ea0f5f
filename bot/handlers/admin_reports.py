"""Reports in the chat: a command each, /report for all, buttons for time, pages and files."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message
from aiogram.utils.i18n import gettext as _

from bot.analytics.render.fit import bold
from bot.analytics.render.sheet_text import pages
from bot.analytics.render.words import Words
from bot.analytics.shelf import Kind
from bot.analytics.views import View, Views
from bot.config import Settings
from bot.handlers.admin import admin_router, argument, choices, refuse
from bot.handlers.answers import Rows, button, change, say
from bot.handlers.report_words import (
    LONGEST,
    ReportButton,
    contents,
    days_of,
    offered,
    period_label,
    step_label,
)

# Commands that are a report's own name.
NAMES = ("analytics", "revenue", "users", "top", "sources", "retention", "peak")


async def report(
    message: Message, command: CommandObject, views: Views, settings: Settings, words: Words
) -> None:
    """Answer /analytics [DAYS] and the others of that form, and /report [NAME] [DAYS]."""
    name, days = command.command.casefold(), argument(command)
    known = {kind.name: kind for kind in offered(settings)}
    if name == "report":
        name, _part, days = days.partition(" ")
        if not name:
            await say(message, bold(_("Reports")), contents(known.values(), ReportButton))
            return
    kind = known.get(name.casefold())
    if kind is None:
        await refuse(message, name, known)
    elif days and not days_of(days):
        await refuse(message, days, [f"1-{LONGEST}"])
    else:
        data = ReportButton(name=kind.name, days=int(days or kind.days), step=kind.steps[0])
        await say(message, *await shown(kind, data, views, words))


async def report_button(
    callback: CallbackQuery,
    callback_data: ReportButton,
    views: Views,
    settings: Settings,
    words: Words,
) -> None:
    """Another time, another page, or the same anew."""
    kind = {kind.name: kind for kind in offered(settings)}.get(callback_data.name)
    if kind and 1 <= callback_data.days <= LONGEST and callback_data.step in kind.steps:
        await change(callback, *await shown(kind, callback_data, views, words))
    else:
        await change(callback, _("This report is not there any more. /report lists them."))


async def shown(kind: Kind, data: ReportButton, views: Views, words: Words) -> tuple[str, Rows]:
    """A page of a report, with the buttons below it."""
    view = View(kind=kind, days=data.days, step=data.step)
    sheet = await views.sheet(view, words, is_fresh=data.is_fresh)
    texts = pages(sheet, words)
    at = min(data.page, len(texts) - 1)
    rows = [_periods(kind, data), _steps(kind, data), _pages(data, at, len(texts))]
    last = [button("🔄 " + _("Refresh"), data.model_copy(update={"is_fresh": True}).pack())]
    if sheet.charts:
        last.append(button("📈 " + _("Chart"), data.of("chart")))
    last.append(button("📄 " + _("File"), data.of("files")))
    return texts[at], [row for row in (*rows, last) if row]


def _periods(kind: Kind, data: ReportButton) -> list[InlineKeyboardButton]:
    return choices(
        [(period_label(days), data.about(days=days), days == data.days) for days in kind.periods]
    )


def _steps(kind: Kind, data: ReportButton) -> list[InlineKeyboardButton]:
    if len(kind.steps) == 1:
        return []
    return choices(
        [(step_label(step), data.about(step=step), step == data.step) for step in kind.steps]
    )


def _pages(data: ReportButton, at: int, count: int) -> list[InlineKeyboardButton]:
    if count == 1:
        return []
    before, after = (at - 1) % count, (at + 1) % count
    return [
        button("◀", data.about(page=before)),
        button(f"{at + 1}/{count}", data.about(page=at)),
        button("▶", data.about(page=after)),
    ]


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = admin_router("admin_reports")
    router.message.register(report, Command(*NAMES, "report", ignore_case=True))
    router.callback_query.register(report_button, ReportButton.filter())
    return router
