"""/mau: the line with the monthly users, and how old the number is."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.analytics.mau import MauLine
from bot.analytics.render import mau_text
from bot.analytics.render.words import Words
from bot.clock import Clock
from bot.config import Settings
from bot.handlers.admin import admin_router, refresh
from bot.handlers.answers import change, say

BUTTON = "mau:refresh"


async def mau(
    message: Message, mau: MauLine, settings: Settings, words: Words, clock: Clock
) -> None:
    """Answer /mau."""
    await say(message, await _text(mau, settings, words, clock), [refresh(BUTTON)])


async def mau_button(
    callback: CallbackQuery, mau: MauLine, settings: Settings, words: Words, clock: Clock
) -> None:
    """People counted anew."""
    text = await _text(mau, settings, words, clock, is_fresh=True)
    await change(callback, text, [refresh(BUTTON)])


async def _text(
    mau: MauLine, settings: Settings, words: Words, clock: Clock, *, is_fresh: bool = False
) -> str:
    known = await mau.count(is_fresh=is_fresh)
    return mau_text.details(known, now=clock(), settings=settings, words=words)


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = admin_router("admin_mau")
    router.message.register(mau, Command("mau", ignore_case=True))
    router.callback_query.register(mau_button, F.data == BUTTON)
    return router
