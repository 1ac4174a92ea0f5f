"""Of several processes on one database one leads, and another when that one is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import text

from bot.database.engine import Database
from bot.database.locks import Lead, alone
from tests.waiting import until_true

KEY = 7


@pytest.fixture
async def open_one(postgres_url: str) -> AsyncIterator[Callable[[], Database]]:
    """Databases as several processes open the same one; closed at the end."""
    opened = list[Database]()

    def one() -> Database:
        opened.append(Database(postgres_url))
        return opened[-1]

    yield one
    for database in opened:
        await database.close()


async def test_one_of_two_leads_until_it_stops(open_one: Callable[[], Database]) -> None:
    first, second = Lead(open_one(), KEY), Lead(open_one(), KEY)
    held = [await lead.held() for lead in (first, second, first, second)]

    await first.stop()

    assert held == [True, False, True, False]
    assert (await first.held(), await second.held()) == (False, True)
    await second.stop()


async def test_who_is_cut_off_leads_no_more(open_one: Callable[[], Database]) -> None:
    database = open_one()
    first, second = Lead(database, KEY), Lead(open_one(), KEY)
    await first.held()
    async with database.write("test") as connection:
        await connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        )

    assert (await second.held(), await first.held()) == (True, False)
    await first.stop()
    await second.stop()


async def test_the_only_process_on_a_file_leads_always(sqlite: Database) -> None:
    first, second = Lead(sqlite, KEY), Lead(sqlite, KEY)
    await first.stop()

    assert await first.held() and await second.held()


async def test_with_one_key_transactions_wait_for_each_other(
    open_one: Callable[[], Database],
) -> None:
    database = open_one()

    async def visit() -> None:
        async with database.write("test") as connection:
            await alone(connection, KEY)

    async def is_waiting() -> bool:
        async with database.read("test") as connection:
            query = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            return bool(await connection.scalar(query))

    async with database.write("test") as connection:
        await alone(connection, KEY)
        visiting = asyncio.create_task(visit())
        await until_true(is_waiting)
    await visiting
