"""/mystats and /chatstats: a person's own activity, and a group's for those who are in it."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message
from aiogram.utils.i18n import gettext as _

from bot.analytics.render.sheet_text import pages
from bot.analytics.render.words import Words
from bot.analytics.shelf import CHAT, PERSON
from bot.analytics.views import View, Views
from bot.handlers.access import InPrivate
from bot.handlers.admin import choices
from bot.handlers.answers import Rows, change, say
from bot.handlers.report_words import period_label

PERIODS = (7, 30, 365)
DEFAULT = 30


class About(StrEnum):
    """Whose statistics."""

    ME = "me"
    CHAT = "chat"


class StatsButton(CallbackData, prefix="stats"):
    """So many days of whoever presses, or of the chat it is pressed in: never of others."""

    about: About
    days: int


async def mystats(message: Message, views: Views, words: Words) -> None:
    """Answer /mystats; what somebody does is nothing for a group."""
    if not await InPrivate()(message) or message.from_user is None:
        await say(message, _("Write /mystats to me in our private chat."))
        return
    view = View(kind=PERSON, days=DEFAULT, user_id=message.from_user.id)
    await say(message, *await _shown(view, About.ME, views, words))


async def chatstats(message: Message, views: Views, words: Words) -> None:
    """Answer /chatstats, in the group that it is about."""
    if await InPrivate()(message):
        await say(message, _("Write /chatstats in a group: it shows the group's activity."))
        return
    view = View(kind=CHAT, days=DEFAULT, chat_id=message.chat.id)
    await say(message, *await _shown(view, About.CHAT, views, words))


async def my_button(
    callback: CallbackQuery, callback_data: StatsButton, views: Views, words: Words
) -> None:
    """Another time."""
    view = View(kind=PERSON, days=callback_data.days, user_id=callback.from_user.id)
    await change(callback, *await _shown(view, About.ME, views, words))


async def chat_button(
    callback: CallbackQuery, callback_data: StatsButton, views: Views, words: Words
) -> None:
    """Another time, of the chat in which the button is."""
    chat_id = callback.message.chat.id if callback.message else 0
    view = View(kind=CHAT, days=callback_data.days, chat_id=chat_id)
    await change(callback, *await _shown(view, About.CHAT, views, words))


async def _shown(view: View, about: About, views: Views, words: Words) -> tuple[str, Rows]:
    title = _("Your activity") if about is About.ME else _("The activity of this group")
    sheet = replace(await views.sheet(view, words, is_fresh=True), title=title)
    periods = [
        (period_label(days), StatsButton(about=about, days=days).pack(), days == view.days)
        for days in PERIODS
    ]
    # One page: the statistics of one person or one chat are a few lines.
    return pages(sheet, words)[0], [choices(periods)]


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = Router(name="stats")
    router.message.register(mystats, Command("mystats", ignore_case=True))
    router.message.register(chatstats, Command("chatstats", ignore_case=True))
    offered = StatsButton.filter(F.days.in_(PERIODS))
    mine, ours = F.about == About.ME, F.about == About.CHAT
    press = router.callback_query.register
    press(my_button, InPrivate(), offered, StatsButton.filter(mine))
    press(chat_button, ~InPrivate(), offered, StatsButton.filter(ours))
    return router
