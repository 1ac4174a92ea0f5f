"""/dashboard: the dashboard inside Telegram, or where it is and how to sign in."""

from __future__ import annotations

import structlog
from aiogram import Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command
from aiogram.types import InlineKeyboardButton, Message, WebAppInfo
from aiogram.utils.i18n import gettext as _

from bot.addresses import DashboardAddress
from bot.analytics.render.fit import quoted
from bot.handlers.admin import admin_router
from bot.handlers.answers import say

TOKEN_COMMAND = "telegauge token create NAME --scope admin"  # noqa: S105  makes one, is none

log = structlog.get_logger(__name__)


async def dashboard(message: Message, dashboard: DashboardAddress) -> None:
    """Answer /dashboard."""
    inside = dashboard.mini_app
    if inside is None or not await _offered(message, inside):
        await say(message, _elsewhere(dashboard.page))


async def _offered(message: Message, address: str) -> bool:
    """Whether Telegram took the button; its rules about addresses are more than https."""
    text = _(
        "It opens here, inside Telegram. There is nothing to sign in with: Telegram knows you."
    )
    open_it = InlineKeyboardButton(
        text="📊 " + _("Open the dashboard"), web_app=WebAppInfo(url=address)
    )
    try:
        await say(message, text, [[open_it]])
    except TelegramBadRequest as exc:
        log.warning("Telegram does not open the dashboard", address=address, error=exc.message)
        return False
    return True


def _elsewhere(address: str) -> str:
    where = _("The dashboard: {address}").format(address=quoted(address))
    how = _("Sign in there with a token. This makes one, on the machine where I run: {command}")
    inside = _(
        "Telegram itself opens https addresses only: "
        "with one in DASHBOARD_URL the dashboard opens here, without a token."
    )
    command = f"<code>{TOKEN_COMMAND}</code>"
    return f"{where}\n\n{how.format(command=command)}\n\n{inside}"


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = admin_router("admin_dashboard")
    router.message.register(dashboard, Command("dashboard", ignore_case=True))
    return router
