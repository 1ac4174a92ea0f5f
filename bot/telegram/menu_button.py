"""The button beside the text field: the dashboard for admins, what Telegram shows for others."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from aiogram import Bot
from aiogram.enums import MenuButtonType
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import MenuButtonDefault, MenuButtonWebApp, WebAppInfo

from bot.telegram.backoff import summary

# A name, the same in every language; it is also how a button of ours is known again.
TEXT = "Dashboard"

log = structlog.get_logger(__name__)


class MenuButton:
    """Keeps an admin's menu button like ours.

    address: of the Mini App; None when Telegram would not open it
    """

    def __init__(self, bot: Bot, address: Callable[[], str | None]) -> None:
        self._bot = bot
        self._address = address

    async def send(self, admin_id: int) -> None:
        """Set the button unless it is there; without an address take ours away, and no other.

        A refusal is logged.  Raises what passes: TelegramNetworkError and the like.
        """
        try:
            await self._replace(admin_id)
        except (TelegramBadRequest, TelegramForbiddenError) as exc:
            log.warning("menu button refused", admin_id=admin_id, error=summary(exc))

    async def _replace(self, admin_id: int) -> None:
        address = self._address()
        has = await self._bot.get_chat_menu_button(chat_id=admin_id)
        page = has.web_app if has.type == MenuButtonType.WEB_APP and has.text == TEXT else None
        if address and (page is None or page.url != address):
            button = MenuButtonWebApp(text=TEXT, web_app=WebAppInfo(url=address))
            await self._bot.set_chat_menu_button(admin_id, button)
        elif page and not address:
            await self._bot.set_chat_menu_button(admin_id, MenuButtonDefault())
