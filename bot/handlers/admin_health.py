"""/health: what GET /health says, for a phone."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.analytics.health import HealthMonitor
from bot.analytics.render import health_text
from bot.analytics.render.words import Words
from bot.handlers.admin import admin_router, refresh
from bot.handlers.answers import change, say

BUTTON = "health:refresh"


async def health(message: Message, health: HealthMonitor, words: Words) -> None:
    """Answer /health."""
    await say(message, health_text.health(await health.report(), words), [refresh(BUTTON)])


async def health_button(callback: CallbackQuery, health: HealthMonitor, words: Words) -> None:
    """The same again, as it is now."""
    await change(callback, health_text.health(await health.report(), words), [refresh(BUTTON)])


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = admin_router("admin_health")
    router.message.register(health, Command("health", ignore_case=True))
    router.callback_query.register(health_button, F.data == BUTTON)
    return router
