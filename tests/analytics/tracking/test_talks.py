"""Conversations that other programs report stand beside those of the bot's own assistant."""

from __future__ import annotations

from datetime import timedelta

from bot.analytics.features.assistant import (
    CompletionFailed,
    CompletionSucceeded,
    ConversationStarted,
)
from bot.analytics.reports.assistant import assistant
from bot.analytics.reports.daily import daily
from bot.analytics.tracking.talks import Talk
from bot.assistant.book import Book
from bot.clock import from_milliseconds
from bot.database.engine import Database
from bot.database.feature_tables import completions, conversations
from bot.database.tables import events, users
from tests.analytics.moments import ANN, BOB, NOON
from tests.analytics.reports.business import asked
from tests.analytics.tracking.scene import DAY, HOUR, Yard, answered, claim, talked
from tests.rows import rows_of

MINUTE = timedelta(minutes=1)


async def take(yard: Yard, *talks: Talk) -> None:
    await yard.take(talks=talks)


async def test_an_answer_is_in_the_report_with_its_cost(database: Database) -> None:
    yard = Yard(database, NOON + HOUR)

    await take(yard, talked(), talked(name="helpdesk:2", user_id=BOB, chat_id=BOB))

    report = await assistant(yard.source, asked(7, now=yard.now))
    assert (report.conversations.value, report.messages.value, report.people.value) == (2, 2, 2)
    assert (report.tokens.value, report.cost.value, report.mean.value) == (30, 1.0, 2.0)
    assert report.statuses == {"ended": 2}


async def test_a_conversation_of_a_closed_day_is_in_the_report_of_its_day(
    database: Database,
) -> None:
    yard = Yard(database, NOON)
    at = NOON - 4 * DAY
    await take(yard, talked(NOON - 5 * DAY, name="helpdesk:0"))
    await yard.jobs()

    await take(yard, talked(at))

    found = (await daily(yard.source, asked(10))).days
    assert [one.day for one in found if one.conversations] == [(at - DAY).date(), at.date()]


async def test_who_talked_is_known_but_was_not_active(database: Database) -> None:
    yard = Yard(database)

    await take(yard, talked())

    (person,) = await rows_of(database, users)
    (row,) = await rows_of(database, completions)
    assert (person["first_seen_at"], row["user_number"]) == (None, person["number"])


async def test_the_same_name_again_adds_to_the_conversation(database: Database) -> None:
    yard = Yard(database, NOON + HOUR)
    later = talked(NOON + MINUTE, answers=[answered(NOON + MINUTE), answered(NOON + 2 * MINUTE)])

    await take(yard, talked())
    await take(yard, later)
    await take(yard, talked(NOON - MINUTE, answers=[answered(NOON - MINUTE)]))

    (row,) = await rows_of(database, conversations)
    ended = from_milliseconds(row["ended_at"])
    assert (ended, len(await rows_of(database, completions))) == (
        NOON + 2 * MINUTE + timedelta(seconds=2),
        4,
    )
    kinds = [one["kind"] for one in await rows_of(database, events)]
    assert kinds.count("conversation") == 1


async def test_the_same_name_twice_in_a_batch_is_one_conversation(database: Database) -> None:
    yard = Yard(database, NOON + HOUR)

    await take(yard, talked(), talked(NOON + MINUTE, answers=[answered(NOON + MINUTE)]))

    assert len(await rows_of(database, conversations)) == 1
    assert len(await rows_of(database, completions)) == 2


async def test_how_an_answer_ended_is_told(sqlite: Database) -> None:
    yard = Yard(sqlite, NOON + MINUTE)
    answers = [
        answered(),
        answered(is_stopped=True),
        answered(error="timeout"),
        answered(cost_usd=None),
    ]

    await take(yard, talked(answers=answers))

    rows = await rows_of(sqlite, completions)
    assert [row["state"] for row in rows] == ["done", "stopped", "failed", "done"]
    assert [row["unpriced_tokens"] for row in rows] == [0, 0, 0, 15]
    told = [type(one) for one in yard.told]
    assert told[0] is ConversationStarted
    assert (told.count(CompletionSucceeded), told.count(CompletionFailed)) == (3, 1)


async def test_a_batch_with_a_key_writes_a_conversation_once(database: Database) -> None:
    yard = Yard(database, NOON + MINUTE)

    for _ in range(2):
        await yard.take(talks=[talked()], claim=claim())

    assert len(await rows_of(database, conversations)) == 1
    assert len(await rows_of(database, completions)) == 1


async def test_what_others_answered_takes_nothing_from_what_a_plan_allows(
    sqlite: Database,
) -> None:
    yard = Yard(sqlite, NOON + MINUTE)

    await take(yard, talked())

    assert await Book(sqlite).spent(ANN, NOON - DAY) == []


async def test_whoever_is_forgotten_leaves_a_conversation_that_nobody_can_name(
    database: Database,
) -> None:
    yard = Yard(database, NOON + HOUR)
    await take(yard, talked())
    await yard.people.forget(ANN)

    await take(yard, talked())

    old, new = await rows_of(database, conversations)
    assert (old["user_number"], old["tracked_as"]) == (None, None)
    assert new["tracked_as"] == "helpdesk:1"
