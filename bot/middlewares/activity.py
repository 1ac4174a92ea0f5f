"""Notices who does what: every update becomes the facts that reports are made of.

They are told before the handler runs: one that forgets a person must find them in the store.
"""

from __future__ import annotations

from typing import Any

import structlog
from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, TelegramObject, Update

from bot.analytics.bus import Bus
from bot.analytics.events import ButtonPressed, CommandUsed
from bot.middlewares.membership import Memberships
from bot.middlewares.reading import Reader
from bot.middlewares.timer import Next, Trace

log = structlog.get_logger(__name__)


class Activity(BaseMiddleware):
    """Publishes what an update says: UserSeen, MessageReceived, BotBlocked and their like."""

    def __init__(self, bus: Bus, reader: Reader) -> None:
        self._bus = bus
        self._reader = reader
        self._memberships = Memberships()

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        assert isinstance(event, Update)  # noqa: S101  aiogram puts nothing else here
        trace: Trace = data["trace"]
        self._tell(event, trace)
        try:
            return await handler(event, data)
        finally:
            if event.callback_query is not None:
                self._press(event.callback_query, trace, "other")

    async def button(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Inner half, for presses only: here it is known whose button it was."""
        assert isinstance(event, CallbackQuery)  # noqa: S101  aiogram puts nothing else here
        trace: Trace = data["trace"]
        self._press(event, trace, trace.handler)
        return await handler(event, data)

    def _tell(self, update: Update, trace: Trace) -> None:
        try:
            for fact in self._reader.read(update, trace.kind, trace.at):
                self._bus.publish(fact)
                if isinstance(fact, CommandUsed):
                    trace.command = fact.command
            for fact in self._memberships.read(update, trace.at):
                self._bus.publish(fact)
        except Exception:
            # Analytics must never cost a person the answer.
            log.exception("update not read", update_id=update.update_id, kind=trace.kind)

    def _press(self, press: CallbackQuery, trace: Trace, button: str) -> None:
        """Count a press, unless it is counted already."""
        if trace.is_press_told:
            return
        trace.is_press_told = True
        self._bus.publish(
            ButtonPressed(
                at=trace.at,
                user_id=press.from_user.id,
                chat_id=press.message.chat.id if press.message else None,
                button=button,
            )
        )
