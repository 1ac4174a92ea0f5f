"""Who may, and where: filters that are asked for every message and every button press."""

from __future__ import annotations

from aiogram.enums import ChatType
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from bot.config import Settings
from bot.handlers.commands import is_admin


class InPrivate(Filter):
    """The chat between one person and the bot."""

    async def __call__(self, event: Message | CallbackQuery) -> bool:
        """Whether *event* comes from a private chat."""
        message = event.message if isinstance(event, CallbackQuery) else event
        return message is not None and message.chat.type == ChatType.PRIVATE


class IsAdmin(Filter):
    """A person in ADMIN_IDS.  A group's anonymous admin could be anybody, so it is nobody."""

    async def __call__(self, event: Message | CallbackQuery, settings: Settings) -> bool:
        """Whether an admin is behind *event*."""
        if isinstance(event, Message) and event.sender_chat is not None:
            return False
        return is_admin(event.from_user, settings)
