"""Notices who does what: every update becomes the facts that reports are made of."""

from __future__ import annotations

from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update

from bot.analytics.bus import Bus
from bot.analytics.events import ButtonPressed
from bot.middlewares.membership import Memberships
from bot.middlewares.reading import Reader
from bot.middlewares.timer import Next, Trace


class Activity(BaseMiddleware):
    """Publishes what an update says: UserSeen, MessageReceived, BotBlocked and their like."""

    def __init__(self, bus: Bus, reader: Reader) -> None:
        self._bus = bus
        self._reader = reader
        self._memberships = Memberships()

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        assert isinstance(event, Update)  # noqa: S101  aiogram puts nothing else here
        trace: Trace = data["trace"]
        publish = self._bus.publish
        for fact in self._reader.read(event, trace.kind, trace.at):
            publish(fact)
        for fact in self._memberships.read(event, trace.at):
            publish(fact)
        try:
            return await handler(event, data)
        finally:
            # Only now is it known whose button it was.
            if (press := event.callback_query) is not None:
                chat = press.message.chat if press.message else None
                publish(
                    ButtonPressed(
                        at=trace.at,
                        user_id=press.from_user.id,
                        chat_id=chat.id if chat else None,
                        button="other" if trace.handler == "none" else trace.handler,
                    )
                )
