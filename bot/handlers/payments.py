"""What Telegram says about money: written to the ledger before anybody is thanked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

import structlog
from aiogram import F, Router
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import Message, RefundedPayment, SuccessfulPayment
from aiogram.utils.i18n import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from bot.analytics.render.words import Words
from bot.billing.ledger import Ledger, Payment
from bot.billing.payload import STARS
from bot.billing.telegram import thanks
from bot.handlers.answers import say

FIRST_WAIT = 0.1
LONGEST_WAIT = 5.0

T = TypeVar("T")

log = structlog.get_logger(__name__)


async def successful_payment(
    message: Message, ledger: Ledger, words: Words, paid: SuccessfulPayment
) -> None:
    """Record a payment in Stars once; Telegram may tell it twice."""
    payment = _payment(message, paid)
    waiting = _(
        "Your payment has arrived and is being written down. "
        "This takes a little longer than usual; there is nothing you need to do."
    )
    receipt = await written(lambda: ledger.record(payment), lambda: _told(message, waiting))
    if receipt:
        plan = receipt.plan.title if receipt.plan else ""
        until = receipt.until if receipt.plan else None
        await _told(message, thanks(receipt.stars, plan, until, words))


async def foreign_payment(message: Message, paid: SuccessfulPayment) -> None:
    """Nothing here asks for another currency: the operator must look."""
    log.error(
        "payment in an unknown currency",
        charge_id=paid.telegram_payment_charge_id,
        currency=paid.currency,
        chat_id=message.chat.id,
    )


async def refunded_payment(message: Message, ledger: Ledger, refund: RefundedPayment) -> None:
    """Mark a charge as given back, and take back what it gave."""
    waiting = _(
        "Your refund has arrived and is being written down. "
        "This takes a little longer than usual; there is nothing you need to do."
    )
    charge_id = refund.telegram_payment_charge_id
    if await written(lambda: ledger.refund(charge_id), lambda: _told(message, waiting)):
        await _told(message, _("Your payment was given back."))
    else:  # the admin who gave it back was quicker, or it is nobody's
        log.info("refund of no open charge", charge_id=charge_id)


async def written(write: Callable[[], Awaitable[T]], wait: Callable[[], Awaitable[None]]) -> T:
    """What *write* returns, however long the database is out of reach.

    Telegram never tells a payment twice to somebody who took the update, so nobody may give up.
    wait: called at the first failure, to tell the person
    """
    seconds = FIRST_WAIT
    while True:
        try:
            return await write()
        except (SQLAlchemyError, OSError) as exc:  # a TimeoutError is an OSError
            log.warning("money not written yet", error=type(exc).__name__, again_in=seconds)
        if seconds == FIRST_WAIT:
            await wait()
        await asyncio.sleep(seconds)
        seconds = min(2 * seconds, LONGEST_WAIT)


def _payment(message: Message, paid: SuccessfulPayment) -> Payment:
    ends = paid.subscription_expiration_date
    return Payment(
        charge_id=paid.telegram_payment_charge_id,
        # In a private chat, the chat has its person's id.
        user_id=message.from_user.id if message.from_user else message.chat.id,
        stars=paid.total_amount,
        payload=paid.invoice_payload.replace("\0", ""),
        is_recurring=bool(paid.is_recurring),
        is_first=bool(paid.is_first_recurring),
        paid_at=message.date,
        until=datetime.fromtimestamp(ends, UTC) if ends else None,
    )


async def _told(message: Message, text: str) -> None:
    """Say it if possible; a failure must not end in "try again": the money is here."""
    try:
        await say(message, text)
    except (TelegramAPIError, ClientDecodeError) as exc:
        log.warning("could not tell the payer", error=str(exc))


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = Router(name="payments")
    paid = F.successful_payment.as_("paid")
    router.message.register(successful_payment, paid, F.successful_payment.currency == STARS)
    router.message.register(foreign_payment, paid)
    router.message.register(refunded_payment, F.refunded_payment.as_("refund"))
    return router
