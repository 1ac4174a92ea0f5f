"""How many people there are is counted now and then, and known in between."""

from __future__ import annotations

from bot.analytics.population import Population
from bot.clock import to_milliseconds
from bot.database.engine import Database
from bot.database.tables import users
from tests.analytics.moments import NOON
from tests.rows import put, user

AT = to_milliseconds(NOON)


async def counted(database: Database) -> tuple[int | None, int | None]:
    population = Population(database)
    await population.refresh()
    return population.known, population.blocked


async def test_before_the_first_count_nobody_knows(sqlite: Database) -> None:
    population = Population(sqlite)

    assert (population.known, population.blocked) == (None, None)


async def test_nobody_is_zero(database: Database) -> None:
    assert await counted(database) == (0, 0)


async def test_everyone_who_was_ever_active_is_known(database: Database) -> None:
    await put(database, users, *(user(number, first_seen_at=AT) for number in (1, 2, 3)))

    assert await counted(database) == (3, 0)


async def test_who_only_chose_a_language_is_not_known(database: Database) -> None:
    await put(database, users, user(1, chosen_language="de"), user(2, first_seen_at=AT))

    assert await counted(database) == (1, 0)


async def test_who_blocks_is_known_and_blocked(database: Database) -> None:
    await put(database, users, user(1, first_seen_at=AT, blocked_at=AT), user(2, first_seen_at=AT))

    assert await counted(database) == (2, 1)


async def test_the_last_count_stays_until_the_next(sqlite: Database) -> None:
    population = Population(sqlite)
    await population.refresh()
    await put(sqlite, users, user(1, first_seen_at=AT))
    before = population.known

    await population.refresh()

    assert (before, population.known) == (0, 1)
