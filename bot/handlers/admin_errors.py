"""/errors: what went wrong in the last days, and all about one error by its number."""

from __future__ import annotations

import re

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message
from aiogram.utils.i18n import gettext as _

from bot.analytics.render import errors_text
from bot.analytics.render.fit import quoted
from bot.analytics.render.words import Words
from bot.analytics.reports.desk import Reports
from bot.analytics.shelf import SHELF
from bot.analytics.views import View, Views
from bot.handlers.admin import admin_router, argument, refuse
from bot.handlers.admin_reports import shown
from bot.handlers.answers import say
from bot.handlers.report_words import ReportButton

NUMBER = re.compile(r"[A-Z0-9]{4,16}")


async def errors(
    message: Message, command: CommandObject, reports: Reports, views: Views, words: Words
) -> None:
    """Answer /errors [NUMBER]."""
    if asked := argument(command):
        await _one(message, asked, reports, words)
        return
    kind = SHELF["errors"]
    view = View(kind=kind, days=kind.days)
    await say(message, *await shown(view, ReportButton.below(view), views, words))


async def _one(message: Message, asked: str, reports: Reports, words: Words) -> None:
    number = asked.upper()
    if not NUMBER.fullmatch(number):
        await refuse(message, asked, [_("an error's number, such as E7F3K2")])
    elif detail := await reports.error(number):
        await say(message, errors_text.error(detail, words))
    else:
        text = _("No error is kept under the number {number}.")
        await say(message, text.format(number=quoted(number)))


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = admin_router("admin_errors")
    router.message.register(errors, Command("errors", ignore_case=True))
    return router
