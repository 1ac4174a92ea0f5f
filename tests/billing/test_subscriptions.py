"""Who is on which plan: soon, whatever the database does."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import text

from bot.billing.payload import Kind
from bot.billing.subscriptions import GRACE, Subscriptions
from bot.database.engine import Database
from tests.analytics.moments import ANN, BOB, NOON
from tests.billing.till import DAY, MONTH, Till
from tests.databases import opened

BEFORE = timedelta(seconds=1)


async def test_nobody_has_paid_for_the_free_plan(till_on_each: Till) -> None:
    assert await till_on_each.plan() == "free"


async def test_the_best_plan_counts(till: Till) -> None:
    await till.buys("vip", Kind.ONCE)
    await till.buys("premium", Kind.ONCE, user_id=ANN)

    assert await till.plan() == "vip"


async def test_a_single_month_ends_to_the_second(till_on_each: Till) -> None:
    await till_on_each.buys(kind=Kind.ONCE)

    till_on_each.clock.now = NOON + MONTH - BEFORE
    assert await till_on_each.plan() == "premium"
    till_on_each.clock.now = NOON + MONTH
    assert await till_on_each.plan() == "free"


async def test_a_renewal_may_be_told_an_hour_late(till_on_each: Till) -> None:
    await till_on_each.buys()

    till_on_each.clock.now = NOON + MONTH + GRACE - BEFORE
    assert await till_on_each.plan() == "premium"
    till_on_each.clock.now = NOON + MONTH + GRACE
    assert await till_on_each.plan() == "free"


async def test_nobody_waits_for_a_renewal_that_was_stopped(till: Till) -> None:
    await till.buys()
    (one,) = await till.held()
    await till.renewals.stop(ANN, one)

    till.clock.now = NOON + MONTH

    assert await till.plan() == "free"


async def away(database: Database) -> None:
    """The database is gone: whoever asks it gets an error."""
    async with database.write("test") as connection:
        await connection.exec_driver_sql("DROP TABLE subscriptions")


async def test_a_database_that_fails_is_replaced_by_memory(till: Till) -> None:
    await till.buys(user_id=ANN)
    await till.plan(ANN)
    await away(till.database)

    assert (await till.plan(ANN), await till.plan(BOB)) == ("premium", "free")


async def test_memory_knows_when_a_plan_ends(till: Till) -> None:
    await till.buys(kind=Kind.ONCE)
    await till.plan()
    await away(till.database)

    till.clock.wait(days=30)

    assert await till.plan() == "free"


async def test_who_is_forgotten_is_not_remembered(till: Till) -> None:
    await till.buys()
    await till.plan()
    await away(till.database)

    till.subscriptions.forget(ANN)

    assert await till.plan() == "free"


async def test_a_database_that_hangs_does_not_hold_anybody_up(postgres_url: str) -> None:
    async with opened(postgres_url) as database:
        till = Till(database)
        await till.buys()
        quick = Subscriptions(database, till.plans, till.clock, seconds=0.2)
        await quick.plan_of(ANN)
        async with database.write("test") as connection:
            await connection.execute(text("LOCK TABLE subscriptions IN ACCESS EXCLUSIVE MODE"))
            known = await asyncio.gather(*(quick.plan_of(ANN) for _ in range(50)))
            stranger = await quick.plan_of(BOB)

    assert ({plan.name for plan in known}, stranger.name) == ({"premium"}, "free")


async def test_the_census_counts_people_once_for_their_best_plan(till_on_each: Till) -> None:
    assert till_on_each.census.people("vip") is None
    await till_on_each.buys("premium", Kind.ONCE, user_id=ANN)
    await till_on_each.buys("vip", Kind.ONCE, user_id=ANN)
    await till_on_each.buys("premium", user_id=BOB)
    await till_on_each.buys("premium", Kind.ONCE, user_id=3, paid_at=NOON - 29 * DAY)
    till_on_each.clock.wait(days=2)

    await till_on_each.census.refresh()

    assert [till_on_each.census.people(name) for name in ("premium", "vip")] == [1, 1]
