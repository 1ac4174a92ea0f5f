"""What was paid for ends once, is told once, and not before Telegram was asked."""

from __future__ import annotations

import asyncio

from sqlalchemy import text, update

from bot.analytics.features.billing import SubscriptionExpired
from bot.billing.account import AccountError
from bot.billing.payload import Kind
from bot.database.engine import Database
from bot.database.feature_tables import subscriptions
from tests.analytics.moments import ANN, BOB, NOON
from tests.billing.till import MONTH, Till
from tests.databases import opened
from tests.rows import put, rows_of
from tests.waiting import until_true

PAID = ["PaymentSucceeded", "SubscriptionStarted"]


async def ends(till: Till) -> list[str | None]:
    return [row["end"] for row in await rows_of(till.database, subscriptions)]


async def test_nothing_ends_before_its_time(till_on_each: Till) -> None:
    await till_on_each.buys()
    await till_on_each.buys(kind=Kind.ONCE, user_id=5)
    till_on_each.clock.now = NOON + MONTH
    till_on_each.clock.wait(seconds=-1)

    await till_on_each.expiry.run()

    assert await ends(till_on_each) == [None, None]


async def test_a_single_month_ends_and_is_told_once(till_on_each: Till) -> None:
    await till_on_each.buys(kind=Kind.ONCE)
    till_on_each.clock.wait(days=30)

    await asyncio.gather(*(till_on_each.expiry.run() for _ in range(3)))

    assert await ends(till_on_each) == ["expired"]
    assert till_on_each.facts() == [*PAID, "SubscriptionExpired"]
    assert till_on_each.diary.said == [("expired", ANN, "Premium", False)]


async def test_a_renewal_that_does_not_come_is_a_failed_payment(till_on_each: Till) -> None:
    await till_on_each.buys()
    till_on_each.clock.wait(days=30, hours=1)

    await till_on_each.expiry.run()

    assert await ends(till_on_each) == ["failed"]
    told = ["PaymentFailed renewal", "SubscriptionExpired", "SubscriptionCancelled failed"]
    assert till_on_each.facts() == PAID + told
    assert till_on_each.diary.said == [("expired", ANN, "Premium", True)]


async def test_a_stopped_subscription_ends_as_its_person_wished(till: Till) -> None:
    await till.buys()
    (one,) = await till.held()
    await till.renewals.stop(ANN, one)
    till.clock.wait(days=30)

    await till.expiry.run()

    assert await ends(till) == ["cancelled"]
    assert till.facts() == [*PAID, "SubscriptionExpired", "SubscriptionCancelled voluntary"]
    assert till.diary.said == [("expired", ANN, "Premium", False)]


async def test_telegram_is_asked_before_a_renewing_one_ends(till: Till) -> None:
    await till.buys()
    till.clock.wait(days=30)
    till.deal(till.payment())
    till.clock.wait(hours=2)

    await till.expiry.run()

    assert await ends(till) == [None]
    assert await till.plan() == "premium"


async def test_while_telegram_is_away_renewing_ones_wait_and_others_end(till: Till) -> None:
    await till.buys()
    await till.buys(kind=Kind.ONCE, user_id=5)
    till.account.problem = AccountError("Bad Gateway")
    till.clock.wait(days=31)

    await till.expiry.run()

    assert await ends(till) == [None, "expired"]


async def test_a_search_that_has_not_seen_all_is_no_proof(till: Till) -> None:
    await till.buys()
    till.clock.wait(days=31)

    async def too_much() -> bool:
        return False

    await till.expiry_after(too_much).run()

    assert await ends(till) == [None]


async def test_a_subscription_of_somebody_forgotten_ends_in_silence(till: Till) -> None:
    row = {
        "user_number": None,
        "plan": "premium",
        "stars": 150,
        "is_recurring": False,
        "first_charge_id": "c1",
        "last_charge_id": "c1",
        "started_at": 0,
        "expires_at": 1,
    }
    await put(till.database, subscriptions, row)

    await till.expiry.run()

    assert till.told == [SubscriptionExpired(at=NOON, user_id=None, plan="premium")]
    assert till.diary.said == []


async def test_what_was_given_back_in_part_ends_as_refunded(till: Till) -> None:
    first = await till.buys()
    till.clock.wait(days=30)
    await till.renews()
    await till.ledger.refund(first)
    till.clock.wait(days=30)

    await till.expiry.run()

    assert await ends(till) == ["refunded"]
    assert till.facts()[-1] == "SubscriptionExpired"


async def test_a_renewal_that_comes_while_others_are_ended_is_in_time(till: Till) -> None:
    for person in (ANN, BOB):
        await till.buys(user_id=person)
    till.clock.wait(days=31)

    async def pays(user_id: int, plan: str, *, was_wanted: bool) -> None:
        await till.renews(user_id={ANN: BOB, BOB: ANN}[user_id])

    till.diary.expired = pays  # type: ignore[method-assign]  # a voice that takes its time
    await till.expiry.run()

    assert sorted(map(str, await ends(till))) == ["None", "failed"]
    assert till.facts().count("SubscriptionExpired") == 1


async def test_a_refund_waits_for_the_end_that_is_being_written(postgres_url: str) -> None:
    async with opened(postgres_url) as database:
        till = Till(database)
        charge = await till.buys()
        async with database.write("test") as connection:
            ended = update(subscriptions).values(ended_at=1, end="failed")
            await connection.execute(ended)
            refund = asyncio.create_task(till.ledger.refund(charge))
            await until_true(lambda: is_somebody_waiting(database))
        await refund

        assert await ends(till) == ["failed"]
        assert till.facts()[-1] == "PaymentRefunded"


async def is_somebody_waiting(database: Database) -> bool:
    query = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with database.read("test") as connection:
        return bool(await connection.scalar(query))
