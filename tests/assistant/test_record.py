"""What a crash left open is closed once, priced by what was known, and told to the chat."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.analytics.bus import Bus
from bot.analytics.features.assistant import CompletionFailed, CompletionSucceeded
from bot.assistant.book import Asked
from bot.assistant.conversations import Begun, Conversations
from bot.clock import to_milliseconds
from bot.database import tables
from bot.database.engine import Database
from bot.database.feature_tables import completions, conversations
from tests.analytics.moments import NOON
from tests.assistant.test_assistant import HOUR, QUESTION, Room
from tests.databases import opened, sqlite_address
from tests.rows import put, rows_of
from tests.waiting import until

AT = to_milliseconds(NOON - HOUR)


@pytest.fixture
async def room(database: Database) -> Room:
    # Without a number, or PostgreSQL would give it to the next person, too.
    await put(database, tables.users, {"telegram_id": 1001, "is_premium": False})
    talk = {"user_number": 1, "chat_id": 1001, "status": "open", "started_at": AT, "last_at": AT}
    await put(database, conversations, talk)
    return Room(database)


async def left_behind(room: Room, **changed: Any) -> None:
    """An answer to person 1 that nobody gives any more."""
    row = {
        "conversation_id": 1,
        "user_number": 1,
        "chat_id": 1001,
        "message_id": 5,
        "language": "de",
        "model": "m",
        "state": "running",
        "input_tokens": 100,
        "output_tokens": 50,
        "is_estimated": True,
        "asked_at": AT,
    }
    await put(room.database, completions, row | changed)


async def test_what_was_left_running_is_closed_once_with_its_estimate(room: Room) -> None:
    await left_behind(room)

    for _ in range(2):
        await room.assistant.close_interrupted()

    (row,) = await rows_of(room.database, completions)
    assert (row["state"], row["error"], row["is_estimated"]) == (
        "interrupted",
        "interrupted",
        True,
    )
    assert (row["input_tokens"], row["output_tokens"]) == (100, 50)
    assert (row["cost_usd"], row["seconds"]) == (200e-6, 3600)
    (fact,) = room.facts(CompletionFailed)
    assert (fact.user_id, fact.chat_id, fact.error) == (1001, 1001, "interrupted")


async def test_an_answer_of_this_process_is_left_alone(room: Room) -> None:
    await room.begun(replace(QUESTION, user_id=1001))

    room.now += HOUR
    await room.assistant.close_interrupted()

    assert [row["state"] for row in await rows_of(room.database, completions)] == ["running"]
    await room.assistant.close()


class SlowConversations(Conversations):
    """Those of a busy process: what is on disk is not known to it yet."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.written, self.go_on = asyncio.Event(), asyncio.Event()

    async def begin(self, asked: Asked) -> Begun:
        begun = await super().begin(asked)
        self.written.set()
        await self.go_on.wait()
        return begun


async def test_a_question_that_has_just_been_written_down_is_left_alone(room: Room) -> None:
    slow = SlowConversations(room.database, Bus(room.told), HOUR, room.clock)
    other = Room(room.database, conversations=slow)
    asking = asyncio.create_task(other.answered())
    await until(lambda: slow.written.is_set() or asking.done())

    other.now += HOUR
    await other.assistant.close_interrupted()
    slow.go_on.set()
    await asking

    assert [row["state"] for row in await rows_of(room.database, completions)] == ["done"]


async def test_what_another_process_may_still_be_answering_is_left_alone(room: Room) -> None:
    just_now = to_milliseconds(NOON - timedelta(minutes=1))
    await left_behind(room, asked_at=just_now)

    await room.assistant.close_interrupted()

    (row,) = await rows_of(room.database, completions)
    # Nobody else is ever behind a file of SQLite.
    assert row["state"] == ("interrupted" if room.database.is_sqlite else "running")


async def test_a_chat_is_owed_a_word_until_it_is_told(room: Room) -> None:
    await left_behind(room)
    await room.assistant.close_interrupted()

    (left,) = await room.assistant.left()
    await room.assistant.told(left.completion_id)

    assert (left.chat_id, left.message_id, left.language, left.is_cut) == (1001, 5, "de", True)
    assert await room.assistant.left() == []


async def test_a_whole_answer_is_owed_only_the_end_of_its_button(room: Room) -> None:
    ended = to_milliseconds(NOON - timedelta(minutes=3))
    await left_behind(room, state="done", ended_at=ended)

    (left,) = await room.assistant.left()

    assert not left.is_cut


async def test_a_whole_answer_that_is_just_being_shown_is_owed_nothing(room: Room) -> None:
    await left_behind(room, state="done", ended_at=to_milliseconds(NOON))

    assert await room.assistant.left() == []


async def test_who_was_forgotten_is_owed_nothing(room: Room) -> None:
    await left_behind(room, user_number=None, chat_id=None)

    await room.assistant.close_interrupted()

    (row,) = await rows_of(room.database, completions)
    assert row["state"] == "interrupted"
    assert await room.assistant.left() == []
    assert room.facts(CompletionFailed) == []


async def test_an_end_waits_for_a_locked_database_and_is_told_once(tmp_path: Path) -> None:
    failures: list[str] = []

    def count(operation: str, _: float, error: str | None) -> None:
        if error:
            failures.append(operation)

    async with opened(sqlite_address(tmp_path), count) as sqlite:
        room = Room(sqlite)
        await room.begun()
        async with sqlite.write("test", durable=True) as connection:
            await connection.exec_driver_sql("PRAGMA busy_timeout=1")
        with locked(sqlite):
            room.assistant.stop(1, 7)
            await until(lambda: failures.count("assistant.end") >= 2)
        await until(lambda: not room.assistant.in_progress)

        assert [row["state"] for row in await rows_of(sqlite, completions)] == ["stopped"]
        assert len(room.facts(CompletionSucceeded)) == 1


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Somebody else writes to the file, and does not end."""
    assert database.file
    with closing(sqlite3.connect(database.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
