"""/alerts: what fires now, and what fired before."""

from __future__ import annotations

from datetime import datetime

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from aiogram.utils.i18n import gettext as _

from bot.alerts.book import AlertBoard, Book
from bot.alerts.states import Alert
from bot.alerts.text import ICONS, measure
from bot.analytics.render.fit import bold, fitted, quoted
from bot.analytics.render.words import Words
from bot.clock import Clock
from bot.config import Settings
from bot.handlers.admin import admin_router, refresh
from bot.handlers.answers import change, say

BUTTON = "alerts:refresh"


async def alerts(
    message: Message, alerts: Book, words: Words, clock: Clock, settings: Settings
) -> None:
    """Answer /alerts."""
    text = _text(await alerts.board(), words, clock(), settings)
    await say(message, text, [refresh(BUTTON)])


async def alerts_button(
    callback: CallbackQuery, alerts: Book, words: Words, clock: Clock, settings: Settings
) -> None:
    """The same again, as it is now."""
    text = _text(await alerts.board(), words, clock(), settings)
    await change(callback, text, [refresh(BUTTON)])


def _text(board: AlertBoard, words: Words, now: datetime, settings: Settings) -> str:
    lines = [bold(_("Firing now"))]
    if not settings.alerts_enabled:
        lines.append(_("Alerts are switched off (ALERTS_ENABLED=false): nothing is checked."))
    lines += _each(board.firing, words, now) or [_("nothing")]
    lines += ["", bold(_("Fired before"))]
    lines += _each(board.past, words, now) or [_("nothing")]
    return fitted(lines, words)


def _each(some: tuple[Alert, ...], words: Words, now: datetime) -> list[str]:
    return [line for alert in some for line in _alert(alert, words, now)]


def _alert(alert: Alert, words: Words, now: datetime) -> list[str]:
    icon = "🟢" if alert.resolved_at else ICONS[alert.severity]
    lasted = _("since {moment}, for {duration}").format(
        moment=words.moment(alert.fired_at), duration=words.duration(alert.seconds(now))
    )
    lines = [f"{icon} <b>{quoted(alert.rule)}</b> · {lasted}", quoted(measure(alert))]
    return [*lines, quoted(alert.details)] if alert.details else lines


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = admin_router("admin_alerts")
    router.message.register(alerts, Command("alerts", ignore_case=True))
    router.callback_query.register(alerts_button, F.data == BUTTON)
    return router
