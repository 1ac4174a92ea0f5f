"""Who asks to be forgotten is in no set any more, in memory or on disk, here or elsewhere."""

from __future__ import annotations

from pyroaring import BitMap

from bot.analytics.audience.audience import Audience
from bot.analytics.events import BotBlocked
from bot.analytics.features.billing import PaymentSucceeded
from bot.database.audience_tables import audience_sets
from bot.database.engine import Database
from tests.analytics.audience.scene import DAY, TODAY, House, numbers
from tests.analytics.moments import ANN, BOB, NOON, seen
from tests.rows import rows_of

WEEK_AGO = NOON - 7 * DAY


async def on_disk(database: Database, number: int) -> list[str]:
    """Segments that still know *number*."""
    rows = await rows_of(database, audience_sets)
    return [row["segment"] for row in rows if number in BitMap.deserialize(row["bits"])]


async def lived(house: House) -> None:
    """Ann (1) and Bob (2) were active on two days; Ann blocked the bot on another."""
    blocked = BotBlocked(at=NOON - 3 * DAY, user_id=ANN)
    await house.write(seen(ANN, WEEK_AGO, language="de"), seen(BOB, WEEK_AGO), blocked)
    await house.write(seen(ANN), seen(BOB))


async def test_nothing_is_left_of_what_was_saved(database: Database) -> None:
    house = House(database)
    await lived(house)
    await house.audience.save()

    await house.people.forget(ANN)

    assert await on_disk(database, 1) == [".forgotten"]
    assert set(await on_disk(database, 2)) == {"active", "new"}


async def test_nothing_is_left_of_a_payment_that_was_found_while_they_were_away(
    sqlite: Database,
) -> None:
    house = House(sqlite)
    found = PaymentSucceeded(
        at=NOON - 3 * DAY, user_id=ANN, plan="premium", stars=50, is_recurring=False
    )
    await house.write(seen(ANN, WEEK_AGO))
    await house.write(found)
    await house.audience.save()
    assert "feature:billing" in await on_disk(sqlite, 1)

    await house.people.forget(ANN)

    assert await on_disk(sqlite, 1) == [".forgotten"]


async def test_nothing_is_left_in_memory_and_nothing_comes_back_with_the_next_save(
    sqlite: Database,
) -> None:
    house = House(sqlite)
    await lived(house)
    await house.audience.days("active", TODAY - 7 * DAY, TODAY)

    await house.people.forget(ANN)
    await house.audience.save()

    sets = await house.audience.days("active", TODAY - 7 * DAY, TODAY)
    assert numbers(sets) == [[2], *[[]] * 6, [2]]
    assert await on_disk(sqlite, 1) == [".forgotten"]


async def test_what_another_process_had_not_saved_yet_does_not_come_back(
    database: Database,
) -> None:
    here, there = House(database), House(database)
    await here.write(seen(ANN))
    await there.write(seen(ANN), seen(BOB))

    await here.people.forget(ANN)
    await there.audience.save()

    assert await on_disk(database, 1) == [".forgotten"]


async def test_another_process_hears_of_it(database: Database) -> None:
    here, there = House(database), House(database)
    await here.write(seen(ANN), seen(BOB))
    await here.audience.save()
    before = await there.audience.union("active", TODAY, TODAY)

    await here.people.forget(ANN)
    await there.audience.hear()

    assert (set(before), set(await there.audience.union("active", TODAY, TODAY))) == ({1, 2}, {2})


async def test_whoever_keeps_reports_hears_of_it_once(database: Database) -> None:
    here, heard = House(database), []
    there = Audience(database, clock=lambda: NOON, heard=lambda: heard.append(1))
    await here.write(seen(ANN))

    await there.hear()
    await here.people.forget(ANN)
    await there.hear()
    await there.hear()

    assert heard == [1]


async def test_somebody_nobody_knows_is_forgotten_in_peace(sqlite: Database) -> None:
    house = House(sqlite)

    assert await house.people.forget(ANN) == 0

    assert await rows_of(sqlite, audience_sets) == []
