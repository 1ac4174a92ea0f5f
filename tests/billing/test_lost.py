"""What Telegram's account knows and the ledger does not is written down, once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.billing.account import AccountError
from bot.billing.lost import LostPayments
from bot.billing.payload import Kind
from bot.database.feature_tables import subscriptions
from bot.database.tables import payments
from tests.analytics.moments import ANN, BOB, NOON
from tests.billing.till import MONTH, Till
from tests.rows import rows_of


async def test_a_lost_payment_is_credited_and_told_once(till_on_each: Till) -> None:
    till_on_each.deal(till_on_each.payment())

    await till_on_each.lost.find()
    await till_on_each.lost.find()

    assert await till_on_each.plan() == "premium"
    assert till_on_each.diary.said == [("found", ANN, 150, "Premium", NOON + MONTH)]
    assert till_on_each.facts() == ["PaymentSucceeded", "SubscriptionStarted"]


async def test_a_payment_that_is_told_after_it_was_found_counts_once(till: Till) -> None:
    payment = till.payment(kind=Kind.ONCE)
    till.deal(payment)

    await till.lost.find()
    await till.ledger.record(payment)

    (one,) = await till.held()
    assert one.expires_at == NOON + MONTH


async def test_what_was_told_is_not_found_again(till: Till) -> None:
    payment = till.payment()
    await till.ledger.record(payment)
    till.deal(payment)

    await till.lost.find()

    assert till.diary.said == []


async def test_a_lost_renewal_prolongs(till: Till) -> None:
    await till.buys()
    till.clock.wait(days=30)
    till.deal(till.payment())

    await till.lost.find()

    (one,) = await till.held()
    assert one.expires_at == NOON + 2 * MONTH


async def test_a_new_subscription_after_the_end_of_another_is_a_new_one(till: Till) -> None:
    await till.buys()
    till.clock.wait(days=40)
    await till.expiry.run()
    till.deal(till.payment())

    await till.lost.find()

    assert len(await rows_of(till.database, subscriptions)) == 2


async def test_a_refund_that_was_not_told_is_applied(till: Till) -> None:
    payment = till.payment()
    await till.ledger.record(payment)
    till.deal(payment)
    till.deal(payment, is_refund=True)

    await till.lost.find()
    await till.lost.find()

    assert await till.plan() == "free"
    assert till.diary.said == [("refunded", ANN, 150)]


async def test_a_payment_lost_and_given_back_leaves_nothing(till: Till) -> None:
    payment = till.payment()
    till.deal(payment)
    till.deal(payment, is_refund=True)

    await till.lost.find()

    (paid,) = await rows_of(till.database, payments)
    assert (paid["refunded_at"] is not None, await till.plan()) == (True, "free")


async def test_an_old_payment_is_for_the_accounts_only(till: Till) -> None:
    till.deal(till.payment())
    till.clock.wait(days=100)
    deal = till.account.deals[0]
    till.account.deals[0] = replace(deal, at=NOON)

    await till.lost.find()

    assert len(await rows_of(till.database, payments)) == 1
    assert till.diary.said == []


async def test_invoices_of_others_and_withdrawals_are_left_alone(till: Till) -> None:
    till.deal(till.payment(payload="theirs"))
    till.deal(till.payment())
    till.account.deals[1] = replace(till.account.deals[1], user_id=None, payload="")
    till.deal(till.payment(payload=""), is_refund=True)

    await till.lost.find()

    assert await rows_of(till.database, payments) == []


async def test_the_search_goes_on_where_it_ended(till: Till) -> None:
    for n in range(250):
        till.deal(till.payment(kind=Kind.ONCE, user_id=n + 1))
    await till.lost.find()
    before = till.account.pages

    till.deal(till.payment(user_id=BOB))
    again = LostPayments(till.database, till.ledger, till.account, till.diary, 42)
    await again.find()

    assert len(await rows_of(till.database, payments)) == 251
    assert till.account.pages - before == 2


async def test_another_account_is_read_from_the_beginning(till: Till) -> None:
    till.deal(till.payment(user_id=ANN))
    await till.lost.find()
    till.account.deals.clear()
    till.deal(till.payment(user_id=BOB))

    await till.lost.find()

    assert await till.plan(BOB) == "premium"


async def test_another_order_loses_nothing(till: Till) -> None:
    for n in range(1, 6):
        till.deal(till.payment(user_id=n))
        till.account.deals.reverse()
        await till.lost.find()

    assert len(await rows_of(till.database, payments)) == 5


async def test_a_telegram_that_is_away_is_asked_again_later(till: Till) -> None:
    till.deal(till.payment())
    till.account.problem = AccountError("Bad Gateway")

    await till.lost.run()
    with pytest.raises(AccountError, match="Bad Gateway"):
        await till.lost.find()
    till.account.problem = None
    await till.lost.run()

    assert await till.plan() == "premium"


async def test_two_searches_at_once_find_once(till: Till) -> None:
    till.deal(till.payment(kind=Kind.ONCE))

    await asyncio.gather(*(till.lost.find() for _ in range(4)))

    assert len(till.diary.said) == 1


async def test_a_first_month_found_after_its_renewal_shortens_nothing(till: Till) -> None:
    first = till.payment()
    till.deal(first)
    till.clock.wait(days=30)
    await till.renews()

    await till.lost.find()

    (one,) = await till.held()
    assert (one.expires_at, one.last_charge_id) == (NOON + 2 * MONTH, one.first_charge_id)
