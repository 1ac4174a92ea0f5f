"""/analytics: how the bot did today, in a week, in a month."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message
from aiogram.utils.i18n import ngettext

from bot.analytics.render import overview_text
from bot.analytics.render.words import Words
from bot.analytics.reports.desk import Reports
from bot.handlers.admin import admin_router, argument, choices, refresh, refuse
from bot.handlers.answers import Rows, change, say

PERIODS = (1, 7, 30)
DEFAULT = 7


class AnalyticsButton(CallbackData, prefix="analytics"):
    """Show this many days."""

    days: int


async def analytics(
    message: Message, command: CommandObject, reports: Reports, words: Words
) -> None:
    """Answer /analytics [1|7|30]."""
    asked = argument(command) or str(DEFAULT)
    if asked not in {str(days) for days in PERIODS}:
        await refuse(message, asked, PERIODS)
        return
    report = await reports.overview(int(asked))
    await say(message, overview_text.overview(report, words), _rows(int(asked)))


async def analytics_button(
    callback: CallbackQuery, callback_data: AnalyticsButton, reports: Reports, words: Words
) -> None:
    """Another period, or the same one again."""
    report = await reports.overview(callback_data.days)
    await change(callback, overview_text.overview(report, words), _rows(callback_data.days))


def _rows(shown: int) -> Rows:
    periods = [(_label(days), _data(days), days == shown) for days in PERIODS]
    return [choices(periods), refresh(_data(shown))]


def _label(days: int) -> str:
    return ngettext("{days} day", "{days} days", days).format(days=days)


def _data(days: int) -> str:
    return AnalyticsButton(days=days).pack()


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = admin_router("admin_analytics")
    router.message.register(analytics, Command("analytics", ignore_case=True))
    offered = AnalyticsButton.filter(F.days.in_(PERIODS))
    router.callback_query.register(analytics_button, offered)
    return router
