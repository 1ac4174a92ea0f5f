"""/start: the first thing a person sees.  Where they came from is noted by a middleware."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import CommandStart
from aiogram.types import Message, User
from aiogram.utils.i18n import gettext as _

from bot.analytics.mau import MauLine
from bot.analytics.render.fit import bold, quoted
from bot.analytics.render.words import Words
from bot.config import Settings
from bot.handlers.abilities import abilities
from bot.handlers.answers import button, say
from bot.handlers.help import HELP
from bot.handlers.privacy import PrivacyButton, Step

# Telegram's own limit for a first name.
NAME_LENGTH = 64


async def start(message: Message, settings: Settings, mau: MauLine, words: Words) -> None:
    """Say hello, with or without a deep link's payload."""
    rows = [
        [
            button(_("Help"), HELP),
            button(_("Privacy"), PrivacyButton(step=Step.SHOW).pack()),
        ]
    ]
    greeting, line = _greeting(message.from_user), await mau.shown(words)
    if settings.mau_display_place == "inline":
        greeting, line = f"{greeting} {line}".rstrip(), ""
    parts = [greeting, *_offer(settings), _welcome(), line]
    await say(message, "\n\n".join(part for part in parts if part), rows)


def _greeting(user: User | None) -> str:
    if user is None or not user.first_name.strip():
        return _("Hello!")
    return _("Hello, {name}!").format(name=bold(quoted(user.first_name, NAME_LENGTH)))


def _offer(settings: Settings) -> list[str]:
    """What there is for the person; nothing while every feature is off."""
    known = abilities(settings)
    return ["\n".join([_("This is what I have for you:"), known])] if known else []


def _welcome() -> str:
    return _(
        "I am a bot that measures itself: how many people I talk to, how fast I answer and what "
        "goes wrong. I keep little about you, show you all of it, and forget you when you ask."
    )


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = Router(name="start")
    router.message.register(start, CommandStart(ignore_case=True))
    return router
