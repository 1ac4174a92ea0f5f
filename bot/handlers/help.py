"""/help: what there is, and the commands that exist for whoever asks."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message, User
from aiogram.utils.i18n import gettext as _

from bot.analytics.render.fit import quoted
from bot.config import Settings
from bot.handlers.abilities import abilities
from bot.handlers.answers import add, say
from bot.handlers.commands import Entry, entries, is_admin, others

HELP = "help"


async def help_command(message: Message, settings: Settings, event_router: Router) -> None:
    """Answer /help; admins see their commands where those work."""
    is_private = message.chat.type == ChatType.PRIVATE
    user = message.from_user if is_private else None
    await say(message, _help(user, settings, event_router))


async def help_button(callback: CallbackQuery, settings: Settings, event_router: Router) -> None:
    """Answer the button below the welcome."""
    message = callback.message
    is_private = message is not None and message.chat.type == ChatType.PRIVATE
    user = callback.from_user if is_private else None
    await add(callback, _help(user, settings, event_router))


def _help(user: User | None, settings: Settings, router: Router) -> str:
    known = [*entries(settings), *others(router)]
    offer = abilities(settings)
    lines = [_("This is what I have for you:"), offer, ""] if offer else []
    lines += [_("I understand:"), *(_line(entry) for entry in known if not entry.is_admin)]
    if is_admin(user, settings):
        lines += ["", _("And because you are an admin:")]
        lines += [_line(entry) for entry in known if entry.is_admin]
    return "\n".join(lines)


def _line(entry: Entry) -> str:
    return f"/{entry.name} · {quoted(str(entry.description))}"


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = Router(name="help")
    router.message.register(help_command, Command("help", ignore_case=True))
    router.callback_query.register(help_button, F.data == HELP)
    return router
