"""What a charge gives, and what its return takes back."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.billing.payload import Kind
from bot.database.feature_tables import subscriptions
from bot.database.tables import payments
from tests.analytics.moments import ANN, BOB, NOON
from tests.billing.till import DAY, MONTH, Till
from tests.rows import rows_of


async def test_a_subscription_lasts_as_long_as_telegram_says(till_on_each: Till) -> None:
    until = NOON + 31 * DAY

    await till_on_each.buys(until=until)

    (one,) = await till_on_each.held()
    assert (one.plan, one.expires_at, one.renews) == ("premium", until, True)
    assert till_on_each.facts() == ["PaymentSucceeded", "SubscriptionStarted"]


async def test_a_subscription_lasts_30_days_when_telegram_is_silent(till: Till) -> None:
    await till.buys()

    (one,) = await till.held()
    assert one.expires_at == NOON + MONTH


async def test_the_payment_and_the_plan_are_one_transaction(till_on_each: Till) -> None:
    receipt = await till_on_each.ledger.record(till_on_each.payment())

    (paid,) = await rows_of(till_on_each.database, payments)
    assert receipt and receipt.plan == till_on_each.plans.get("premium")
    assert (paid["plan"], receipt.until) == ("premium", NOON + MONTH)
    assert await till_on_each.plan() == "premium"


async def test_a_payment_told_100_times_gives_one_month(till_on_each: Till) -> None:
    payment = till_on_each.payment()

    receipts = await asyncio.gather(*(till_on_each.ledger.record(payment) for _ in range(100)))

    (one,) = await till_on_each.held()
    assert [bool(receipt) for receipt in receipts].count(True) == 1
    assert one.expires_at == NOON + MONTH
    assert till_on_each.facts() == ["PaymentSucceeded", "SubscriptionStarted"]


async def test_a_renewal_prolongs_the_same_subscription(till_on_each: Till) -> None:
    first = await till_on_each.buys()
    till_on_each.clock.wait(days=30)

    second = await till_on_each.renews()

    (one,) = await till_on_each.held()
    assert (one.first_charge_id, one.last_charge_id) == (first, second)
    assert one.expires_at == NOON + 2 * MONTH
    assert till_on_each.facts()[2:] == ["PaymentSucceeded", "SubscriptionRenewed"]


async def test_two_charges_of_one_person_at_once_both_count(till_on_each: Till) -> None:
    once = [till_on_each.payment(kind=Kind.ONCE) for _ in range(5)]

    await asyncio.gather(*(till_on_each.ledger.record(one) for one in once))

    (one,) = await till_on_each.held()
    assert one.expires_at == NOON + 5 * MONTH


async def test_a_second_single_charge_adds_30_days(till: Till) -> None:
    await till.buys(kind=Kind.ONCE)
    till.clock.wait(days=29)

    await till.buys(kind=Kind.ONCE)

    (one,) = await till.held()
    assert (one.expires_at, one.renews) == (NOON + 2 * MONTH, False)
    assert till.facts()[2:] == ["PaymentSucceeded", "SubscriptionRenewed"]


async def test_a_single_charge_after_the_end_begins_anew(till: Till) -> None:
    await till.buys(kind=Kind.ONCE)
    till.clock.wait(days=31)

    await till.buys(kind=Kind.ONCE)

    (one,) = await till.held()
    assert one.expires_at == NOON + 31 * DAY + MONTH


async def test_a_charge_whose_time_is_over_gives_nothing(till: Till) -> None:
    receipt = await till.ledger.record(till.payment(paid_at=NOON - MONTH))

    assert receipt and receipt.until is None
    assert await rows_of(till.database, subscriptions) == []
    assert till.facts() == ["PaymentSucceeded"]


@pytest.mark.parametrize("payload", ["telegauge:1:gold:month", "telegauge:1:free:once", "plan"])
async def test_a_payment_for_nothing_we_sell_is_recorded_and_gives_nothing(
    till: Till, payload: str
) -> None:
    await till.buys(payload=payload)

    (paid,) = await rows_of(till.database, payments)
    assert (paid["plan"], await till.plan()) == ("other", "free")
    assert till.facts() == ["PaymentSucceeded"]


async def test_a_better_plan_replaces_a_renewing_one(till_on_each: Till) -> None:
    await till_on_each.buys("premium")

    await till_on_each.buys("vip")

    (one,) = await till_on_each.held()
    premium, _ = await rows_of(till_on_each.database, subscriptions)
    assert one.plan == "vip"
    assert (premium["end"], premium["ended_at"] is not None) == ("replaced", True)


async def test_a_lesser_plan_replaces_nothing(till: Till) -> None:
    await till.buys("vip")

    await till.buys("premium")

    assert [one.plan for one in await till.held()] == ["vip", "premium"]


async def test_what_was_paid_once_runs_on_below_a_better_plan(till: Till) -> None:
    await till.buys("premium", Kind.ONCE)

    await till.buys("vip", Kind.ONCE)

    assert [one.plan for one in await till.held()] == ["vip", "premium"]


async def test_a_renewal_of_a_plan_that_is_sold_no_more_is_honoured(till: Till) -> None:
    await till.buys("premium")
    fewer = till.plans.model_copy(update={"plan": (till.plans.free, till.plans.plan[2])})
    later = Till(till.database, fewer)
    later.clock.wait(days=30)

    await later.renews("premium", charge_id="later")

    (one,) = await later.held()
    assert (one.expires_at, await later.plan()) == (NOON + 2 * MONTH, "free")
    assert [fact.plan for fact in later.told] == ["other", "other"]  # type: ignore[attr-defined]  # both have it


async def test_a_renewal_after_the_end_opens_the_subscription_again(till: Till) -> None:
    await till.buys()
    till.clock.wait(days=31)
    await till.expiry.run()

    await till.renews()

    assert await till.plan() == "premium"
    assert len(await rows_of(till.database, subscriptions)) == 1
    assert till.facts()[-1] == "SubscriptionStarted"


async def test_a_renewal_shows_that_the_stop_was_taken_back(till: Till) -> None:
    await till.buys()
    (one,) = await till.held()
    await till.renewals.stop(ANN, one)

    await till.renews(paid_at=NOON + MONTH)

    assert [one.renews for one in await till.held()] == [True]


async def test_a_refund_ends_the_plan(till_on_each: Till) -> None:
    charge = await till_on_each.buys()

    await till_on_each.ledger.refund(charge)

    (row,) = await rows_of(till_on_each.database, subscriptions)
    assert (row["end"], await till_on_each.plan()) == ("refunded", "free")
    assert till_on_each.facts()[2:] == ["PaymentRefunded", "SubscriptionCancelled refunded"]


async def test_a_refund_told_twice_takes_back_once(till: Till) -> None:
    first = await till.buys(kind=Kind.ONCE)
    await till.buys(kind=Kind.ONCE)

    await till.ledger.refund(first)
    await till.ledger.refund(first)

    (one,) = await till.held()
    assert one.expires_at == NOON + MONTH


@pytest.mark.parametrize("returned", [0, 1, 2])
async def test_each_single_charge_takes_its_own_30_days_back(till: Till, returned: int) -> None:
    charges = [await till.buys(kind=Kind.ONCE) for _ in range(3)]

    await till.ledger.refund(charges[returned])

    (one,) = await till.held()
    assert one.expires_at == NOON + 2 * MONTH
    assert till.facts()[-1] == "PaymentRefunded"


async def test_a_refund_of_a_past_month_only_stops_the_renewal(till: Till) -> None:
    first = await till.buys()
    till.clock.wait(days=30)
    await till.renews()

    await till.ledger.refund(first)

    (one,) = await till.held()
    assert (one.renews, one.can_resume, one.expires_at) == (False, False, NOON + 2 * MONTH)
    assert till.facts()[-1] == "SubscriptionCancelled refunded"


async def test_a_refund_after_the_end_only_moves_stars(till: Till) -> None:
    charge = await till.buys(kind=Kind.ONCE)
    till.clock.wait(days=31)
    await till.expiry.run()

    await till.ledger.refund(charge)

    (row,) = await rows_of(till.database, subscriptions)
    assert (row["end"], till.facts()[-1]) == ("expired", "PaymentRefunded")


async def test_people_do_not_get_each_others_plans(till: Till) -> None:
    ann, bob = till.payment(), till.payment("vip", user_id=BOB)
    for one in (ann, bob, replace(ann, user_id=BOB)):
        await till.ledger.record(one)

    assert (await till.plan(ANN), await till.plan(BOB)) == ("premium", "vip")


@pytest.mark.parametrize("end", ["replaced", "refunded"])
async def test_a_renewal_that_was_quicker_than_our_stop_is_the_last_one(
    till: Till, end: str
) -> None:
    first = await till.buys()
    await (till.buys("vip") if end == "replaced" else till.ledger.refund(first))
    till.clock.wait(days=30)

    await till.renews()
    await till.renewals.stop_unwanted()

    one = next(one for one in await till.held() if one.plan == "premium")
    assert (one.renews, one.can_resume, one.expires_at) == (False, False, NOON + 2 * MONTH)
    assert (till.account.renewals, till.facts()[-1]) == ({first: False}, "SubscriptionRenewed")


async def test_two_months_of_a_subscription_given_back_are_one_cancellation(till: Till) -> None:
    first = await till.buys()
    till.clock.wait(days=30)
    second = await till.renews()

    for charge in (first, second):
        await till.ledger.refund(charge)

    assert await till.plan() == "free"
    assert till.facts().count("SubscriptionCancelled refunded") == 1


async def test_charges_written_down_late_take_their_30_days_back(till: Till) -> None:
    paid_at = NOON - DAY
    charges = [await till.buys(kind=Kind.ONCE, paid_at=paid_at) for _ in range(3)]

    await till.ledger.refund(charges[1])

    (one,) = await till.held()
    assert one.expires_at == paid_at + 2 * MONTH


async def test_a_charge_is_taken_from_what_ran_when_it_was_paid(till: Till) -> None:
    await till.ledger.refund(await till.buys(kind=Kind.ONCE))
    till.clock.wait(days=1)
    later = [await till.buys(kind=Kind.ONCE) for _ in range(3)]

    await till.ledger.refund(later[1])

    (one,) = await till.held()
    assert one.expires_at == NOON + DAY + 2 * MONTH
