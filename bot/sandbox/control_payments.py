"""Driving the sandbox: people pay, renew and cancel."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.bodies import Body, BodyError, body_of, reply
from bot.sandbox.finding import chat_at, member_in, message_in
from bot.sandbox.keys import WORLD
from bot.sandbox.ledger import (
    Charge,
    Invoice,
    Ledger,
    Subscription,
    invoice_in,
    is_paid,
    ledger_of,
    mark_paid,
)
from bot.sandbox.membership import announce
from bot.sandbox.params import ApiError, Json
from bot.sandbox.world import Chat, Person, World

PAID = "message_id: the invoice is paid already"
TIMEOUT = "BOT_PRECHECKOUT_TIMEOUT"


@dataclass(frozen=True, slots=True)
class Purchase:
    """A person about to pay; message_id is 0 when they came by a link."""

    person: Person
    chat: Chat
    invoice: Invoice
    message_id: int


async def pay(request: web.Request) -> web.Response:
    """A person pays an invoice.

    1. The bot gets a pre_checkout_query and has 10 seconds to agree.
    2. `pay: false`: the person closes the window there.
    3. The charge is written down; `lose: true`: the bot never hears of it.
    4. The bot gets successful_payment.
    """
    world, chat, body = request.app[WORLD], chat_at(request), await body_of(request)
    purchase = _purchase(world, chat, body)
    problem = await _checkout(world, purchase)
    if problem or not body.flag("pay", default=True):
        return reply({"paid": False, "error": problem or None, "charge_id": None})
    if not _claimed(purchase):
        raise BodyError(PAID)
    charge = _charge(purchase, is_lost=body.flag("lose"))
    _settle(world, charge)
    return reply({"paid": True, "error": None, "charge_id": charge.id})


async def offered(request: web.Request) -> web.Response:
    """The invoice behind a link, for a window that asks before it pays."""
    invoice = _linked(ledger_of(request.app[WORLD]), request.query.get("link", ""))
    return reply(
        {
            "title": invoice.title,
            "description": invoice.description,
            "currency": "XTR",
            "total_amount": invoice.amount,
            "subscription_period": invoice.period,
        }
    )


async def renew(request: web.Request) -> web.Response:
    """A subscription's next period begins."""
    world, body = request.app[WORLD], await body_of(request)
    last = _subscribed(ledger_of(world), request)
    subscription = last.subscription
    if subscription is None or subscription.is_canceled or subscription.is_stopped:
        raise ApiError(409, "CHARGE: the subscription was canceled")
    subscription.expires_at += last.invoice.period
    charge = Charge(
        user=last.user,
        invoice=last.invoice,
        chat_id=last.chat_id,
        at=int(time.time()),
        subscription=subscription,
        is_lost=body.flag("lose"),
    )
    _settle(world, charge)
    return reply(charge.view())


async def cancel(request: web.Request) -> web.Response:
    """The person cancels; Telegram does not tell the bot."""
    world = request.app[WORLD]
    charge = _subscribed(ledger_of(world), request)
    if charge.subscription:
        charge.subscription.is_canceled = True
    world.tell({"type": "payment", "payment": charge.view()})
    return reply(charge.view())


async def payments(request: web.Request) -> web.Response:
    """Every charge with its state, oldest first."""
    charges = ledger_of(request.app[WORLD]).charges.values()
    return reply({"payments": [charge.view() for charge in charges]})


def _purchase(world: World, chat: Chat, body: Body) -> Purchase:
    person, ledger = member_in(world, chat, body), ledger_of(world)
    if body.has("link"):
        offer = _linked(ledger, body.text("link"))
        return Purchase(person, world.chats[person.id], offer, 0)
    number = int(message_in(chat, body)["message_id"])
    invoice = invoice_in(chat, number)
    if invoice is None:
        raise BodyError("message_id: the message is no invoice")
    if is_paid(chat, number):
        raise BodyError(PAID)
    return Purchase(person, chat, invoice, number)


def _linked(ledger: Ledger, link: str) -> Invoice:
    invoice = ledger.by_link.get(link)
    if invoice is None:
        raise BodyError("link: no invoice has this link")
    return invoice


async def _checkout(world: World, purchase: Purchase) -> str:
    """Ask the bot; what keeps the payment from going on, empty when nothing does."""
    ledger, query_id = ledger_of(world), str(secrets.randbits(62))
    waiting: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    ledger.checkouts[query_id] = waiting
    query = {
        "id": query_id,
        "from": purchase.person.user,
        "currency": "XTR",
        "total_amount": purchase.invoice.amount,
        "invoice_payload": purchase.invoice.payload,
    }
    world.queue({"pre_checkout_query": query})
    try:
        return await asyncio.wait_for(waiting, ledger.patience)
    except TimeoutError:
        return TIMEOUT
    finally:
        ledger.checkouts.pop(query_id, None)


def _claimed(purchase: Purchase) -> bool:
    """Whether this is the message's one payment; another may have come during the checkout."""
    if not purchase.message_id:
        return True
    if is_paid(purchase.chat, purchase.message_id):
        return False
    mark_paid(purchase.chat, purchase.message_id)
    return True


def _charge(purchase: Purchase, *, is_lost: bool) -> Charge:
    now, period = int(time.time()), purchase.invoice.period
    return Charge(
        user=purchase.person.user,
        invoice=purchase.invoice,
        chat_id=purchase.chat.id,
        at=now,
        subscription=Subscription(now + period) if period else None,
        is_first=bool(period),
        is_lost=is_lost,
    )


def _settle(world: World, charge: Charge) -> None:
    """Write the charge down and tell of it, the bot only when it is not to be lost."""
    ledger_of(world).charge(charge)
    event: Json = {"successful_payment": charge.paid()}
    announce(world, world.chats[charge.chat_id], charge.user, event, to_bot=not charge.is_lost)
    world.tell({"type": "payment", "payment": charge.view()})


def _subscribed(ledger: Ledger, request: web.Request) -> Charge:
    """The charge in the path, which must belong to a subscription."""
    charge = ledger.charges.get(request.match_info["charge"])
    if charge is None:
        raise ApiError(404, "CHARGE: there is no such charge")
    if charge.subscription is None:
        raise ApiError(409, "CHARGE: the charge is no subscription")
    return charge


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.post("/sandbox/chats/{chat}/pay", pay),
        web.get("/sandbox/invoices", offered),
        web.post("/sandbox/payments/{charge}/renew", renew),
        web.post("/sandbox/payments/{charge}/cancel", cancel),
        web.get("/sandbox/payments", payments),
    ]
