"""A new sandbox: what waited in the chats of the one before is ended, what was counted stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select

from bot.database import tables
from bot.database.engine import Database
from bot.database.feature_tables import completions, conversations, downloads, quiz_runs
from bot.sandbox.former import beyond_earlier_worlds, end_former
from bot.sandbox.world import Chat, World
from tests.rows import rows_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)
QUIZ = {"chat_id": 5, "is_group": False, "topic": "space", "seed": 1, "questions": 3}


async def fill(database: Database) -> None:
    """A download in each state, a quiz, an answer that grows, and what was found out so far."""
    async with database.write("test") as connection:
        for state in ("offered", "queued", "running", "done"):
            row = {"state": state, "url": "http://x/", "claimed_by": "me", "offered_at": 1}
            await connection.execute(insert(downloads).values(row))
        quiz = QUIZ | {"state": "running", "started_at": 1}
        await connection.execute(insert(quiz_runs).values(quiz))
        talk = {"id": 1, "status": "open", "started_at": 1, "last_at": 1}
        await connection.execute(insert(conversations).values(talk))
        answer = {"conversation_id": 1, "message_id": 7, "model": "m", "state": "running"}
        await connection.execute(insert(completions).values(answer | {"asked_at": 1}))
        for name in ("billing.transactions:42", "synthetic"):
            await connection.execute(insert(tables.marks).values(name=name, value="1:a"))
        cut = {"update_id": 1, "at": 1, "payload": "{}"}
        await connection.execute(insert(tables.interrupted_updates).values(cut))


async def test_downloads_that_waited_are_cancelled(sqlite: Database) -> None:
    await fill(sqlite)

    await end_former(sqlite, NOW)

    rows = await rows_of(sqlite, downloads)
    assert [row["state"] for row in rows] == ["cancelled", "cancelled", "cancelled", "done"]
    assert [row["claimed_by"] for row in rows[:3]] == [None] * 3
    assert rows[0]["ended_at"] == NOW.timestamp() * 1000


async def test_no_message_is_written_to_any_more(sqlite: Database) -> None:
    await fill(sqlite)

    await end_former(sqlite, NOW)

    (quiz,), (answer,) = await rows_of(sqlite, quiz_runs), await rows_of(sqlite, completions)
    (talk,) = await rows_of(sqlite, conversations)
    assert (quiz["state"], talk["status"]) == ("abandoned", "ended")
    # The assistant itself ends it, because its tokens count.
    assert (answer["state"], answer["message_id"]) == ("running", None)
    assert await rows_of(sqlite, tables.interrupted_updates) == []


async def test_payments_are_looked_for_from_the_beginning(sqlite: Database) -> None:
    await fill(sqlite)

    await end_former(sqlite, NOW)

    async with sqlite.read("test") as connection:
        names = list(await connection.scalars(select(tables.marks.c.name)))
    assert names == ["synthetic"]


def test_messages_have_numbers_that_no_earlier_world_had() -> None:
    world = World("42:x", {}, first_message_id=beyond_earlier_worlds(NOW))
    chat = Chat({"id": 5, "type": "private"})

    numbers = [world.post(chat, {})["message_id"] for _ in range(600)]

    assert numbers == list(range(numbers[0], numbers[0] + 600))
    assert numbers[-1] < beyond_earlier_worlds(NOW + timedelta(minutes=1))


def test_a_clock_that_is_wrong_begins_at_one() -> None:
    assert beyond_earlier_worlds(datetime(1970, 1, 1, tzinfo=UTC)) == 1
