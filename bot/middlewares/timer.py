"""Times each update and names its handler and outcome.

Two halves, because aiogram names the handler only to inner middlewares:
`UpdateTimer` wraps the whole update, `HandlerName` tells it which handler won.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.event.bases import UNHANDLED, CancelHandler, SkipHandler
from aiogram.types import Message, TelegramObject, Update

from bot.analytics.bus import Bus
from bot.analytics.events import UpdateHandled
from bot.clock import Clock, utc_now

Next = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]

KINDS = frozenset(Update.model_fields) - {"update_id"}
# aiogram's ways to leave a handler that are no fault.
WAYS_OUT = {SkipHandler: "unhandled", CancelHandler: "handled"}


class Trace:
    """Notes taken while one update is handled; `data["trace"]` for everything further in.

    at: when its handling began; kind: Telegram's name for it, or other
    outcome: None until somebody knows better than the handler's return
    is_press_told: whether the button of this update was counted already
    command: the one that was typed, as CommandUsed names it
    """

    __slots__ = ("at", "command", "handler", "is_press_told", "kind", "outcome")

    def __init__(self, at: datetime, kind: str) -> None:
        self.at = at
        self.kind = kind
        self.handler = "none"
        self.command = ""
        self.outcome: str | None = None
        self.is_press_told = False


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
        except Exception as exc:
            self._publish(event, trace, WAYS_OUT.get(type(exc), "error"), started)
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
                command=trace.command,
            )
        )


class HandlerName(BaseMiddleware):
    """Inner half: writes the winning handler's name into the trace.

    A handler with the flag outcome="unhandled" answers what nobody took: it counts as unhandled.
    """

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        winner, trace = data["handler"], data["trace"]
        trace.handler = _name(winner.callback)
        trace.outcome = "unhandled" if winner.flags.get("outcome") == "unhandled" else None
        try:
            return await handler(event, data)
        except SkipHandler:
            # It did not want the update after all; maybe the next one does.
            trace.handler, trace.outcome = "none", None
            raise


def _name(callback: Any) -> str:
    while isinstance(callback, partial):
        callback = callback.func
    return getattr(callback, "__name__", type(callback).__name__)


def kind_of(update: Update) -> str:
    """The update's kind as Telegram names it; other for what this aiogram does not know."""
    for name in update.model_fields_set:
        if name in KINDS and getattr(update, name) is not None:
            return name
    return "other"


def _lag(message: Message | None, at: datetime) -> float | None:
    # Telegram's dates are whole seconds and its clock is not ours.
    return max(0.0, (at - message.date).total_seconds()) if message else None
