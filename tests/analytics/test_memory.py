"""What the last life of the process left is used again, and what is old goes."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Table, insert

from bot.analytics import memory
from bot.clock import to_milliseconds
from bot.database.engine import Database
from bot.database.tables import errors, quarantined_updates, seen_updates
from tests.analytics.moments import NOON
from tests.databases import opened, sqlite_address
from tests.rows import error, put, rows_of, set_aside

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def noon() -> datetime:
    return NOON


async def handled(database: Database, *update_ids: int, at: datetime = NOON) -> None:
    seen_at = to_milliseconds(at)
    rows = ({"update_id": one, "seen_at": seen_at} for one in update_ids)
    await put(database, seen_updates, *rows)


async def ats(database: Database, table: Table) -> list[int]:
    return [row["at"] for row in await rows_of(database, table)]


async def test_updates_handled_before_come_back_oldest_first(database: Database) -> None:
    await handled(database, 7, 9, 8)

    assert await memory.seen_before(database) == [7, 8, 9]


async def test_only_the_latest_updates_are_remembered(sqlite: Database) -> None:
    count = memory.REMEMBERED_UPDATES + 5
    rows = [{"update_id": number, "seen_at": 0} for number in range(count)]
    async with sqlite.write("test") as connection:
        await connection.execute(insert(seen_updates), rows)

    seen = await memory.seen_before(sqlite)

    assert seen == list(range(5, count))


async def test_what_was_cut_off_comes_back_whole_and_oldest_first(database: Database) -> None:
    raw = {9: {"update_id": 9, "text": "\0 \ud800", "n": 2**70}, 8: {"update_id": 8}}

    await memory.save_interrupted(database, noon, raw)

    assert await memory.load_interrupted(database) == [raw[8], raw[9]]


async def test_what_was_cut_off_twice_is_kept_once(database: Database) -> None:
    await memory.save_interrupted(database, noon, {8: {"update_id": 8}})

    await memory.save_interrupted(database, noon, {8: {"update_id": 8}})

    assert await memory.load_interrupted(database) == [{"update_id": 8}]


async def test_what_was_cut_off_goes_once_it_is_handled_or_set_aside(database: Database) -> None:
    await memory.save_interrupted(database, noon, {i: {"update_id": i} for i in (5, 8, 9)})
    await handled(database, 8)
    await put(database, quarantined_updates, set_aside("{}", NOON))  # number 5

    await memory.forget_interrupted(database)

    assert await memory.load_interrupted(database) == [{"update_id": 9}]


async def test_a_new_database_remembers_nothing(database: Database) -> None:
    assert await memory.seen_before(database) == []


async def test_the_numbers_of_handled_updates_go_when_telegram_repeats_them_no_more(
    database: Database,
) -> None:
    await handled(database, 1, at=NOON - 49 * HOUR)
    await handled(database, 2, at=NOON - 47 * HOUR)

    await memory.forget_updates(database, noon)

    assert await memory.seen_before(database) == [2]


async def test_errors_and_updates_set_aside_go_after_90_days(database: Database) -> None:
    young, old = NOON - 89 * DAY, NOON - 91 * DAY
    for at in (young, old):
        await put(database, errors, error("ABC234", at))
        await put(database, quarantined_updates, set_aside("{}", at))

    await memory.forget_old(database, noon)

    assert await ats(database, errors) == [to_milliseconds(young)]
    assert await ats(database, quarantined_updates) == [to_milliseconds(young)]


async def test_many_old_rows_go_in_batches_between_which_others_may_write(tmp_path: Path) -> None:
    visits: list[str] = []
    async with opened(sqlite_address(tmp_path), lambda name, *_: visits.append(name)) as database:
        old = (error("ABC234", NOON - 8 * DAY) for _ in range(memory.BATCH + 1))
        await put(database, errors, *old)

        await memory.forget_old(database, noon, days=7)

        assert await rows_of(database, errors) == []
        assert visits.count("memory.forget_old") == 3
