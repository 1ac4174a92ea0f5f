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
from bot.analytics.rows import MESSAGE_LENGTH, TRACEBACK_LENGTH
from bot.log import redact
from bot.middlewares.timer import Next, Trace

# Without letters and digits that are mistaken for each other when read aloud.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

log = structlog.get_logger(__name__)


class Errors(BaseMiddleware):
    """Catches what a handler lets escape.

    1. Give it a number; publish ErrorRaised with the redacted details; log it.
    2. Ask the routers' own error handlers: somebody's router may know what to say.
    3. If none does, tell the person the number: in their private chat, on the button they
       pressed, at the checkout.  Groups stay silent.
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
            answered = await _ask_routers(event, exc, fact.number, data)
            if answered is not UNHANDLED:
                return answered
            await _tell(event, fact.number)
        return None


def _raised(exc: Exception, trace: Trace) -> ErrorRaised:
    return ErrorRaised(
        at=trace.at,
        category="telegram" if isinstance(exc, TelegramAPIError) else "handler",
        number="".join(secrets.choice(ALPHABET) for _ in range(6)),
        type=type(exc).__name__,
        where=trace.handler,
        # Redacted first: half a token is not recognised.
        message=redact(_text(exc))[:MESSAGE_LENGTH],
        traceback=redact("".join(traceback.format_exception(exc)))[-TRACEBACK_LENGTH:],
    )


def _text(exc: Exception) -> str:
    try:
        return str(exc)
    except Exception:  # noqa: BLE001  somebody else's __str__; the traceback tells the rest
        return type(exc).__name__


async def _ask_routers(event: Update, exc: Exception, number: str, data: dict[str, Any]) -> Any:
    """What an error handler answered; UNHANDLED if there is none, or if it failed, too."""
    dispatcher: Dispatcher = data["dispatcher"]
    error = ErrorEvent(update=event, exception=exc)
    try:
        return await dispatcher.propagate_event(update_type="error", event=error, **data)
    except Exception:
        log.exception("error handler failed", number=number)
        return UNHANDLED


async def _tell(event: Update, number: str) -> None:
    text = _("Something went wrong on our side. Please try again; error number {number}.")
    words = text.format(number=number)
    try:
        if event.callback_query:
            await event.callback_query.answer(words, show_alert=True)
        elif event.pre_checkout_query:
            # Without an answer the person would wait, and then read something untrue.
            await event.pre_checkout_query.answer(ok=False, error_message=words)
        elif event.message and event.message.chat.type == "private":
            await event.message.answer(words)
    except TelegramAPIError as told:
        log.info("could not tell the person", number=number, error=str(told))
