"""Telegram is told to stop before we believe it, and is told again until it has heard."""

from __future__ import annotations

import pytest

from bot.billing.account import AccountError
from bot.billing.payload import Kind
from bot.database.feature_tables import subscriptions
from tests.analytics.moments import ANN, BOB
from tests.billing.till import Till
from tests.rows import rows_of


async def test_a_stop_is_kept_after_telegram_agreed(till_on_each: Till) -> None:
    charge = await till_on_each.buys()
    (one,) = await till_on_each.held()

    await till_on_each.renewals.stop(ANN, one)

    (one,) = await till_on_each.held()
    assert (one.renews, one.can_resume) == (False, True)
    assert till_on_each.account.renewals == {charge: False}


async def test_a_stop_that_telegram_refuses_changes_nothing(till: Till) -> None:
    await till.buys()
    (one,) = await till.held()
    till.account.problem = AccountError("Bad Gateway")

    with pytest.raises(AccountError):
        await till.renewals.stop(ANN, one)

    assert await till.held() == (one,)


async def test_a_stop_can_be_taken_back(till: Till) -> None:
    charge = await till.buys()
    (before,) = await till.held()
    await till.renewals.stop(ANN, before)

    await till.renewals.resume(ANN, before)

    assert await till.held() == (before,)
    assert till.account.renewals == {charge: True}


async def test_the_last_charge_is_named_where_the_first_is_unknown(till: Till) -> None:
    first = await till.buys()
    till.clock.wait(days=30)
    last = await till.renews()
    till.account.unknown.add(first)
    (one,) = await till.held()

    await till.renewals.stop(ANN, one)

    assert till.account.renewals == {last: False}


async def test_what_was_replaced_or_refunded_is_charged_no_more(till: Till) -> None:
    premium = await till.buys("premium")
    vip = await till.buys("vip")
    await till.ledger.refund(vip)

    await till.renewals.stop_unwanted()

    assert till.account.renewals == {premium: False, vip: False}


async def test_what_telegram_could_not_stop_is_stopped_later(till: Till) -> None:
    charge = await till.buys()
    await till.ledger.refund(charge)
    till.account.problem = AccountError("Bad Gateway")
    await till.renewals.stop_unwanted()
    till.account.problem = None

    await till.renewals.stop_unwanted()

    assert till.account.renewals == {charge: False}


async def test_what_telegram_does_not_know_is_not_asked_for_ever(till: Till) -> None:
    charge = await till.buys()
    await till.ledger.refund(charge)
    till.account.unknown.add(charge)

    await till.renewals.stop_unwanted()

    (row,) = await rows_of(till.database, subscriptions)
    assert row["cancelled_at"] is not None


async def test_a_single_month_needs_no_stop(till: Till) -> None:
    await till.ledger.refund(await till.buys(kind=Kind.ONCE))

    await till.renewals.stop_unwanted()

    assert till.account.renewals == {}


async def test_whoever_leaves_is_charged_for_nothing_more(till_on_each: Till) -> None:
    premium = await till_on_each.buys("premium")
    vip = await till_on_each.buys("vip")  # replaces the other, which Telegram has not heard yet

    await till_on_each.renewals.stop_all(ANN)

    assert till_on_each.account.renewals == {premium: False, vip: False}


async def test_others_go_on_when_somebody_leaves(till: Till) -> None:
    await till.buys(user_id=BOB)

    await till.renewals.stop_all(ANN)

    assert till.account.renewals == {}


async def test_a_leave_waits_for_what_telegram_does_not_stop(till: Till) -> None:
    till.account.unknown.add(await till.buys())

    with pytest.raises(AccountError):
        await till.renewals.stop_all(ANN)


async def test_a_leave_does_not_wait_for_what_has_ended_at_telegram_too(till: Till) -> None:
    charge = await till.buys()
    await till.ledger.refund(charge)
    till.account.unknown.add(charge)

    await till.renewals.stop_all(ANN)

    (row,) = await rows_of(till.database, subscriptions)
    assert row["cancelled_at"] is not None


async def test_a_leave_waits_for_what_telegram_cannot_stop_now(till: Till) -> None:
    await till.ledger.refund(await till.buys())
    till.account.problem = AccountError("Bad Gateway")

    with pytest.raises(AccountError):
        await till.renewals.stop_all(ANN)
