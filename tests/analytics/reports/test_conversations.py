"""Conversations count by when they began, and are told as they stand now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.reports.conversations import Talks, conversations
from bot.analytics.reports.figure import Unknown
from bot.database import feature_tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import (
    DAY,
    asked,
    cleaned,
    few_examples,
    milliseconds,
    old_record,
    replace,
    source_of,
)

MINUTE = timedelta(minutes=1)
# When it began, by whom, and how many questions it has, a minute apart.
Begun = tuple[datetime, int, int]


async def talked(database: Database, some: Sequence[Begun], **more: Any) -> None:
    """Conversations, their questions of ten tokens each."""
    talks, questions = [], []
    for number, (at, person, size) in enumerate(sorted(some), start=1):
        lasted = max(size - 1, 0) * MINUTE
        who = {"user_number": person, "chat_id": 1000 + person}
        begun = {"started_at": milliseconds(at), "last_at": milliseconds(at + lasted)}
        talks.append({"id": number, "status": "ended", **who, **begun, **more})
        for place in range(size):
            when = milliseconds(at + place * MINUTE)
            spent = {"input_tokens": 10, "cost_usd": 0.5, "asked_at": when, "ended_at": when}
            answered = {"conversation_id": number, "model": "m", "state": "done"}
            questions.append({**who, **answered, **spent})
    await replace(database, feature_tables.completions, [])
    await replace(database, feature_tables.conversations, talks)
    await replace(database, feature_tables.completions, questions)


async def report(database: Database, days: int = 7, **more: Any) -> Talks:
    return await conversations(source_of(database), asked(days, **more))


async def test_conversations_by_hand(database: Database) -> None:
    await old_record(database)
    some = [(NOON - DAY, 1, 1), (NOON - DAY, 2, 4), (NOON - 2 * DAY, 1, 1), (NOON - 9 * DAY, 3, 2)]
    await talked(database, some)

    found = await report(database)

    assert (found.begun.value, found.begun.before, found.people.value) == (3, 1, 2)
    assert (found.questions.value, found.each.value, found.short.value) == (6, 2, 2 / 3)
    assert (found.mean.value, found.p50.value, found.p95.value) == (60, 0, 180)
    assert found.statuses == {"ended": 3}
    assert [one.talks for one in found.lengths] == [2, 0, 1, 0, 0]
    assert [part.talks for part in found.timeline] == [0, 0, 0, 0, 1, 2, 0]
    latest = [(one.usage.messages, one.usage.tokens, one.usage.cost) for one in found.latest]
    assert latest == [(4, 40, 2.0), (1, 10, 0.5), (1, 10, 0.5)]


async def test_without_any_nothing_is_shared(sqlite: Database) -> None:
    await old_record(sqlite)

    found = await report(sqlite)

    assert (found.begun.value, found.each.unknown) == (0, Unknown.NO_UPDATES)
    assert found.latest == ()


async def test_a_conversation_without_questions_is_none_of_a_length(sqlite: Database) -> None:
    await old_record(sqlite)
    await talked(sqlite, [(NOON - DAY, 1, 0)])

    found = await report(sqlite)

    assert (found.begun.value, found.questions.value, found.short.value) == (1, 0, None)
    assert (found.latest[0].usage.messages, found.latest[0].usage.cost) == (0, 0.0)


async def test_questions_that_were_removed_are_not_counted_as_none(sqlite: Database) -> None:
    await old_record(sqlite)
    await talked(sqlite, [(NOON - DAY, 1, 1), (NOON - 9 * DAY, 1, 1)])
    await cleaned(sqlite, NOON - 8 * DAY)

    found = await report(sqlite)

    assert (found.questions.value, found.questions.unknown_before) == (1, Unknown.REMOVED)
    assert found.begun.before == 1


async def test_one_chat_has_its_own(sqlite: Database) -> None:
    await old_record(sqlite)
    await talked(sqlite, [(NOON - DAY, 1, 1), (NOON - DAY, 2, 2)])

    found = await report(sqlite, chat_id=1002)

    assert (found.begun.value, found.questions.value, len(found.latest)) == (1, 2, 1)


@few_examples
@given(
    some=st.lists(
        st.tuples(
            st.integers(1, 20 * 24).map(lambda hours: NOON - timedelta(hours=hours)),
            st.integers(1, 3),
            st.integers(0, 12),
        ),
        max_size=15,
    )
)
async def test_any_conversations_one_by_one(sqlite: Database, some: list[Begun]) -> None:
    await old_record(sqlite)
    await talked(sqlite, some)

    found = await report(sqlite, 9)

    mine = [one for one in some if one[0].date() >= (NOON - 8 * DAY).date()]
    sizes = [size for _, _, size in mine if size]
    assert sum(part.talks for part in found.timeline) == len(mine)
    assert sum(one.talks for one in found.lengths) == len(sizes)
    assert found.begun.value == len(mine)
    assert found.people.value == len({person for _, person, _ in mine})
    assert found.questions.value == sum(sizes)
