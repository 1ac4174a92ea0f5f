"""/metrics: what this process has measured, by category."""

from __future__ import annotations

from enum import StrEnum

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message
from aiogram.utils.i18n import gettext as _

from bot.analytics.render import figures_text
from bot.analytics.render.words import Words
from bot.analytics.reports.desk import Reports
from bot.config import Settings
from bot.handlers.admin import (
    admin_router,
    argument,
    choices,
    refresh,
    refuse,
    with_prometheus,
)
from bot.handlers.answers import Rows, change, say


class Category(StrEnum):
    """The categories of series."""

    PERFORMANCE = "performance"
    BUSINESS = "business"
    ENGAGEMENT = "engagement"
    SYSTEM = "system"


class MetricsButton(CallbackData, prefix="metrics"):
    """Show this category."""

    category: Category


async def metrics(
    message: Message, command: CommandObject, reports: Reports, words: Words, settings: Settings
) -> None:
    """Answer /metrics [performance|business|engagement|system]."""
    asked = argument(command).lower() or Category.PERFORMANCE
    if asked not in set(Category):
        await refuse(message, asked, Category)
        return
    report = await reports.figures(asked)
    text = with_prometheus(figures_text.figures(report, words), settings)
    await say(message, text, _rows(Category(asked)))


async def metrics_button(
    callback: CallbackQuery,
    callback_data: MetricsButton,
    reports: Reports,
    words: Words,
    settings: Settings,
) -> None:
    """Another category, or the same one again."""
    report = await reports.figures(callback_data.category)
    text = with_prometheus(figures_text.figures(report, words), settings)
    await change(callback, text, _rows(callback_data.category))


def _rows(shown: Category) -> Rows:
    offered = [(_label(one), _data(one), one == shown) for one in Category]
    half = len(offered) // 2
    return [choices(offered[:half]), choices(offered[half:]), refresh(_data(shown))]


def _label(category: Category) -> str:
    match category:
        case Category.PERFORMANCE:
            return _("Performance")
        case Category.BUSINESS:
            return _("Business")
        case Category.ENGAGEMENT:
            return _("Engagement")
        case Category.SYSTEM:
            return _("System")


def _data(category: Category) -> str:
    return MetricsButton(category=category).pack()


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = admin_router("admin_metrics")
    router.message.register(metrics, Command("metrics", ignore_case=True))
    router.callback_query.register(metrics_button, MetricsButton.filter())
    return router
