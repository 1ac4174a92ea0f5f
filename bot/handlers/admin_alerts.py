"""/alerts: what fires now, what may soon, what is silenced, and what fired before."""

from __future__ import annotations

from typing import Annotated

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message
from aiogram.utils.i18n import gettext as _
from pydantic import Field

from bot.alerts.book import HISTORY, AlertBoard
from bot.alerts.duty import Duty
from bot.alerts.silences import Silence
from bot.analytics.render.fit import bold, fitted
from bot.analytics.render.words import Words
from bot.analytics.shelf import SHELF
from bot.analytics.views import View, Views
from bot.clock import Clock
from bot.config import Settings
from bot.handlers.admin import admin_router, refresh
from bot.handlers.admin_reports import shown
from bot.handlers.alert_words import (
    Number,
    Reader,
    acknowledge_buttons,
    alert_lines,
    end_buttons,
    past_lines,
    pending_line,
    reader_of,
    silence_lines,
)
from bot.handlers.answers import Rows, add, button, change, say
from bot.handlers.report_words import ReportButton

BUTTON = "alerts:refresh"
STATISTICS = "alerts:statistics"
# Telegram takes a hundred buttons; nobody reads as many.
BUTTONS = 8


class AckButton(CallbackData, prefix="alerts_ack"):
    """Acknowledge an alert, and show the board as it is then."""

    history_id: Number


class EndButton(CallbackData, prefix="alerts_end"):
    """End a silence, and show the board as it is then."""

    silence_id: Number


class HistoryButton(CallbackData, prefix="alerts_history"):
    """A page of the alerts that are over."""

    page: Annotated[int, Field(ge=0, le=10**9)]


async def alerts(
    message: Message, duty: Duty, words: Words, clock: Clock, settings: Settings
) -> None:
    """Answer /alerts."""
    await say(message, *await _board(duty, reader_of(message.from_user, words, clock), settings))


async def alerts_button(
    callback: CallbackQuery, duty: Duty, words: Words, clock: Clock, settings: Settings
) -> None:
    """The same again, as it is now."""
    reader = reader_of(callback.from_user, words, clock)
    await change(callback, *await _board(duty, reader, settings))


async def alerts_ack(  # noqa: PLR0913, PLR0917  what the dispatcher hands over, by name
    callback: CallbackQuery,
    callback_data: AckButton,
    duty: Duty,
    words: Words,
    clock: Clock,
    settings: Settings,
) -> None:
    """Somebody takes care of an alert; its messages show that, too."""
    reader = reader_of(callback.from_user, words, clock)
    alert = await duty.desk.acknowledge(callback_data.history_id, reader.user_id)
    told = _("Acknowledged") if alert else _("This alert is over.")
    await change(callback, *await _board(duty, reader, settings), told=told)
    await duty.refresh([alert] if alert else [])


async def alerts_end(  # noqa: PLR0913, PLR0917  what the dispatcher hands over, by name
    callback: CallbackQuery,
    callback_data: EndButton,
    duty: Duty,
    words: Words,
    clock: Clock,
    settings: Settings,
) -> None:
    """A silence ends; the messages about what it covered show that, too."""
    reader = reader_of(callback.from_user, words, clock)
    silence = await duty.desk.end_silence(callback_data.silence_id)
    told = _("The silence is over.")
    await change(callback, *await _board(duty, reader, settings), told=told)
    if silence:
        await duty.refresh(await duty.firing([silence]))


async def alerts_history(
    callback: CallbackQuery, callback_data: HistoryButton, duty: Duty, words: Words, clock: Clock
) -> None:
    """Alerts that are over, further and further back."""
    reader = reader_of(callback.from_user, words, clock)
    page = callback_data.page
    board = await duty.book.board(HISTORY, page * HISTORY)
    lines = [bold(_("Fired before"))]
    lines += _past(board, reader) or [_("nothing")]
    count = max(1, -(-board.past_count // HISTORY))
    await change(callback, fitted(lines, words), [*_pages(page, count), refresh(BUTTON)])


async def alerts_statistics(callback: CallbackQuery, views: Views, words: Words) -> None:
    """The report on alerts, below."""
    kind = SHELF["alerts"]
    view = View(kind=kind, days=kind.days)
    await add(callback, *await shown(view, ReportButton.below(view), views, words))


async def _board(duty: Duty, reader: Reader, settings: Settings) -> tuple[str, Rows]:
    board, silences = await duty.book.board(), await duty.desk.silences()
    lines = [bold(_("Firing now"))]
    if not settings.alerts_enabled:
        lines.append(_("Alerts are switched off (ALERTS_ENABLED=false): nothing is checked."))
    lines += _firing(board, silences, duty, reader) or [_("nothing")]
    lines += _section(_("May fire soon"), [pending_line(one, reader) for one in board.pending])
    quiet = [line for one in silences for line in silence_lines(one, reader)]
    lines += _section(_("Silenced"), quiet)
    lines += ["", bold(_("Fired before"))]
    lines += _past(board, reader) or [_("nothing")]
    return fitted(lines, reader.words), _rows(board, silences)


def _section(title: str, lines: list[str]) -> list[str]:
    return ["", bold(title), *lines] if lines else []


def _firing(board: AlertBoard, silences: list[Silence], duty: Duty, reader: Reader) -> list[str]:
    return [
        line
        for alert in board.firing
        for line in alert_lines(alert, board, silences, duty.terms(alert), reader)
    ]


def _past(board: AlertBoard, reader: Reader) -> list[str]:
    return [line for alert in board.past for line in past_lines(alert, board, reader)]


def _rows(board: AlertBoard, silences: list[Silence]) -> Rows:
    open_alerts = [alert for alert in board.firing if alert.acked_at is None]
    return [
        *acknowledge_buttons(open_alerts[:BUTTONS], "alerts_ack"),
        *end_buttons(silences[:BUTTONS], "alerts_end"),
        [
            button("🕘 " + _("History"), HistoryButton(page=0).pack()),
            button("📊 " + _("Statistics"), STATISTICS),
        ],
        refresh(BUTTON),
    ]


def _pages(at: int, count: int) -> list[list[InlineKeyboardButton]]:
    if count == 1:
        return []
    before, after = ((at + step) % count for step in (-1, 1))
    return [
        [
            button("◀", HistoryButton(page=before).pack()),
            button(f"{at + 1}/{count}", HistoryButton(page=at).pack()),
            button("▶", HistoryButton(page=after).pack()),
        ]
    ]


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = admin_router("admin_alerts")
    router.message.register(alerts, Command("alerts", ignore_case=True))
    press = router.callback_query.register
    press(alerts_button, F.data == BUTTON)
    press(alerts_statistics, F.data == STATISTICS)
    press(alerts_ack, AckButton.filter())
    press(alerts_end, EndButton.filter())
    press(alerts_history, HistoryButton.filter())
    return router
