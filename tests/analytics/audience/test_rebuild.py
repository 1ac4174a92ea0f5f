"""Rebuilding says what the tables say, and how far it is."""

from __future__ import annotations

from bot.analytics.audience.rebuild import rebuild
from bot.analytics.events import CommandUsed
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.audience.scene import DAY, TODAY, UTC, House, history, numbers
from tests.analytics.moments import ANN, BOB, NOON, seen


async def test_every_day_is_told_by_the_tables(database: Database) -> None:
    await history(database, {TODAY - 3 * DAY: {1, 2}, TODAY: {2, 3}})
    told: list[tuple[int, int]] = []

    days = await rebuild(
        database, UTC, clock=lambda: NOON, progress=lambda done, total: told.append((done, total))
    )

    assert (days, told) == (4, [(1, 4), (2, 4), (3, 4), (4, 4)])
    audience = House(database).audience
    sets = await audience.days("active", TODAY - 3 * DAY, TODAY)
    assert numbers(sets) == [[1, 2], [], [], [2, 3]]
    assert numbers(await audience.days("language:de", TODAY, TODAY)) == [[2, 3]]


async def test_who_should_not_be_there_goes_but_old_facts_stay(sqlite: Database) -> None:
    house = House(sqlite)
    used = CommandUsed(at=NOON, user_id=ANN, chat_id=1, command="help")
    await house.write(seen(ANN), seen(BOB), used)
    await house.audience.save()
    async with sqlite.write("test") as connection:
        await connection.execute(tables.events.delete())
        is_bob = tables.user_activity.c.user_id == 2
        await connection.execute(tables.user_activity.delete().where(is_bob))

    await rebuild(sqlite, UTC, clock=lambda: NOON)

    again = House(sqlite)
    assert await again.members("active") == {ANN}
    assert await again.members("command:help") == {ANN}


async def test_an_empty_database_has_no_days(sqlite: Database) -> None:
    assert await rebuild(sqlite, UTC, clock=lambda: NOON) == 0


async def test_a_bot_that_starts_afterwards_has_nothing_to_count(sqlite: Database) -> None:
    await history(sqlite, {TODAY - 9 * DAY: {1}})
    await rebuild(sqlite, UTC, clock=lambda: NOON)
    house = House(sqlite)

    await house.audience.start()

    assert house.audience.pending_days == 0
    await house.audience.stop()
