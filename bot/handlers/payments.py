"""What Telegram says about money: written to the ledger before anybody is thanked."""

from __future__ import annotations

import structlog
from aiogram import F, Router
from aiogram.types import Message, RefundedPayment, SuccessfulPayment
from aiogram.utils.i18n import gettext as _
from aiogram.utils.i18n import ngettext

from bot.billing.ledger import Ledger, Payment
from bot.handlers.answers import say

STARS = "XTR"

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
    if await ledger.record(payment):
        await say(message, _thanks(payment.stars))


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
    if await ledger.refund(refund.telegram_payment_charge_id):
        await say(message, _("Your payment was given back."))
    else:
        log.warning("refund of no open charge", charge_id=refund.telegram_payment_charge_id)


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
