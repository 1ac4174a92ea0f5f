"""What Telegram offers beside the text field: commands; to admins more, and their button."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
)
from aiogram.types import BotCommand, BotCommandScopeChat, BotCommandScopeDefault
from aiogram.utils.backoff import BackoffConfig
from msgspec import Struct

from bot.telegram.backoff import PASSING, PATIENT, endlessly, summary

Scope = BotCommandScopeDefault | BotCommandScopeChat

log = structlog.get_logger(__name__)


class MenuEntry(Struct, frozen=True):
    """A command in a menu.

    is_admin: only admins see it
    """

    command: str
    description: str
    is_admin: bool = False


class Menus:
    """Keeps Telegram's menus like ours.

    entries: by language tag, "" for everybody whose language is not named
    button: sends an admin's menu button, after their commands
    """

    def __init__(
        self,
        bot: Bot,
        entries: Mapping[str, Sequence[MenuEntry]],
        admin_ids: Iterable[int],
        *,
        button: Callable[[int], Awaitable[None]] | None = None,
        backoff: BackoffConfig = PATIENT,
    ) -> None:
        self._bot = bot
        self._entries = entries
        self._missing = set(admin_ids)
        self._button = button
        self._backoff = backoff

    async def publish(self) -> None:
        """Send every menu that differs from what Telegram has, however long it is out of reach.

        Never fatal: a menu that is refused is logged.
        """
        sends = [partial(self._send, BotCommandScopeDefault(), is_admin=False)]
        sends += [partial(self._send_admin, admin_id) for admin_id in sorted(self._missing)]
        for send in sends:
            try:
                await endlessly("setMyCommands", send, self._backoff)
            except (TelegramAPIError, ClientDecodeError) as exc:
                log.warning("command menu refused", error=summary(exc))

    def lacks(self, user_id: int) -> bool:
        """Whether this is an admin whose menu Telegram has not taken yet."""
        return user_id in self._missing

    async def admin_wrote(self, user_id: int) -> None:
        """Send an admin's menu if it is still missing; cheap and silent for everybody else.

        Telegram knows no chat with somebody who never wrote, so this is called when they do.
        """
        if not self.lacks(user_id):
            return
        try:
            await self._send_admin(user_id)
        except (*PASSING, ClientDecodeError) as exc:
            log.warning("admin's menu has to wait", admin_id=user_id, error=summary(exc))

    async def _send_admin(self, user_id: int) -> None:
        try:
            await self._send(BotCommandScopeChat(chat_id=user_id), is_admin=True)
            if self._button:
                await self._button(user_id)
        except (TelegramBadRequest, TelegramForbiddenError) as exc:
            log.debug("admin's menu has to wait", admin_id=user_id, error=summary(exc))
        else:
            self._missing.discard(user_id)

    async def _send(self, scope: Scope, *, is_admin: bool) -> None:
        for language, entries in self._entries.items():
            shown = [
                BotCommand(command=entry.command, description=entry.description)
                for entry in entries
                if is_admin or not entry.is_admin
            ]
            await self._replace(scope, language or None, shown)

    async def _replace(self, scope: Scope, language: str | None, shown: list[BotCommand]) -> None:
        """Change the menu, unless Telegram has it already: it limits how often menus change."""
        has = await self._bot.get_my_commands(scope=scope, language_code=language)
        # Dumped, because what came from Telegram is bound to a bot and equals nothing that is not.
        if [one.model_dump() for one in has] != [one.model_dump() for one in shown]:
            await self._bot.set_my_commands(shown, scope=scope, language_code=language)
