"""Telegram Stars: invoices, the checkout's answer, refunds, the bot's account."""

from __future__ import annotations

import secrets
from typing import Any

from bot.sandbox.compose import chat_of, send
from bot.sandbox.ledger import SUBSCRIPTION_SECONDS, Charge, Invoice, keep_invoice, ledger_of
from bot.sandbox.markups import inline_of
from bot.sandbox.membership import announce
from bot.sandbox.params import Json, Params, bad_request
from bot.sandbox.world import Method, World

TITLE_LIMIT, DESCRIPTION_LIMIT, PAYLOAD_BYTES = 32, 255, 128
HIGHEST_PRICE, HIGHEST_SUBSCRIPTION = 25_000, 10_000
PAGE = 100
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


async def send_invoice(world: World, params: Params) -> Json:
    """Post an invoice with its Pay button."""
    chat = chat_of(world, params)
    invoice = _invoice(params, period=0)
    markup = inline_of(params) or _pay_button(invoice)
    first = markup["inline_keyboard"][0][0]
    if not first.get("pay"):
        raise bad_request("first button of an invoice must be the pay button")
    shown = Params({**params.fields, "reply_markup": markup})
    message = send(world, shown, {"invoice": _shown(invoice, params)})
    keep_invoice(chat, message["message_id"], invoice)
    return message


async def create_invoice_link(world: World, params: Params) -> str:
    """A link that anybody can pay by, again and again."""
    period = params.integer("subscription_period", 0) or 0
    if period and period != SUBSCRIPTION_SECONDS:
        raise bad_request("SUBSCRIPTION_PERIOD_INVALID")
    link = f"https://t.me/${secrets.token_urlsafe(16)}"
    ledger_of(world).by_link[link] = _invoice(params, period)
    return link


def _pay_button(invoice: Invoice) -> Json:
    return {"inline_keyboard": [[{"text": f"Pay ⭐️{invoice.amount}", "pay": True}]]}


def _shown(invoice: Invoice, params: Params) -> Json:
    return {
        "title": invoice.title,
        "description": invoice.description,
        "start_parameter": params.text("start_parameter"),
        "currency": "XTR",
        "total_amount": invoice.amount,
    }


def _invoice(params: Params, period: int) -> Invoice:
    for name in ("title", "description", "payload", "currency", "prices"):
        if not params.text(name):
            raise bad_request(f'parameter "{name}" is required')
    if params.text("currency") != "XTR":
        # Other currencies need a payment provider, and the sandbox has none.
        raise bad_request(
            "PAYMENT_PROVIDER_INVALID" if _is_currency(params) else "CURRENCY_INVALID"
        )
    if params.text("provider_token"):
        raise bad_request("STARS_INVOICE_INVALID")
    _check_texts(params)
    return Invoice(
        params.text("title"),
        params.text("description"),
        params.text("payload"),
        _amount(params, HIGHEST_SUBSCRIPTION if period else HIGHEST_PRICE),
        period,
    )


def _is_currency(params: Params) -> bool:
    name = params.text("currency")
    return len(name) == len("XTR") and name.isalpha() and name.isupper()


def _check_texts(params: Params) -> None:
    if len(params.text("title")) > TITLE_LIMIT:
        raise bad_request("INVOICE_TITLE_INVALID")
    if len(params.text("description")) > DESCRIPTION_LIMIT:
        raise bad_request("INVOICE_DESCRIPTION_INVALID")
    if len(params.text("payload").encode()) > PAYLOAD_BYTES:
        raise bad_request("INVOICE_PAYLOAD_INVALID")


def _amount(params: Params, highest: int) -> int:
    prices: Any = params.json("prices")
    if not isinstance(prices, list) or not all(isinstance(one, dict) for one in prices):
        raise bad_request("can't parse prices JSON object")
    if len(prices) != 1:
        raise bad_request("STARS_INVOICE_INVALID")
    amount = Params(prices[0]).integer("amount", 0) or 0
    if not 1 <= amount <= highest:
        raise bad_request("CURRENCY_TOTAL_AMOUNT_INVALID")
    return amount


async def answer_pre_checkout_query(world: World, params: Params) -> bool:
    """Let the payment go on, or end it with words for the person."""
    message = params.text("error_message")
    agrees = params.flag("ok")
    if not agrees and not message:
        raise bad_request("error message must be non-empty")
    waiting = ledger_of(world).checkouts.pop(params.text("pre_checkout_query_id"), None)
    if waiting is None or waiting.done():
        raise bad_request(TOO_OLD)
    waiting.set_result("" if agrees else message)
    return True


async def refund_star_payment(world: World, params: Params) -> bool:
    """Give the Stars of one charge back; the chat gets a service message."""
    charge = _charge(world, params)
    if charge.is_refunded:
        raise bad_request("CHARGE_ALREADY_REFUNDED")
    ledger = ledger_of(world)
    if ledger.balance() < charge.invoice.amount:
        raise bad_request("BALANCE_TOO_LOW")
    ledger.refund(charge)
    event = {"refunded_payment": charge.refunded()}
    announce(world, world.chats[charge.chat_id], charge.user, event)
    world.tell({"type": "payment", "payment": charge.view()})
    return True


async def edit_user_star_subscription(world: World, params: Params) -> bool:
    """Stop a subscription's renewal, or allow it again."""
    charge = _charge(world, params)
    if charge.subscription is None:
        raise bad_request("CHARGE_NOT_FOUND")
    charge.subscription.is_stopped = params.flag("is_canceled")
    world.tell({"type": "payment", "payment": charge.view()})
    return True


def _charge(world: World, params: Params) -> Charge:
    user_id = params.integer("user_id")
    if user_id not in world.people:
        raise bad_request("USER_ID_INVALID")
    charge = ledger_of(world).charges.get(params.text("telegram_payment_charge_id"))
    if charge is None or charge.user["id"] != user_id:
        raise bad_request("CHARGE_NOT_FOUND")
    return charge


async def get_star_transactions(world: World, params: Params) -> Json:
    """What came in and went out, oldest first."""
    offset = max(params.integer("offset", 0) or 0, 0)
    limit = min(max(params.integer("limit", PAGE) or 1, 1), PAGE)
    return {"transactions": ledger_of(world).transactions[offset : offset + limit]}


async def get_my_star_balance(world: World, _params: Params) -> Json:
    """How many Stars the bot has."""
    return {"amount": ledger_of(world).balance()}


METHODS: dict[str, Method] = {
    "sendInvoice": send_invoice,
    "createInvoiceLink": create_invoice_link,
    "answerPreCheckoutQuery": answer_pre_checkout_query,
    "refundStarPayment": refund_star_payment,
    "editUserStarSubscription": edit_user_star_subscription,
    "getStarTransactions": get_star_transactions,
    "getMyStarBalance": get_my_star_balance,
}
