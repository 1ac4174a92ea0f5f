"""From a question to what is known about its answer, on both kinds of database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.analytics.bus import Bus
from bot.analytics.features.assistant import (
    CompletionFailed,
    CompletionSucceeded,
    ConversationEnded,
    ConversationStarted,
)
from bot.assistant.assistant import Assistant, BusyError, LimitError, Parts, Question
from bot.assistant.book import Book
from bot.assistant.conversation import Memory
from bot.assistant.conversations import Conversations
from bot.assistant.prices import Price, PriceTable
from bot.assistant.record import Record
from bot.assistant.screen import Outcome
from bot.assistant.speaker import Ending
from bot.assistant.tokens import Tokens
from bot.assistant.trouble import AssistantError, Trouble
from bot.database.engine import Database
from bot.database.feature_tables import completions, conversations
from bot.plans import Plan, load_plans
from tests.analytics.moments import NOON
from tests.assistant.fakes import Script, Wall
from tests.fakes import Recorder
from tests.rows import rows_of
from tests.waiting import until

HOUR = timedelta(hours=1)
PRICES = PriceTable([Price(model="m", valid_from=NOON - HOUR, input=1.0, output=2.0)])
QUESTION = Question(user_id=7, chat_id=7, text="Why?", language="en")


class Room:
    """An assistant with a clock to set; told: its facts."""

    def __init__(self, database: Database, script: Script | None = None, **changed: Any) -> None:
        self.database = database
        self.now = NOON
        self.told = Recorder()
        self.script = script or Script("Because", Ending(Tokens(input=10, output=5, reasoning=1)))
        bus = Bus(self.told)
        parts = Parts(
            model="m",
            prompt="Be brief.",
            idle=3600,
            speaker=self.script,
            memory=Memory(1000),
            book=Book(database),
            conversations=Conversations(database, bus, HOUR, self.clock),
            record=Record(database, bus, PRICES, HOUR, self.clock),
            plan_of=self.plan_of,
            clock=self.clock,
        )
        self.assistant = Assistant(replace(parts, **changed))

    def clock(self) -> datetime:
        return self.now

    async def plan_of(self, user_id: int) -> Plan:
        return load_plans().free

    async def answered(self, question: Question = QUESTION) -> Wall:
        """A screen with the whole answer."""
        wall = Wall()
        await self.assistant.ask(question, wall)
        await until(lambda: not self.assistant.in_progress)
        return wall

    async def begun(self, question: Question = QUESTION) -> Wall:
        """A screen with an answer that does not end by itself."""
        wall = Wall()
        self.script.steps = ("So far", asyncio.Event())
        await self.assistant.ask(question, wall)
        await until(lambda: wall.drawn)
        return wall

    def facts(self, kind: type) -> list[Any]:
        return [fact for fact in self.told if isinstance(fact, kind)]


async def test_an_answer_is_shown_written_down_and_told(database: Database) -> None:
    room = Room(database)

    wall = await room.answered()

    assert wall.ends == [("Because", Outcome(state="done"))]
    (row,) = await rows_of(database, completions)
    assert (row["state"], row["model"], row["language"]) == ("done", "m", "en")
    assert (row["input_tokens"], row["output_tokens"], row["reasoning_tokens"]) == (10, 5, 1)
    assert (row["cost_usd"], row["unpriced_tokens"], row["message_id"]) == (20e-6, 1, None)
    assert not row["is_estimated"]
    (fact,) = room.facts(CompletionSucceeded)
    assert (fact.model, fact.output_tokens, fact.cost_usd) == ("m", 5, 20e-6)
    assert (fact.unpriced_tokens, fact.is_stopped) == (1, False)


async def test_a_question_is_on_disk_before_the_model_hears_it(database: Database) -> None:
    room = Room(database)

    await room.begun()

    (row,) = await rows_of(database, completions)
    assert (row["state"], row["is_estimated"], row["message_id"]) == ("running", True, 101)
    assert row["input_tokens"] > 0
    await room.assistant.close()


async def test_no_word_of_it_is_on_disk(sqlite: Database) -> None:
    room = Room(sqlite, Script("Because of the secret", Ending(None)))

    await room.answered(replace(QUESTION, text="What is the secret?"))

    assert sqlite.file
    files = sqlite.file.parent.glob(f"{sqlite.file.name}*")
    assert not any(b"secret" in file.read_bytes() for file in files)


async def test_a_failure_is_shown_written_down_and_told(database: Database) -> None:
    room = Room(database, Script(AssistantError(Trouble.SERVER)))

    wall = await room.answered()

    assert wall.ends == [("", Outcome(state="failed", error=Trouble.SERVER))]
    (row,) = await rows_of(database, completions)
    assert (row["state"], row["error"], row["input_tokens"]) == ("failed", "server", 0)
    (fact,) = room.facts(CompletionFailed)
    assert (fact.user_id, fact.model, fact.error) == (7, "m", "server")


async def test_what_was_stopped_counts_with_what_has_come(database: Database) -> None:
    room = Room(database)
    wall = await room.begun()

    assert room.assistant.stop(1, 8) == "foreign"
    assert room.assistant.stop(1, 7) == "stopped"
    await until(lambda: not room.assistant.in_progress)

    assert wall.ends == [("So far", Outcome(state="stopped"))]
    (fact,) = room.facts(CompletionSucceeded)
    assert (fact.is_stopped, fact.output_tokens) == (True, 2)
    assert room.assistant.stop(1, 7) == "over"


async def test_questions_of_one_talk_share_a_conversation(database: Database) -> None:
    room = Room(database)

    await room.answered()
    room.now += timedelta(minutes=59)
    await room.answered()

    (row,) = await rows_of(database, conversations)
    assert (row["status"], len(room.facts(ConversationStarted))) == ("open", 1)
    assert [one.text for one in room.script.asked[1]] == ["Be brief.", "Why?", "Because", "Why?"]


async def test_after_a_long_silence_a_new_conversation_begins(database: Database) -> None:
    room = Room(database)

    await room.answered()
    room.now += HOUR
    await room.answered()

    rows = await rows_of(database, conversations)
    assert [row["status"] for row in rows] == ["expired", "open"]
    assert [one.text for one in room.script.asked[1]] == ["Be brief.", "Why?"]
    (fact,) = room.facts(ConversationEnded)
    assert (fact.user_id, fact.chat_id, fact.messages) == (7, 7, 1)


async def test_silence_ends_a_conversation_by_itself(database: Database) -> None:
    room = Room(database)
    await room.answered()

    await room.assistant.expire()
    room.now += HOUR
    await room.assistant.expire()
    await room.assistant.expire()

    assert [row["status"] for row in await rows_of(database, conversations)] == ["expired"]
    assert len(room.facts(ConversationEnded)) == 1


async def test_people_and_chats_have_conversations_of_their_own(database: Database) -> None:
    room = Room(database)
    others = [replace(QUESTION, user_id=8), replace(QUESTION, chat_id=-5)]

    for question in (QUESTION, *others):
        await room.answered(question)

    assert len(await rows_of(database, conversations)) == 3
    assert all(len(asked) == 2 for asked in room.script.asked)


async def test_a_new_chat_ends_the_old_one_and_its_memory(database: Database) -> None:
    room = Room(database)
    await room.answered()

    assert await room.assistant.end_conversation(7, 7)
    assert not await room.assistant.end_conversation(7, 7)
    await room.answered()

    rows = await rows_of(database, conversations)
    assert [row["status"] for row in rows] == ["ended", "open"]
    assert len(room.script.asked[1]) == 2


@pytest.mark.parametrize("way", ["newchat", "forget"])
async def test_an_answer_to_what_was_forgotten_meanwhile_is_not_remembered(
    sqlite: Database, way: str
) -> None:
    memory = Memory(1000)
    room = Room(sqlite, memory=memory)
    await room.begun()

    if way == "newchat":
        await room.assistant.end_conversation(7, 7)
    else:
        room.assistant.forget(7)
    room.assistant.stop(1, 7)
    await until(lambda: not room.assistant.in_progress)

    assert len(memory) == 0


async def test_who_is_forgotten_is_not_remembered_in_memory(sqlite: Database) -> None:
    memory = Memory(1000)
    room = Room(sqlite, memory=memory)
    await room.answered()

    room.assistant.forget(7)

    assert len(memory) == 0


async def test_one_person_is_answered_once_at_a_time(sqlite: Database) -> None:
    room = Room(sqlite)
    await room.begun()

    with pytest.raises(BusyError) as refused:
        await room.assistant.ask(QUESTION, Wall())

    assert refused.value.kind == "yours"
    await room.assistant.close()


async def test_the_same_question_from_many_sides_at_once_is_asked_once(sqlite: Database) -> None:
    room = Room(sqlite)

    tries = [room.assistant.ask(QUESTION, Wall()) for _ in range(8)]
    found = await asyncio.gather(*tries, return_exceptions=True)
    await until(lambda: not room.assistant.in_progress)

    assert sum(isinstance(one, BusyError) for one in found) == 7
    assert len(room.script.asked) == 1


async def test_only_so_many_people_are_answered_at_once(sqlite: Database) -> None:
    room = Room(sqlite, at_once=1)
    await room.begun()

    with pytest.raises(BusyError) as refused:
        await room.assistant.ask(replace(QUESTION, user_id=8), Wall())

    assert refused.value.kind == "all"
    await room.assistant.close()


async def test_nobody_is_answered_after_the_end(sqlite: Database) -> None:
    room = Room(sqlite)
    await room.assistant.close()

    with pytest.raises(BusyError) as refused:
        await room.assistant.ask(QUESTION, Wall())

    assert refused.value.kind == "closing"


async def test_a_limit_lets_go_after_a_day(database: Database) -> None:
    room = Room(database)
    limit = load_plans().free.assistant.messages_a_day
    for _ in range(limit):
        await room.answered()

    with pytest.raises(LimitError) as refused:
        await room.assistant.ask(QUESTION, Wall())
    room.now += timedelta(days=1)
    await room.answered()

    reached = refused.value.limit
    assert (reached.kind, reached.limit) == ("messages", limit)
    assert reached.frees_at == NOON + timedelta(days=1)


@pytest.mark.parametrize(
    ("values", "count"),
    [
        ({"state": "done"}, 1),
        ({"state": "stopped"}, 1),
        ({"state": "failed", "error": "server"}, 0),
        ({"state": "interrupted", "error": "interrupted"}, 0),
        # Whoever blocks the bot in the middle of each answer would have no limit.
        ({"state": "failed", "error": "cancelled"}, 1),
    ],
)
async def test_only_what_the_person_had_a_part_in_is_held_against_them(
    sqlite: Database, values: dict[str, str], count: int
) -> None:
    await Room(sqlite).answered()
    async with sqlite.write("test") as connection:
        await connection.execute(update(completions).values(values))

    assert len(await Book(sqlite).spent(7, NOON - HOUR)) == count


async def test_who_was_refused_may_ask_again(sqlite: Database) -> None:
    room = Room(sqlite)
    async with sqlite.write("test") as connection:
        await connection.exec_driver_sql("ALTER TABLE completions RENAME TO away")
    with pytest.raises(Exception, match="no such table"):
        await room.assistant.ask(QUESTION, Wall())
    async with sqlite.write("test") as connection:
        await connection.exec_driver_sql("ALTER TABLE away RENAME TO completions")

    wall = await room.answered()

    assert wall.ends


async def test_an_end_that_was_written_already_is_neither_written_nor_told_again(
    database: Database,
) -> None:
    room = Room(database)
    wall = await room.begun()
    async with database.write("test") as connection:
        await connection.execute(update(completions).values(state="interrupted"))

    room.assistant.stop(1, 7)
    await until(lambda: not room.assistant.in_progress)

    (row,) = await rows_of(database, completions)
    assert (row["state"], room.facts(CompletionSucceeded), len(wall.ends)) == (
        "interrupted",
        [],
        1,
    )
