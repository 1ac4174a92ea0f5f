"""One door to both databases: turns, durability, timing."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from bot.database.engine import Database, normal_url
from bot.database.tables import marks
from tests.databases import opened, sqlite_address


async def names(database: Database) -> list[str]:
    async with database.read("marks") as connection:
        return list(await connection.scalars(select(marks.c.name).order_by(marks.c.name)))


async def add(database: Database, name: str, *, durable: bool = False) -> None:
    async with database.write("mark", durable=durable) as connection:
        await connection.execute(insert(marks), {"name": name, "value": ""})


async def test_what_was_written_can_be_read(database: Database) -> None:
    await add(database, "a")
    await add(database, "b", durable=True)

    assert await names(database) == ["a", "b"]


async def test_a_block_that_fails_leaves_nothing(database: Database) -> None:
    async def half() -> None:
        async with database.write("mark") as connection:
            await connection.execute(insert(marks), {"name": "half", "value": ""})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await half()

    assert await names(database) == []


async def test_a_reader_keeps_nothing(database: Database) -> None:
    async with database.read("mark") as connection:
        await connection.execute(insert(marks), {"name": "a", "value": ""})

    assert await names(database) == []


async def test_writers_of_both_kinds_wait_for_their_turn(database: Database) -> None:
    await asyncio.gather(*(add(database, f"{n:02}", durable=n % 2 == 0) for n in range(40)))

    assert await names(database) == [f"{n:02}" for n in range(40)]


async def test_money_is_synced_and_statistics_are_not(sqlite: Database) -> None:
    modes = []
    for durable in (True, False):
        async with sqlite.write("mode", durable=durable) as connection:
            modes.append(await connection.scalar(text("PRAGMA synchronous")))

    assert modes == [2, 1]  # FULL, NORMAL


async def test_a_writer_has_the_lock_before_it_reads(sqlite: Database) -> None:
    assert sqlite.file
    async with sqlite.write("look"):
        with (
            closing(sqlite3.connect(sqlite.file, timeout=0)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("BEGIN IMMEDIATE")


async def test_every_visit_is_timed_and_a_failure_named(tmp_path: Path) -> None:
    seen: list[tuple[str, float, str | None]] = []
    async with opened(sqlite_address(tmp_path), lambda *visit: seen.append(visit)) as database:
        await add(database, "a")
        with pytest.raises(IntegrityError):
            await add(database, "a")

    assert [(operation, error) for operation, _, error in seen] == [
        ("mark", None),
        ("mark", "IntegrityError"),
    ]
    assert all(seconds > 0 for _, seconds, _ in seen)


DRIVERS = pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///x.db", "sqlite+aiosqlite"),
        ("postgresql://a:b@c/d", "postgresql+asyncpg"),
        ("postgresql+asyncpg://a:b@c/d", "postgresql+asyncpg"),
    ],
)


def test_hosters_sslmode_is_the_drivers_ssl() -> None:
    url = normal_url("postgresql://a:b@c/d?sslmode=require&port=6432")

    assert dict(url.query) == {"ssl": "require", "port": "6432"}


@DRIVERS
def test_an_address_gets_the_driver_we_use(url: str, driver: str) -> None:
    assert normal_url(url).drivername == driver


async def test_a_mistake_of_ours_inside_a_visit_is_not_the_databases(tmp_path: Path) -> None:
    seen: list[str | None] = []
    async with opened(sqlite_address(tmp_path), lambda *visit: seen.append(visit[2])) as database:
        with pytest.raises(ZeroDivisionError):
            async with database.read("mark"):
                raise ZeroDivisionError

    assert seen == [None]


async def test_a_caller_who_leaves_is_not_the_databases_failure(tmp_path: Path) -> None:
    seen: list[str | None] = []
    async with opened(sqlite_address(tmp_path), lambda *visit: seen.append(visit[2])) as database:
        with pytest.raises(asyncio.CancelledError):
            async with database.write("mark"):
                raise asyncio.CancelledError

    assert seen == [None]


async def test_a_database_out_of_reach_is_its_failure() -> None:
    seen: list[str | None] = []
    # Nothing listens on port 1.
    database = Database("postgresql://me:x@127.0.0.1:1/db", lambda *visit: seen.append(visit[2]))
    with pytest.raises(ConnectionRefusedError):
        async with database.read("mark"):
            pass
    await database.close()

    assert seen == ["ConnectionRefusedError"]
