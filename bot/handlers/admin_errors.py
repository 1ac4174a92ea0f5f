"""/errors: what went wrong in the last days, and all about one error by its number."""

from __future__ import annotations

import re

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message
from aiogram.utils.i18n import gettext as _

from bot.analytics.render import errors_text
from bot.analytics.render.fit import quoted
from bot.analytics.render.words import Words
from bot.analytics.reports.desk import Reports
from bot.handlers.admin import admin_router, argument, refresh, refuse
from bot.handlers.answers import change, say

DAYS = 7
BUTTON = "errors:refresh"
NUMBER = re.compile(r"[A-Z0-9]{4,16}")


async def errors(message: Message, command: CommandObject, reports: Reports, words: Words) -> None:
    """Answer /errors [NUMBER]."""
    asked = argument(command)
    if asked:
        await _one(message, asked, reports, words)
        return
    report = await reports.errors(DAYS)
    await say(message, errors_text.errors(report, words), [refresh(BUTTON)])


async def errors_button(callback: CallbackQuery, reports: Reports, words: Words) -> None:
    """The list again, as it is now."""
    report = await reports.errors(DAYS)
    await change(callback, errors_text.errors(report, words), [refresh(BUTTON)])


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
    router.callback_query.register(errors_button, F.data == BUTTON)
    return router
