"""Ledger: invoices, checkouts, charges and subscriptions in Telegram Stars."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field

from bot.sandbox.params import Json
from bot.sandbox.world import Chat, World

SUBSCRIPTION_SECONDS = 2_592_000
CHECKOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Invoice:
    """What is offered for how many Stars; period: seconds between charges, 0 for one charge."""

    title: str
    description: str
    payload: str
    amount: int
    period: int = 0


@dataclass(slots=True)
class Subscription:
    """An agreement that goes on; every charge of it points here."""

    expires_at: int
    is_canceled: bool = False  # by the person
    is_stopped: bool = False  # by the bot


@dataclass(slots=True)
class Charge:
    """Stars that went from a person to the bot."""

    user: Json
    invoice: Invoice
    chat_id: int
    at: int
    subscription: Subscription | None = None
    is_first: bool = False
    is_lost: bool = False  # paid, but the bot never heard of it
    is_refunded: bool = False
    id: str = field(default_factory=lambda: f"stx{secrets.token_urlsafe(24)}")

    def view(self) -> Json:
        """The charge as the driving interface shows it."""
        whole: Json = {
            "charge_id": self.id,
            "person": self.user["id"],
            "chat": self.chat_id,
            "amount": self.invoice.amount,
            "currency": "XTR",
            "payload": self.invoice.payload,
            "date": self.at,
            "state": "refunded" if self.is_refunded else "paid",
            "lost": self.is_lost,
        }
        return whole | self._agreement()

    def _agreement(self) -> Json:
        if self.subscription is None:
            return {}
        return {
            "subscription_period": self.invoice.period,
            "subscription_expiration_date": self.subscription.expires_at,
            "is_canceled": self.subscription.is_canceled or self.subscription.is_stopped,
            "is_first_recurring": self.is_first,
        }

    def paid(self) -> Json:
        """The API's SuccessfulPayment object."""
        payment: Json = {
            **self._sum(),
            "provider_payment_charge_id": f"{self.user['id']}_{self.id[3:11]}",
        }
        if self.subscription is None:
            return payment
        payment["subscription_expiration_date"] = self.subscription.expires_at
        payment["is_recurring"] = True
        return payment | ({"is_first_recurring": True} if self.is_first else {})

    def refunded(self) -> Json:
        """The API's RefundedPayment object."""
        return self._sum()

    def _sum(self) -> Json:
        return {
            "currency": "XTR",
            "total_amount": self.invoice.amount,
            "invoice_payload": self.invoice.payload,
            "telegram_payment_charge_id": self.id,
        }

    def partner(self) -> Json:
        """The API's TransactionPartnerUser object."""
        partner: Json = {
            "type": "user",
            "transaction_type": "invoice_payment",
            "user": self.user,
            "invoice_payload": self.invoice.payload,
        }
        return partner | (
            {"subscription_period": self.invoice.period} if self.invoice.period else {}
        )


@dataclass(slots=True)
class Ledger:
    """All that was offered and paid; patience: seconds a checkout waits for the bot."""

    patience: float = CHECKOUT_SECONDS
    by_link: dict[str, Invoice] = field(default_factory=dict)
    charges: dict[str, Charge] = field(default_factory=dict)
    transactions: list[Json] = field(default_factory=list)  # StarTransaction, oldest first
    checkouts: dict[str, asyncio.Future[str]] = field(default_factory=dict)

    def charge(self, charge: Charge) -> Charge:
        """Write down Stars that came in."""
        self.charges[charge.id] = charge
        self.transactions.append(
            {
                "id": charge.id,
                "amount": charge.invoice.amount,
                "date": charge.at,
                "source": charge.partner(),
            }
        )
        return charge

    def refund(self, charge: Charge) -> None:
        """Write down Stars that went back."""
        charge.is_refunded = True
        self.transactions.append(
            {
                "id": charge.id,
                "amount": charge.invoice.amount,
                "date": int(time.time()),
                "receiver": charge.partner(),
            }
        )

    def balance(self) -> int:
        """Stars the bot has now."""
        return sum(
            deal["amount"] if "source" in deal else -deal["amount"] for deal in self.transactions
        )


def ledger_of(world: World) -> Ledger:
    """The world's ledger."""
    ledger: Ledger = world.shelf.setdefault("ledger", Ledger())
    return ledger


def keep_invoice(chat: Chat, message_id: int, invoice: Invoice) -> None:
    """Keep what a message offers, for as long as the message is there."""
    chat.notes.setdefault(message_id, {})["invoice"] = invoice


def invoice_in(chat: Chat, message_id: int) -> Invoice | None:
    """What that message offers."""
    invoice: Invoice | None = chat.notes.get(message_id, {}).get("invoice")
    return invoice


def is_paid(chat: Chat, message_id: int) -> bool:
    """Whether somebody paid that message's invoice."""
    return "paid" in chat.notes.get(message_id, {})


def mark_paid(chat: Chat, message_id: int) -> None:
    """Let nobody else pay that message's invoice."""
    chat.notes.setdefault(message_id, {})["paid"] = True
