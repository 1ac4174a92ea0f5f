"""POST /api/v1/track/…: what other programs report is taken, as the bot would notice it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.database import tables
from bot.database.engine import Database
from bot.database.feature_tables import completions, conversations
from bot.tokens import Scope
from tests.analytics.moments import ANN, NOON
from tests.rows import rows_of
from tests.web.api.reporting import GOOD, KINDS, Program, nothing_is_there, reporting
from tests.web.conftest import Serve


@pytest.fixture
async def program(serve: Serve, sqlite: Database) -> AsyncIterator[Program]:
    async with reporting(serve, sqlite) as one:
        yield one


@pytest.mark.parametrize("kind", KINDS)
async def test_a_batch_is_taken_and_counted(program: Program, kind: str) -> None:
    response = await program.post(kind, GOOD[kind], GOOD[kind])

    assert (response.status, await response.json()) == (200, {"taken": 2})
    assert not await nothing_is_there(program)


@pytest.mark.parametrize("kind", KINDS)
async def test_who_may_only_read_may_not_report(program: Program, kind: str) -> None:
    response = await program.post(kind, GOOD[kind], scope=Scope.READ)

    assert response.status == 403
    assert await nothing_is_there(program)


async def test_an_admin_may_report(program: Program) -> None:
    assert (await program.post("message", GOOD["message"], scope=Scope.ADMIN)).status == 200


async def test_a_message_is_a_row_as_the_bot_would_write_it(program: Program) -> None:
    fact = {
        "user_id": ANN,
        "chat_id": -5,
        "chat_type": "group",
        "content_type": "photo",
        "title": "Us",
        "text": "secret",
        "command": "help",
        "source": "ads",
        "at": (NOON - timedelta(days=3)).isoformat(),
        "language": "de",
        "is_premium": True,
    }

    await program.post("message", fact)

    (person,) = await rows_of(program.yard.database, tables.users)
    rows = await rows_of(program.yard.database, tables.events)
    (chat,) = await rows_of(program.yard.database, tables.chats)
    message = next(row for row in rows if row["kind"] == "message")
    labels = {row["kind"]: row["label"] for row in rows}
    assert labels == {"start": "ads", "message": "photo", "command": "help"}
    assert (message["value"], message["text"], chat["title"]) == (6, None, "Us")
    assert (person["language"], person["is_premium"], person["source"]) == ("de", True, "ads")


async def test_a_text_is_kept_if_the_operator_wants_it(serve: Serve, sqlite: Database) -> None:
    async with reporting(serve, sqlite, keep_text=True) as program:
        await program.post("message", {"user_id": ANN, "text": "hel\0lo"})

    (row,) = await rows_of(sqlite, tables.events)
    assert row["text"] == "hello"


async def test_a_service_message_makes_nobody_active(program: Program) -> None:
    await program.post("message", {"user_id": ANN, "content_type": "system"})

    assert await rows_of(program.yard.database, tables.users) == []
    assert len(await rows_of(program.yard.database, tables.events)) == 1


@pytest.mark.parametrize(
    ("fact", "kind", "label"),
    [
        ({"kind": "command"}, "command", "other"),
        ({"kind": "button", "button": "buy"}, "button", "buy"),
        ({"kind": "button"}, "button", "other"),
    ],
)
async def test_an_activity_leaves_its_event(
    program: Program, fact: dict[str, Any], kind: str, label: str
) -> None:
    await program.post("activity", {"user_id": ANN, **fact})

    (row,) = await rows_of(program.yard.database, tables.events)
    assert (row["kind"], row["label"], row["chat_id"]) == (kind, label, ANN)


async def test_a_call_is_counted_with_its_outcome(program: Program) -> None:
    calls = [{"method": "x", "seconds": 1, "status": n} for n in (200, 302, 403, 404, 429, 500)]

    await program.post("api-usage", *calls, {"method": "x", "seconds": 1, "outcome": "timeout"})

    rows = await rows_of(program.yard.database, tables.metric_aggregates)
    assert {row["labels"]: row["count"] for row in rows if row["name"] == "api"} == {
        "x,ok": 2,
        "x,forbidden": 1,
        "x,bad_request": 1,
        "x,flood": 1,
        "x,server": 1,
        "x,timeout": 1,
    }


async def test_an_answer_that_took_long_began_before_it_was_reported(program: Program) -> None:
    answer = {"model": "tiny", "seconds": 90, "input_tokens": 3, "error": "timeout"}

    await program.post("conversation", {"user_id": ANN, "id": "t-1", "answers": [answer]})

    (row,) = await rows_of(program.yard.database, completions)
    (talk,) = await rows_of(program.yard.database, conversations)
    assert row["ended_at"] - row["asked_at"] == 90_000
    assert (row["state"], row["input_tokens"], row["unpriced_tokens"]) == ("failed", 3, 3)
    assert talk["tracked_as"].endswith(":t-1")
