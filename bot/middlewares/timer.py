"""Times each update and names its handler and outcome.

Two halves, because aiogram names the handler only to inner middlewares:
`UpdateTimer` wraps the whole update, `HandlerName` tells it which handler won.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import Message, TelegramObject, Update

from bot.analytics.bus import Bus
from bot.analytics.events import UpdateHandled
from bot.clock import Clock, utc_now

Next = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]

KINDS = frozenset(Update.model_fields) - {"update_id"}


class Trace:
    """Notes taken while one update is handled; `data["trace"]` for everything further in.

    at: when its handling began; kind: Telegram's name for it, or other
    outcome: None until somebody knows better than the handler's return
    """

    __slots__ = ("at", "handler", "kind", "outcome")

    def __init__(self, at: datetime, kind: str) -> None:
        self.at = at
        self.kind = kind
        self.handler = "none"
        self.outcome: str | None = None


class UpdateTimer(BaseMiddleware):
    """Outer half: publishes UpdateHandled, whatever happened inside.

    in_flight: updates being handled now
    """

    def __init__(self, bus: Bus, clock: Clock = utc_now) -> None:
        self._bus = bus
        self._clock = clock
        self.in_flight = 0

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        assert isinstance(event, Update)  # noqa: S101  aiogram puts nothing else here
        trace = data["trace"] = Trace(self._clock(), kind_of(event))
        self.in_flight += 1
        started = time.perf_counter()
        try:
            result = await handler(event, data)
        except Exception:
            self._publish(event, trace, "error", started)
            raise
        else:
            outcome = "unhandled" if result is UNHANDLED else "handled"
            self._publish(event, trace, trace.outcome or outcome, started)
            return result
        finally:
            # An update that is cut off by a stop was not handled: nothing is published, so it is
            # taken again after the restart.
            self.in_flight -= 1

    def _publish(self, update: Update, trace: Trace, outcome: str, started: float) -> None:
        self._bus.publish(
            UpdateHandled(
                at=trace.at,
                update_id=update.update_id,
                kind=trace.kind,
                handler=trace.handler,
                outcome=outcome,
                seconds=time.perf_counter() - started,
                lag_seconds=_lag(update.message, trace.at),
            )
        )


class HandlerName(BaseMiddleware):
    """Inner half: writes the winning handler's name into the trace.

    A handler with the flag outcome="unhandled" answers what nobody took: it counts as unhandled.
    """

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        winner, trace = data["handler"], data["trace"]
        trace.handler = getattr(winner.callback, "__name__", "unnamed")
        trace.outcome = winner.flags.get("outcome")
        return await handler(event, data)


def kind_of(update: Update) -> str:
    """The update's kind as Telegram names it; other for what this aiogram does not know."""
    for name in update.model_fields_set:
        if name in KINDS:
            return name
    return "other"


def _lag(message: Message | None, at: datetime) -> float | None:
    # Telegram's dates are whole seconds and its clock is not ours.
    return max(0.0, (at - message.date).total_seconds()) if message else None
