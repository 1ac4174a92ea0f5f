"""The bot's side of Telegram Stars: invoices, refunds, its account."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import LabeledPrice

from tests.driver import Driver
from tests.sandbox.cashier import GOODS, MONTH, buy, offer, stars, subscribe
from tests.sandbox.samples import Json, heard


async def test_an_invoice_shows_its_price_and_a_pay_button(bot: Bot, ann: int) -> None:
    message = await offer(bot, ann, 250)

    assert message.invoice is not None and message.reply_markup is not None
    assert (message.invoice.currency, message.invoice.total_amount) == ("XTR", 250)
    assert message.reply_markup.inline_keyboard[0][0].pay


async def test_an_invoice_link_is_new_each_time(bot: Bot) -> None:
    first, second = [await bot.create_invoice_link(prices=stars(1), **GOODS) for _ in range(2)]

    assert first.startswith("https://t.me/$")
    assert first != second


@pytest.mark.parametrize(
    ("details", "problem"),
    [
        ({"prices": stars(0)}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
        ({"prices": stars(25_001)}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
        ({"prices": [*stars(1), *stars(1)]}, "STARS_INVOICE_INVALID"),
        ({"provider_token": "1:TEST:2"}, "STARS_INVOICE_INVALID"),
        ({"currency": "USD"}, "PAYMENT_PROVIDER_INVALID"),
        ({"currency": "stars"}, "CURRENCY_INVALID"),
        ({"payload": "x" * 129}, "INVOICE_PAYLOAD_INVALID"),
        ({"payload": ""}, 'parameter "payload" is required'),
        ({"title": "x" * 33}, "INVOICE_TITLE_INVALID"),
        ({"description": "x" * 256}, "INVOICE_DESCRIPTION_INVALID"),
    ],
)
async def test_a_bad_invoice_is_refused(bot: Bot, ann: int, details: Json, problem: str) -> None:
    invoice: dict[str, Any] = {"prices": stars(1), **GOODS, **details}

    with pytest.raises(TelegramBadRequest, match=problem):
        await bot.send_invoice(ann, **invoice)


@pytest.mark.parametrize("amount", [1, 25_000])
async def test_the_lowest_and_the_highest_price_pass(bot: Bot, ann: int, amount: int) -> None:
    message = await offer(bot, ann, amount)

    assert message.invoice is not None and message.invoice.total_amount == amount


@pytest.mark.parametrize(
    ("period", "amount", "problem"),
    [
        (MONTH - 1, 100, "SUBSCRIPTION_PERIOD_INVALID"),
        (MONTH, 10_001, "CURRENCY_TOTAL_AMOUNT_INVALID"),
    ],
)
async def test_a_subscription_is_monthly_and_costs_at_most_10000(
    bot: Bot, period: int, amount: int, problem: str
) -> None:
    prices = [LabeledPrice(label="Plus", amount=amount)]

    with pytest.raises(TelegramBadRequest, match=problem):
        await bot.create_invoice_link(prices=prices, subscription_period=period, **GOODS)


async def test_a_refund_is_a_service_message(bot: Bot, driver: Driver, ann: int) -> None:
    paid = await buy(bot, driver, ann, await offer(bot, ann))

    await bot.refund_star_payment(ann, paid["charge_id"])

    refund = (await heard(bot, "message"))[-1].refunded_payment
    assert refund.telegram_payment_charge_id == paid["charge_id"]
    assert (refund.total_amount, refund.invoice_payload) == (100, "plus:1")


async def test_a_charge_is_refunded_once(bot: Bot, driver: Driver, ann: int) -> None:
    paid = await buy(bot, driver, ann, await offer(bot, ann))
    await bot.refund_star_payment(ann, paid["charge_id"])

    with pytest.raises(TelegramBadRequest, match="CHARGE_ALREADY_REFUNDED"):
        await bot.refund_star_payment(ann, paid["charge_id"])


async def test_a_charge_nobody_paid_is_not_refunded(bot: Bot, ann: int) -> None:
    with pytest.raises(TelegramBadRequest, match="CHARGE_NOT_FOUND"):
        await bot.refund_star_payment(ann, "stx")


async def test_a_charge_goes_back_only_to_who_paid_it(
    bot: Bot, driver: Driver, ann: int, bob: int
) -> None:
    paid = await buy(bot, driver, ann, await offer(bot, ann))

    with pytest.raises(TelegramBadRequest, match="CHARGE_NOT_FOUND"):
        await bot.refund_star_payment(bob, paid["charge_id"])


async def test_a_stranger_gets_no_refund(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="USER_ID_INVALID"):
        await bot.refund_star_payment(31337, "stx")


async def test_transactions_tell_who_paid_for_what(bot: Bot, driver: Driver, ann: int) -> None:
    paid = await buy(bot, driver, ann, await offer(bot, ann))

    (deal,) = (await bot.get_star_transactions()).transactions

    source: Any = deal.source
    assert (deal.id, deal.amount, deal.receiver) == (paid["charge_id"], 100, None)
    assert (source.user.id, source.invoice_payload) == (ann, "plus:1")
    assert (source.type, source.transaction_type) == ("user", "invoice_payment")


async def test_a_refund_is_an_outgoing_transaction_of_the_same_number(
    bot: Bot, driver: Driver, ann: int
) -> None:
    paid = await buy(bot, driver, ann, await offer(bot, ann))
    await bot.refund_star_payment(ann, paid["charge_id"])

    payment, refund = (await bot.get_star_transactions()).transactions

    receiver: Any = refund.receiver
    assert payment.id == refund.id
    assert (refund.source, receiver.user.id) == (None, ann)


async def test_transactions_come_in_pages(bot: Bot, driver: Driver, ann: int) -> None:
    for amount in (1, 2, 3):
        await buy(bot, driver, ann, await offer(bot, ann, amount))

    page = await bot.get_star_transactions(offset=1, limit=1)

    assert [deal.amount for deal in page.transactions] == [2]


async def test_the_balance_is_what_came_in_less_what_went_out(
    bot: Bot, driver: Driver, ann: int
) -> None:
    await buy(bot, driver, ann, await offer(bot, ann, 30))
    paid = await buy(bot, driver, ann, await offer(bot, ann, 12))

    await bot.refund_star_payment(ann, paid["charge_id"])

    assert (await bot.get_my_star_balance()).amount == 30


async def test_a_subscription_the_bot_stopped_does_not_renew(
    bot: Bot, driver: Driver, ann: int
) -> None:
    charge = await subscribe(bot, driver, ann)

    await bot.edit_user_star_subscription(ann, charge, is_canceled=True)

    (payment,) = (await driver.ask("GET", "/payments"))["payments"]
    assert payment["is_canceled"]


async def test_the_bot_can_allow_a_subscription_again(bot: Bot, driver: Driver, ann: int) -> None:
    charge = await subscribe(bot, driver, ann)
    await bot.edit_user_star_subscription(ann, charge, is_canceled=True)

    await bot.edit_user_star_subscription(ann, charge, is_canceled=False)

    assert (await driver.renew(charge))["state"] == "paid"


async def test_a_single_charge_is_no_subscription(bot: Bot, driver: Driver, ann: int) -> None:
    paid = await buy(bot, driver, ann, await offer(bot, ann))

    with pytest.raises(TelegramBadRequest, match="CHARGE_NOT_FOUND"):
        await bot.edit_user_star_subscription(ann, paid["charge_id"], is_canceled=True)


async def test_a_checkout_nobody_asked_for_cannot_be_answered(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_pre_checkout_query("1", ok=True)


async def test_a_refusal_needs_words(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="error message must be non-empty"):
        await bot.answer_pre_checkout_query("1", ok=False)
