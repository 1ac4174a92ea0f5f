"""Tokens are counted by type; their cost is what was written, and never 0 for want of a price."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.reports.assistant import ModelUsage, PersonUsage, assistant
from bot.analytics.reports.figure import Figure, Unknown
from bot.analytics.reports.kept import Spread
from bot.analytics.reports.usage import Usage
from bot.database import feature_tables, tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import (
    DAY,
    HOUR,
    asked,
    cleaned,
    few_examples,
    milliseconds,
    old_record,
    replace,
    source_of,
)
from tests.rows import put, user

FREE: dict[str, Any] = {"cost_usd": None, "unpriced_tokens": 100}


def question(talk: int, at: datetime, **more: Any) -> dict[str, Any]:
    """A row of completions: number 1 asks, 60 + 20 + 15 + 5 tokens, one cent, two seconds."""
    return {
        "conversation_id": talk,
        "user_number": 1,
        "chat_id": 1001,
        "model": "wise",
        "state": "done",
        "error": None,
        "input_tokens": 60,
        "cached_input_tokens": 20,
        "output_tokens": 15,
        "reasoning_tokens": 5,
        "unpriced_tokens": 0,
        "is_estimated": False,
        "cost_usd": 0.01,
        "seconds": 2.0,
        "asked_at": milliseconds(at),
        **more,
    }


def talk(number: int, at: datetime, status: str = "ended") -> dict[str, Any]:
    when = milliseconds(at)
    return {"id": number, "status": status, "started_at": when, "last_at": when}


async def has(database: Database, *questions: dict[str, Any]) -> None:
    """Old talks, if need be, and questions in them."""
    talks = [
        talk(n, NOON - 90 * DAY) for n in sorted({one["conversation_id"] for one in questions})
    ]
    await put(database, feature_tables.conversations, *talks)
    await put(database, feature_tables.completions, *questions)


def values(figure: Figure) -> tuple[float | None, float | None]:
    return figure.value, figure.before


async def test_questions_tokens_and_costs(database: Database) -> None:
    await old_record(database)
    now = NOON - DAY
    await has(
        database,
        question(1, now),
        question(1, now, cost_usd=0.03, seconds=4.0, is_estimated=True, state="stopped"),
        question(2, now, user_number=2, **FREE),
        question(2, now, user_number=2, state="failed", error="timeout", seconds=60.0, **FREE),
        question(3, now, user_number=3, state="running", **FREE),
        question(4, NOON - 8 * DAY),
    )

    report = await assistant(source_of(database), asked(7))

    assert (values(report.messages), values(report.answered)) == ((4, 1), (3, 1))
    assert (report.people.value, report.talks.value) == (2, 2)
    assert (values(report.tokens), values(report.unpriced)) == ((400, 100), (200, 0))
    types = (report.input, report.cached_input, report.output, report.reasoning)
    assert [figure.value for figure in types] == [240, 80, 60, 20]
    assert report.cost.value == pytest.approx(0.04)
    assert report.cost.before == pytest.approx(0.01)
    assert report.cost_person.value == report.cost_conversation.value == pytest.approx(0.02)
    assert (report.tokens_person.value, report.messages_each.value) == (200, 2)
    assert report.estimated.value == 1
    assert report.mean.value == pytest.approx(8 / 3)
    assert report.p50.value == 2
    assert report.errors == {"timeout": 1}


async def test_without_a_price_no_cost_is_known(database: Database) -> None:
    await has(database, question(1, NOON - DAY, **FREE))

    report = await assistant(source_of(database), asked(7))

    costs = (report.cost, report.cost_person, report.cost_conversation)
    assert [figure.value for figure in costs] == [None] * 3
    assert {figure.unknown for figure in costs} == {Unknown.NO_PRICE}
    assert report.models[0].usage.cost is None
    assert [part.cost for part in report.timeline] == [0, 0, 0, 0, 0, None, 0]


async def test_models_people_and_conversations_have_their_own(database: Database) -> None:
    await put(database, tables.users, user(1, name="Ann"), user(2))
    await has(
        database,
        question(1, NOON - DAY),
        question(1, NOON - DAY, seconds=4.0),
        question(2, NOON - DAY, user_number=2, model="quick", **FREE),
        question(3, NOON - DAY, user_number=None, output_tokens=0),
    )

    report = await assistant(source_of(database), asked(7))

    wise, quick = report.models
    assert (wise.model, wise.usage.messages, wise.usage.tokens) == ("wise", 3, 285)
    assert wise.took == Spread(count=3, mean=8 / 3, p50=2, p95=4)
    free = Usage(
        messages=1,
        answered=1,
        input=60,
        cached_input=20,
        output=15,
        reasoning=5,
        unpriced=100,
        cost=None,
    )
    assert quick == ModelUsage(
        model="quick", usage=free, took=Spread(count=1, mean=2, p50=2, p95=2)
    )
    assert [(one.telegram_id, one.name) for one in report.top_people] == [
        (1001, "Ann"),
        (1002, None),
        (None, None),
    ]
    assert report.top_people[1] == PersonUsage(telegram_id=1002, name=None, usage=free)
    assert [one.id for one in report.top_conversations] == [1, 2, 3]


async def test_conversations_are_counted_by_when_they_began(database: Database) -> None:
    await old_record(database)
    rows = [talk(1, NOON - DAY), talk(2, NOON - DAY, "open"), talk(3, NOON - 8 * DAY, "expired")]
    await put(database, feature_tables.conversations, *rows)

    report = await assistant(source_of(database), asked(7))

    assert values(report.conversations) == (2, 1)
    assert report.statuses == {"ended": 1, "open": 1}


async def test_what_was_removed_is_unknown_and_cost_not_nothing(sqlite: Database) -> None:
    await old_record(sqlite)
    await has(sqlite, question(1, NOON - DAY))
    await cleaned(sqlite, NOON - 9 * DAY)

    recent, long = [await assistant(source_of(sqlite), asked(days)) for days in (7, 11)]

    assert (values(recent.tokens), recent.tokens.unknown_before) == ((100, None), Unknown.REMOVED)
    assert (long.messages.unknown, long.cost.unknown) == (Unknown.REMOVED,) * 2
    assert (values(long.conversations), recent.kept_since) == ((0, 0), None)
    assert [part.tokens for part in long.timeline] == [None, None, *[0] * 7, 100, 0]


async def test_a_chat_is_asked_for_alone(sqlite: Database) -> None:
    await has(sqlite, question(1, NOON - DAY), question(2, NOON - DAY, chat_id=-5))

    report = await assistant(source_of(sqlite), asked(7, chat_id=-5))

    assert report.messages.value == 1


async def test_nothing_asked_costs_nothing_and_has_no_mean(sqlite: Database) -> None:
    await old_record(sqlite)

    report = await assistant(source_of(sqlite), asked(7))

    assert (report.messages.value, report.cost.value) == (0, 0)
    assert report.cost_person.unknown is Unknown.NO_UPDATES


questions = st.builds(
    question,
    st.integers(1, 2),
    st.integers(1, 300).map(lambda hours: NOON - hours * HOUR),
    user_number=st.integers(1, 2),
    model=st.sampled_from(["wise", "quick"]),
    state=st.sampled_from(["done", "failed", "running", "stopped", "interrupted"]),
    output_tokens=st.integers(0, 50),
    cost_usd=st.sampled_from([None, 0.25, 0.5]),
)


@few_examples
@given(st.lists(questions, max_size=20))
async def test_the_assistant_is_what_adding_up_one_by_one_gives(
    sqlite: Database, some: list[dict[str, Any]]
) -> None:
    talks = [talk(1, NOON - DAY), talk(2, NOON - DAY)]
    await replace(sqlite, feature_tables.completions, [])
    await replace(sqlite, feature_tables.conversations, talks)
    await replace(sqlite, feature_tables.completions, some)
    query = asked(7)

    report = await assistant(source_of(sqlite), query)

    mine = [
        one
        for one in some
        if one["asked_at"] >= query.period.start_at and one["state"] != "running"
    ]
    for model in ("wise", "quick"):
        rows = [one for one in mine if one["model"] == model]
        usage = next((one.usage for one in report.models if one.model == model), Usage())
        assert usage.messages == len(rows)
        assert usage.output == sum(one["output_tokens"] for one in rows)
        costs = [one["cost_usd"] for one in rows if one["cost_usd"] is not None]
        assert usage.cost == (sum(costs) if costs or not rows else None)
    assert sum(part.messages or 0 for part in report.timeline) == len(mine)
