"""What the admin commands share: the way in, arguments, and the refresh button."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import InlineKeyboardButton, Message
from aiogram.utils.i18n import gettext as _

from bot.analytics.render.fit import LIMIT, quoted, units
from bot.config import Settings
from bot.handlers.access import InPrivate, IsAdmin
from bot.handlers.answers import button, say
from bot.handlers.commands import COMMANDS, entries

ARGUMENT_LENGTH = 40

T = TypeVar("T")


def admin_router(name: str) -> Router:
    """A fresh router that only admins get into, and only in their private chat."""
    router = Router(name=name)
    router.message.filter(InPrivate(), IsAdmin())
    router.callback_query.filter(InPrivate(), IsAdmin())
    return router


def argument(command: CommandObject) -> str:
    """What stands after the command, without spaces around it."""
    return (command.args or "").strip()


async def refuse(message: Message, value: str, accepted: Iterable[object]) -> None:
    """Say that *value* is none of the *accepted* ones."""
    text = _("“{value}” is not possible here. Possible: {accepted}.")
    listed = ", ".join(str(one) for one in accepted)
    await say(message, text.format(value=quoted(value, ARGUMENT_LENGTH), accepted=listed))


def choices(labels: Sequence[tuple[str, str, bool]]) -> list[InlineKeyboardButton]:
    """A row of (label, data, is chosen)."""
    return [button(f"· {label} ·" if chosen else label, data) for label, data, chosen in labels]


def with_prometheus(text: str, settings: Settings) -> str:
    """*text* and where there is more of it, if anywhere; alone when it fills a message."""
    if settings.prometheus_url is None:
        return text
    where = _("In Prometheus: {address}").format(address=quoted(settings.prometheus_url))
    longer = f"{text}\n\n{where}"
    return longer if units(longer) <= LIMIT else text


def refresh(data: str) -> list[InlineKeyboardButton]:
    """The row with the button that asks again."""
    return [button("🔄 " + _("Refresh"), data)]


async def admin_in_group(message: Message) -> None:
    """An admin forgot that a group reads along."""
    await say(message, _("Not in front of a group: please ask me in our private chat."))


def exists(_: Message, command: CommandObject, settings: Settings) -> bool:
    """Whether the feature of this command is switched on."""
    return command.command.casefold() in {entry.name for entry in entries(settings)}


def build_router() -> Router:
    """Admin commands in groups; a fresh router, since a router joins one dispatcher only."""
    router = Router(name="admin")
    names = [entry.name for entry in COMMANDS if entry.is_admin]
    router.message.register(
        admin_in_group, ~InPrivate(), IsAdmin(), Command(*names, ignore_case=True), exists
    )
    return router
