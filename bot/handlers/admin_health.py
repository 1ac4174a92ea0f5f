"""/health: what GET /health says, for a phone."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.analytics.health import HealthMonitor
from bot.analytics.render import health_text
from bot.analytics.render.words import Words
from bot.config import Settings
from bot.handlers.admin import admin_router, refresh, with_prometheus
from bot.handlers.answers import change, say

BUTTON = "health:refresh"


async def health(
    message: Message, health: HealthMonitor, words: Words, settings: Settings
) -> None:
    """Answer /health."""
    text = with_prometheus(health_text.health(await health.report(), words), settings)
    await say(message, text, [refresh(BUTTON)])


async def health_button(
    callback: CallbackQuery, health: HealthMonitor, words: Words, settings: Settings
) -> None:
    """The same again, as it is now."""
    text = with_prometheus(health_text.health(await health.report(), words), settings)
    await change(callback, text, [refresh(BUTTON)])


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = admin_router("admin_health")
    router.message.register(health, Command("health", ignore_case=True))
    router.callback_query.register(health_button, F.data == BUTTON)
    return router
