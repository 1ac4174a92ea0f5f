"""The last router: what nobody else took.  Counted as unhandled, answered all the same."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, Message
from aiogram.utils.i18n import gettext as _

from bot.config import Settings
from bot.handlers.abilities import understood
from bot.handlers.access import InPrivate
from bot.handlers.answers import acknowledge, say

# The middleware that names outcomes reads this: an answer here is a shrug, not a success.
UNHANDLED = {"outcome": "unhandled"}

# What a person sends by hand, as opposed to what Telegram writes into a chat.
WRITTEN = {
    ContentType.TEXT,
    ContentType.PHOTO,
    ContentType.VIDEO,
    ContentType.VIDEO_NOTE,
    ContentType.ANIMATION,
    ContentType.AUDIO,
    ContentType.VOICE,
    ContentType.DOCUMENT,
    ContentType.STICKER,
    ContentType.CONTACT,
    ContentType.LOCATION,
    ContentType.POLL,
    ContentType.DICE,
}


async def unknown_command(message: Message) -> None:
    """A command that does not exist, at least not for this person."""
    await say(message, _("I do not know this command. /help lists those that I know."))


async def unexpected_message(message: Message, settings: Settings) -> None:
    """Anything else that a person sends."""
    await say(message, understood(settings))


async def unknown_button(callback: CallbackQuery) -> None:
    """Callback data that no button carries (any more)."""
    await acknowledge(callback, _("This button no longer works."))


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = Router(name="fallback")
    hear = router.message.register
    hear(unknown_command, InPrivate(), F.text.startswith("/"), flags=UNHANDLED)
    hear(unexpected_message, InPrivate(), F.content_type.in_(WRITTEN), flags=UNHANDLED)
    router.callback_query.register(unknown_button, flags=UNHANDLED)
    return router
