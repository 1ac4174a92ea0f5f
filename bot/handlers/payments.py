"""What Telegram says about money: written to the ledger before anybody is thanked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from aiogram import F, Router
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import Message, RefundedPayment, SuccessfulPayment
from aiogram.utils.i18n import gettext as _
from aiogram.utils.i18n import ngettext
from sqlalchemy.exc import SQLAlchemyError

from bot.billing.ledger import Ledger, Payment
from bot.handlers.answers import say

STARS = "XTR"
FIRST_WAIT = 0.1
LONGEST_WAIT = 5.0

log = structlog.get_logger(__name__)


async def successful_payment(message: Message, ledger: Ledger, paid: SuccessfulPayment) -> None:
    """Record a payment in Stars once; Telegram may tell it twice."""
    # In a private chat, the chat has its person's id.
    user_id = message.from_user.id if message.from_user else message.chat.id
    payment = Payment(
        charge_id=paid.telegram_payment_charge_id,
        user_id=user_id,
        stars=paid.total_amount,
        payload=paid.invoice_payload.replace("\0", ""),
        is_recurring=bool(paid.is_recurring),
        paid_at=message.date,
    )
    waiting = _(
        "Your payment has arrived and is being written down. "
        "This takes a little longer than usual; there is nothing you need to do."
    )
    if await _written(message, waiting, lambda: ledger.record(payment)):
        await _told(message, _thanks(payment.stars))


async def foreign_payment(message: Message, paid: SuccessfulPayment) -> None:
    """Nothing here asks for another currency: the operator must look."""
    log.error(
        "payment in an unknown currency",
        charge_id=paid.telegram_payment_charge_id,
        currency=paid.currency,
        chat_id=message.chat.id,
    )


async def refunded_payment(message: Message, ledger: Ledger, refund: RefundedPayment) -> None:
    """Mark a charge as given back."""
    waiting = _(
        "Your refund has arrived and is being written down. "
        "This takes a little longer than usual; there is nothing you need to do."
    )
    charge_id = refund.telegram_payment_charge_id
    if await _written(message, waiting, lambda: ledger.refund(charge_id)):
        await _told(message, _("Your payment was given back."))
    else:
        log.warning("refund of no open charge", charge_id=charge_id)


async def _written(message: Message, waiting: str, write: Callable[[], Awaitable[bool]]) -> bool:
    """What *write* returns, however long the database is out of reach.

    Telegram never tells a payment twice to somebody who took the update, so nobody may give up.
    waiting: said to the person at the first failure
    """
    seconds = FIRST_WAIT
    while True:
        try:
            return await write()
        except (SQLAlchemyError, OSError) as exc:  # a TimeoutError is an OSError
            log.warning("money not written yet", error=type(exc).__name__, again_in=seconds)
        if seconds == FIRST_WAIT:
            await _told(message, waiting)
        await asyncio.sleep(seconds)
        seconds = min(2 * seconds, LONGEST_WAIT)


async def _told(message: Message, text: str) -> None:
    """Say it if possible; a failure must not end in "try again": the money is here."""
    try:
        await say(message, text)
    except (TelegramAPIError, ClientDecodeError) as exc:
        log.warning("could not tell the payer", error=str(exc))


def _thanks(stars: int) -> str:
    text = ngettext(
        "Thank you! Your {stars} Star has arrived.",
        "Thank you! Your {stars} Stars have arrived.",
        stars,
    )
    return text.format(stars=stars)


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = Router(name="payments")
    paid = F.successful_payment.as_("paid")
    router.message.register(successful_payment, paid, F.successful_payment.currency == STARS)
    router.message.register(foreign_payment, paid)
    router.message.register(refunded_payment, F.refunded_payment.as_("refund"))
    return router
