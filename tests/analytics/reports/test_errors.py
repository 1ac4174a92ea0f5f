"""Errors of one kind in one place are one line, and each can be looked up."""

from __future__ import annotations

from datetime import UTC, timedelta

from bot.analytics.reports.errors import SHOWN, ErrorDetail, Errors, find_error, recent_errors
from bot.analytics.reports.period import last_days
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.rows import error, put

HOUR = timedelta(hours=1)


async def recent(database: Database) -> Errors:
    async with database.read("test") as connection:
        return await recent_errors(connection, last_days(7, NOON, UTC))


async def one(database: Database, number: str) -> ErrorDetail | None:
    async with database.read("test") as connection:
        return await find_error(connection, number)


async def test_errors_are_grouped_with_the_last_number(database: Database) -> None:
    rows = [error("AAAA", NOON - 3 * HOUR), error("BBBB", NOON - 2 * HOUR)]
    other = error("CCCC", NOON - HOUR, location="help")
    await put(database, tables.errors, *rows, other)

    first, second = (await recent(database)).groups

    assert (first.location, first.count, first.number) == ("help", 1, "CCCC")
    assert (second.location, second.count, second.number) == ("start", 2, "BBBB")
    assert (second.first_at, second.last_at) == (NOON - 3 * HOUR, NOON - 2 * HOUR)


async def test_errors_of_another_type_in_the_same_place_stand_alone(database: Database) -> None:
    rows = [error("AAAA", NOON - HOUR), error("BBBB", NOON - HOUR, type="ValueError")]
    await put(database, tables.errors, *rows)

    assert len((await recent(database)).groups) == 2


async def test_old_errors_are_not_recent(database: Database) -> None:
    await put(database, tables.errors, error("AAAA", NOON - 200 * HOUR))

    assert (await recent(database)).groups == ()


async def test_only_the_last_kinds_are_shown_and_all_are_counted(database: Database) -> None:
    rows = [error("AAAA", NOON - HOUR, location=f"h{n}") for n in range(SHOWN + 3)]
    await put(database, tables.errors, *rows)

    report = await recent(database)

    assert (len(report.groups), report.group_count) == (SHOWN, SHOWN + 3)


async def test_an_error_is_found_by_its_number(database: Database) -> None:
    await put(database, tables.errors, error("AAAA", NOON, message="old"))
    await put(database, tables.errors, error("AAAA", NOON, message="new"), error("BBBB", NOON))

    found = await one(database, "AAAA")

    assert found and (found.message, found.at) == ("new", NOON)


async def test_an_unknown_number_is_nothing(database: Database) -> None:
    assert await one(database, "AAAA") is None
