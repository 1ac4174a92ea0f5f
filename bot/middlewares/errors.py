"""What failed: a plain word and a number for the person, the details for the operator."""

from __future__ import annotations

import secrets
import traceback
from typing import Any

import structlog
from aiogram import BaseMiddleware, Dispatcher
from aiogram.dispatcher.event.bases import UNHANDLED, CancelHandler, SkipHandler
from aiogram.exceptions import TelegramAPIError
from aiogram.types import ErrorEvent, TelegramObject, Update
from aiogram.utils.i18n import gettext as _

from bot.analytics.bus import Bus
from bot.analytics.events import ErrorRaised
from bot.log import redact
from bot.middlewares.timer import Next, Trace

# Without letters and digits that are mistaken for each other when read aloud.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

log = structlog.get_logger(__name__)


class Errors(BaseMiddleware):
    """Catches what a handler lets escape.

    1. Give it a number; publish ErrorRaised with the redacted details; log it.
    2. Ask the routers' own error handlers: somebody's router may know what to say.
    3. If none does, tell the person the number.
    """

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        assert isinstance(event, Update)  # noqa: S101  aiogram puts nothing else here
        try:
            return await handler(event, data)
        except (SkipHandler, CancelHandler):
            raise
        except Exception as exc:
            trace: Trace = data["trace"]
            trace.outcome = "error"
            fact = _raised(exc, trace)
            self._bus.publish(fact)
            log.exception("handler failed", number=fact.number, handler=trace.handler)
            try:
                await _answer(event, exc, fact.number, data)
            except Exception:
                log.exception("error handler failed", number=fact.number)
        return None


def _raised(exc: Exception, trace: Trace) -> ErrorRaised:
    return ErrorRaised(
        at=trace.at,
        category="telegram" if isinstance(exc, TelegramAPIError) else "handler",
        number="".join(secrets.choice(ALPHABET) for _ in range(6)),
        type=type(exc).__name__,
        where=trace.handler,
        message=redact(str(exc)),
        traceback=redact("".join(traceback.format_exception(exc))),
    )


async def _answer(event: Update, exc: Exception, number: str, data: dict[str, Any]) -> None:
    dispatcher: Dispatcher = data["dispatcher"]
    error = ErrorEvent(update=event, exception=exc)
    answered = await dispatcher.propagate_event(update_type="error", event=error, **data)
    if answered is not UNHANDLED:
        return
    words = _("Something went wrong on our side. Please try again; error number {number}.")
    try:
        if event.callback_query:
            await event.callback_query.answer(words.format(number=number), show_alert=True)
        elif event.message and event.message.chat.type == "private":
            await event.message.answer(words.format(number=number))
    except TelegramAPIError as told:
        log.info("could not tell the person", number=number, error=str(told))
