"""What people did last, found by an index however much has happened."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, text

from bot.analytics.reports import activities as module
from bot.analytics.reports.activities import DEPTH, KINDS, activities
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import HOUR
from tests.analytics.reports.talk import Act, told
from tests.rows import event


async def done(database: Database, *acts: Act, size: int = 10) -> list[tuple[str, int]]:
    source = await told(database, acts)
    return [(one.kind, one.telegram_id) for one in await activities(source, size)]


@pytest.mark.parametrize("kind", KINDS)
async def test_whatever_people_do_themselves_is_told(sqlite: Database, kind: str) -> None:
    assert await done(sqlite, Act(number=1, hours=1, kind=kind)) == [(kind, 1001)]


@pytest.mark.parametrize("kind", ["upload", "start", "download", "completion", "download_failed"])
async def test_what_only_follows_is_not(sqlite: Database, kind: str) -> None:
    assert await done(sqlite, Act(number=1, hours=1, kind=kind)) == []


async def test_what_came_late_stands_where_it_happened(database: Database) -> None:
    source = await told(database, [Act(number=1, hours=3), Act(number=1, hours=1)])
    late = event("button", NOON - 2 * HOUR, user_number=1, chat_id=1001)
    async with database.write("test") as connection:
        await connection.execute(insert(tables.events), [{**late, "id": 1_000}])

    assert [one.kind for one in await activities(source, 3)] == ["message", "button", "message"]


async def test_another_message_of_the_same_moment_is_no_command(sqlite: Database) -> None:
    command = Act(number=1, hours=1, kind="command", label="help")

    found = await done(sqlite, command, Act(number=1, hours=1), Act(number=2, hours=1))

    assert sorted(found) == [("command", 1001), ("message", 1002)]


async def test_the_posts_of_channels_do_not_hide_people(sqlite: Database) -> None:
    source = await told(sqlite, [Act(number=1, hours=9, kind="button")])
    posts = [event("message", NOON - HOUR, chat_id=-5) for _ in range(DEPTH + 5)]
    async with sqlite.write("test") as connection:
        await connection.execute(insert(tables.events), posts)

    assert [one.kind for one in await activities(source, 5)] == ["button"]


async def test_a_chat_that_is_not_known_has_no_title(sqlite: Database) -> None:
    source = await told(sqlite, [Act(number=1, hours=1, chat_id=-1)])
    async with sqlite.write("test") as connection:
        await connection.execute(tables.chats.delete())

    (one,) = await activities(source, 5)

    assert (one.chat_id, one.chat_type, one.chat_title) == (-1, None, None)


async def test_only_the_index_of_kinds_is_searched(database: Database) -> None:
    query = module._query(10)  # noqa: SLF001  how the database goes about it
    is_sqlite = database.is_sqlite
    async with database.read("test") as connection:
        words = query.compile(connection.sync_connection, compile_kwargs={"literal_binds": True})
        if not is_sqlite:  # an empty table is read as a whole
            await connection.execute(text("SET LOCAL enable_seqscan TO off"))
        explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
        rows = await connection.execute(text(f"{explain} {words}"))
        plan = [str(row) for row in rows]

    searched = [line for line in plan if "ix_events_kind_at" in line]
    assert len(searched) == len(KINDS)
    assert not any("SCAN events" in line or "Seq Scan on events" in line for line in plan)
