"""People pay, renew and cancel."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest

from bot.sandbox.ledger import ledger_of
from bot.sandbox.server import Sandbox
from tests.driver import Driver, RefusedError
from tests.sandbox.cashier import GOODS, MONTH, buy, checkout, offer, stars, subscribe
from tests.sandbox.samples import heard
from tests.waiting import until


async def test_a_checkout_tells_who_buys_what(bot: Bot, driver: Driver, ann: int) -> None:
    message = await offer(bot, ann)
    shown = {"message_id": message.message_id, "chat": {"id": ann}}

    query, _ = await asyncio.gather(checkout(bot), driver.pay(ann, shown))

    assert (query.from_user.id, query.invoice_payload) == (ann, "plus:1")
    assert (query.currency, query.total_amount) == ("XTR", 100)


async def test_a_payment_is_a_message_with_the_charge(bot: Bot, driver: Driver, ann: int) -> None:
    paid = await buy(bot, driver, ann, await offer(bot, ann))

    (message,) = await heard(bot, "message")
    payment = message.successful_payment
    assert (paid["paid"], paid["error"]) == (True, None)
    assert payment.telegram_payment_charge_id == paid["charge_id"]
    assert (payment.total_amount, payment.invoice_payload) == (100, "plus:1")
    assert (payment.is_recurring, payment.subscription_expiration_date) == (None, None)


async def test_an_invoice_is_paid_once(bot: Bot, driver: Driver, ann: int) -> None:
    message = await offer(bot, ann)
    await buy(bot, driver, ann, message)

    with pytest.raises(RefusedError, match="the invoice is paid already"):
        await driver.pay(ann, message.model_dump())


async def test_two_windows_on_one_invoice_pay_once(
    sandbox: Sandbox, bot: Bot, driver: Driver, ann: int
) -> None:
    message = await offer(bot, ann)
    shown = {"message_id": message.message_id, "chat": {"id": ann}}
    paying = [asyncio.create_task(driver.pay(ann, shown)) for _ in range(2)]
    await until(lambda: len(ledger_of(sandbox.world).checkouts) == 2)

    for _ in paying:
        await checkout(bot)
    await asyncio.wait(paying)

    assert sorted(task.exception() is None for task in paying) == [False, True]
    assert (await bot.get_my_star_balance()).amount == 100


async def test_a_link_is_paid_again_and_again(bot: Bot, driver: Driver, ann: int) -> None:
    link = await bot.create_invoice_link(prices=stars(5), **GOODS)
    body = {"person": ann, "link": link}

    for _ in range(2):
        await asyncio.gather(checkout(bot), driver.ask("POST", f"/chats/{ann}/pay", body))

    assert (await bot.get_my_star_balance()).amount == 10


async def test_the_bots_refusal_ends_the_payment(bot: Bot, driver: Driver, ann: int) -> None:
    message = await offer(bot, ann)
    shown = {"message_id": message.message_id, "chat": {"id": ann}}

    refusing = checkout(bot, ok=False, error_message="Sold out")
    _, answer = await asyncio.gather(refusing, driver.pay(ann, shown))

    assert answer == {"paid": False, "error": "Sold out", "charge_id": None}
    assert (await bot.get_star_transactions()).transactions == []


async def test_a_bot_that_does_not_answer_is_not_paid(
    sandbox: Sandbox, bot: Bot, driver: Driver, ann: int
) -> None:
    ledger_of(sandbox.world).patience = 0.05
    message = await offer(bot, ann)

    answer = await driver.pay(ann, {"message_id": message.message_id, "chat": {"id": ann}})

    assert answer["error"] == "BOT_PRECHECKOUT_TIMEOUT"
    (query,) = await heard(bot, "pre_checkout_query")
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await query.answer(ok=True).as_(bot)


async def test_who_closes_the_window_does_not_pay(bot: Bot, driver: Driver, ann: int) -> None:
    message = await offer(bot, ann)

    answer = await buy(bot, driver, ann, message, pay=False)

    assert answer == {"paid": False, "error": None, "charge_id": None}
    assert (await buy(bot, driver, ann, message))["paid"]


async def test_a_lost_payment_is_found_in_the_transactions(
    bot: Bot, driver: Driver, ann: int
) -> None:
    paid = await buy(bot, driver, ann, await offer(bot, ann), lose=True)

    assert await heard(bot, "message") == []
    (deal,) = (await bot.get_star_transactions()).transactions
    assert deal.id == paid["charge_id"]
    (payment,) = (await driver.ask("GET", "/payments"))["payments"]
    assert payment["lost"]


async def test_a_text_is_no_invoice(driver: Driver, ann: int) -> None:
    message = await driver.write(ann, "hello")

    with pytest.raises(RefusedError, match="the message is no invoice"):
        await driver.pay(ann, message)


async def test_a_link_tells_what_it_offers(bot: Bot, driver: Driver) -> None:
    link = await bot.create_invoice_link(prices=stars(5), subscription_period=MONTH, **GOODS)

    shown = await driver.ask("GET", f"/invoices?link={quote(link)}")

    assert (shown["title"], shown["description"]) == (GOODS["title"], GOODS["description"])
    assert (shown["total_amount"], shown["subscription_period"]) == (5, MONTH)


async def test_a_link_nobody_made_offers_nothing(driver: Driver) -> None:
    with pytest.raises(RefusedError, match="no invoice has this link"):
        await driver.ask("GET", "/invoices?link=https://t.me/$x")


async def test_a_link_nobody_made_is_refused(driver: Driver, ann: int) -> None:
    with pytest.raises(RefusedError, match="no invoice has this link"):
        await driver.ask("POST", f"/chats/{ann}/pay", {"person": ann, "link": "https://t.me/$x"})


async def test_a_subscription_begins_with_a_first_charge(
    bot: Bot, driver: Driver, ann: int
) -> None:
    await subscribe(bot, driver, ann)

    (message,) = await heard(bot, "message")
    payment = message.successful_payment
    assert (payment.is_recurring, payment.is_first_recurring) == (True, True)
    begun = int(message.date.timestamp())
    assert 0 <= begun + MONTH - payment.subscription_expiration_date < 10


async def test_a_renewal_is_a_new_charge_one_month_on(bot: Bot, driver: Driver, ann: int) -> None:
    charge = await subscribe(bot, driver, ann)

    renewed = await driver.renew(charge)

    first, second = [one.successful_payment for one in await heard(bot, "message")]
    assert second.telegram_payment_charge_id == renewed["charge_id"] != charge
    assert (second.is_recurring, second.is_first_recurring) == (True, None)
    assert second.subscription_expiration_date == first.subscription_expiration_date + MONTH


async def test_transactions_of_a_subscription_tell_its_period(
    bot: Bot, driver: Driver, ann: int
) -> None:
    await subscribe(bot, driver, ann)

    (deal,) = (await bot.get_star_transactions()).transactions

    assert deal.source is not None and deal.model_dump()["source"]["subscription_period"] == MONTH


async def test_a_cancelled_subscription_does_not_renew(bot: Bot, driver: Driver, ann: int) -> None:
    charge = await subscribe(bot, driver, ann)

    await driver.cancel(charge)

    with pytest.raises(RefusedError, match="the subscription was canceled"):
        await driver.renew(charge)


async def test_a_single_charge_does_not_renew(bot: Bot, driver: Driver, ann: int) -> None:
    paid = await buy(bot, driver, ann, await offer(bot, ann))

    with pytest.raises(RefusedError, match="no subscription"):
        await driver.renew(paid["charge_id"])


async def test_a_charge_nobody_paid_does_not_renew(driver: Driver) -> None:
    with pytest.raises(RefusedError, match="no such charge"):
        await driver.renew("stx")


async def test_payments_tell_their_state(bot: Bot, driver: Driver, ann: int) -> None:
    paid = await buy(bot, driver, ann, await offer(bot, ann))
    await bot.refund_star_payment(ann, paid["charge_id"])

    (payment,) = (await driver.ask("GET", "/payments"))["payments"]

    assert (payment["state"], payment["person"], payment["amount"]) == ("refunded", ann, 100)


async def test_in_a_group_the_payment_shows_in_the_group(
    bot: Bot, driver: Driver, ann: int, bob: int
) -> None:
    group = await driver.group(ann, bob)

    await buy(bot, driver, bob, await offer(bot, group))

    (message,) = await heard(bot, "message")
    assert (message.chat.id, message.from_user.id) == (group, bob)


async def test_pages_hear_of_a_payment(
    sandbox: Sandbox, bot: Bot, driver: Driver, ann: int
) -> None:
    message = await offer(bot, ann)
    changes: list[str] = []
    sandbox.world.watchers.add(lambda change: changes.append(change["type"]))

    await buy(bot, driver, ann, message)

    assert changes == ["message", "payment"]
