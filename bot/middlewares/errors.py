"""What failed: a plain word and a number for the person, the details for the operator."""

from __future__ import annotations

from typing import Any

import structlog
from aiogram import BaseMiddleware, Dispatcher
from aiogram.dispatcher.event.bases import UNHANDLED, CancelHandler, SkipHandler
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import ErrorEvent, TelegramObject, Update
from aiogram.utils.i18n import gettext as _

from bot.analytics import faults
from bot.analytics.bus import Bus
from bot.analytics.events import ErrorRaised
from bot.analytics.faults import Mask
from bot.middlewares.quotes import mask_of
from bot.middlewares.timer import Next, Trace

log = structlog.get_logger(__name__)


class Errors(BaseMiddleware):
    """Catches what a handler lets escape.

    1. Give it a number; publish ErrorRaised with the redacted details; log it.
    2. Ask the routers' own error handlers: somebody's router may know what to say.
    3. If none does, tell the person the number: in their private chat, on the button they
       pressed, at the checkout.  Groups stay silent.

    keep_text: what the person wrote may stand in the details; it is blacked out otherwise
    """

    def __init__(self, bus: Bus, *, keep_text: bool = False) -> None:
        self._bus = bus
        self._keep_text = keep_text

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        assert isinstance(event, Update)  # noqa: S101  aiogram puts nothing else here
        try:
            return await handler(event, data)
        except (SkipHandler, CancelHandler):
            raise
        except Exception as exc:  # noqa: BLE001  logged below, without what the person wrote
            trace: Trace = data["trace"]
            trace.outcome = "error"
            mask = str if self._keep_text else mask_of(event)
            fact = _raised(exc, trace, mask)
            self._bus.publish(fact)
            # The masked traceback, not the log's own: that quotes what the person wrote.
            log.error(  # noqa: TRY400  log.exception quotes what the person wrote
                "handler failed",
                number=fact.number,
                handler=trace.handler,
                exception=fact.traceback,
            )
            answered = await _ask_routers(event, exc, fact.number, mask, data)
            if answered is not UNHANDLED:
                return answered
            await _tell(event, fact.number)
        return None


def _raised(exc: Exception, trace: Trace, mask: Mask) -> ErrorRaised:
    category = "telegram" if isinstance(exc, TelegramAPIError) else "handler"
    return faults.raised(exc, at=trace.at, category=category, where=trace.handler, mask=mask)


async def _ask_routers(
    event: Update, exc: Exception, number: str, mask: Mask, data: dict[str, Any]
) -> Any:
    """What an error handler answered; UNHANDLED if there is none, or if it failed, too."""
    dispatcher: Dispatcher = data["dispatcher"]
    error = ErrorEvent(update=event, exception=exc)
    try:
        return await dispatcher.propagate_event(update_type="error", event=error, **data)
    except Exception as again:  # noqa: BLE001  as above
        story = faults.story(again, mask)
        log.error("error handler failed", number=number, exception=story)  # noqa: TRY400  as above
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
    except (TelegramAPIError, ClientDecodeError) as told:
        log.info("could not tell the person", number=number, error=str(told))
