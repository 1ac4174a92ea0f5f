"""POST /api/v1/track/…: what is wrong is named, and what is sent again is counted once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.database import tables
from bot.database.engine import Database
from bot.tokens import Scope
from tests.analytics.moments import NOON
from tests.rows import rows_of
from tests.web.api.reporting import GOOD, Program, nothing_is_there, reporting
from tests.web.conftest import Serve


@pytest.fixture
async def program(serve: Serve, sqlite: Database) -> AsyncIterator[Program]:
    async with reporting(serve, sqlite) as one:
        yield one


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("message", {"colour": 1}, "colour"),
    ("message", {"user_id": "1001"}, "user_id"),
    ("message", {"user_id": 0}, "user_id"),
    ("message", {"user_id": 2**53}, "user_id"),
    ("message", {"user_id": True}, "user_id"),
    ("message", {"length": -1}, "length"),
    ("message", {"text": "x" * 4_097}, "text"),
    ("message", {"at": "2026-01-01T12:00:00"}, "at"),
    ("message", {"at": 1767268800}, "at"),
    ("message", {"at": "0001-01-01T00:00:00+14:00"}, "at"),
    ("message", {"at": "9999-12-31T23:59:59-14:00"}, "at"),
    ("message", {"at": (NOON + timedelta(seconds=61)).isoformat()}, "at"),
    ("message", {"at": (NOON - timedelta(days=91)).isoformat()}, "at"),
    ("message", {"chat_type": "group"}, "chat_id"),
    ("message", {"chat_id": -5}, "chat_id"),
    ("message", {"command": "no blank"}, "command"),
    ("message", {"language": "x" * 40}, "language"),
    ("message", {"source": "a b"}, "source"),
    ("activity", {"kind": "message"}, "kind"),
    ("activity", {"button": "buy"}, "button"),
    ("api-usage", {"method": "a,b"}, "method"),
    ("api-usage", {"outcome": "ok"}, "outcome"),
    ("api-usage", {"status": None}, "outcome"),
    ("api-usage", {"seconds": 1e9}, "seconds"),
    ("conversation", {"id": "no blank"}, "id"),
    ("conversation", {"answers": [{"model": "m"}]}, "answers.0.seconds"),
    ("conversation", {"answers": [{"model": "m,", "seconds": 1}]}, "answers.0.model"),
    (
        "conversation",
        {"answers": [{"model": "m", "seconds": 600, "at": NOON.isoformat()}]},
        "answers.0.seconds",
    ),
]


@pytest.mark.parametrize(("kind", "wrong", "field"), BAD)
async def test_one_wrong_field_is_named_and_nothing_is_taken(
    program: Program, kind: str, wrong: dict[str, Any], field: str
) -> None:
    status, named, problem = await program.refused(kind, GOOD[kind], GOOD[kind] | wrong)

    assert (status, named) == (400, f"facts.1.{field}")
    assert problem
    assert await nothing_is_there(program)


@pytest.mark.parametrize("count", [0, 1_001])
async def test_a_batch_has_a_size(program: Program, count: int) -> None:
    status, field, _ = await program.refused("message", *[GOOD["message"]] * count)

    assert (status, field) == (400, "facts")


async def test_a_thousand_facts_are_taken_at_once(program: Program) -> None:
    some = [{"user_id": n, "length": 5} for n in range(1, 1_001)]

    response = await program.post("message", *some)

    assert await response.json() == {"taken": 1_000}
    assert len(await rows_of(program.yard.database, tables.events)) == 1_000


async def test_a_body_that_is_too_large_is_refused(program: Program) -> None:
    response = await program.send("message", b" " * (2**20 + 1))

    assert response.status == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"facts": {}}', b'{"facts": ["\xff"]}'])
async def test_what_is_no_batch_is_refused(program: Program, body: bytes) -> None:
    assert (await program.send("message", body)).status == 400


async def test_the_same_key_is_answered_the_same_and_counted_once(program: Program) -> None:
    answers = [
        await program.post("message", GOOD["message"], Idempotency_Key="k") for _ in range(2)
    ]

    assert [one.status for one in answers] == [200, 200]
    assert [await one.json() for one in answers] == [{"taken": 1}] * 2
    assert "Idempotency-Replayed" not in answers[0].headers
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert len(await rows_of(program.yard.database, tables.events)) == 1


async def test_the_same_key_with_another_body_or_place_is_refused(program: Program) -> None:
    await program.post("message", GOOD["message"], Idempotency_Key="k")

    body = await program.post("message", GOOD["message"] | {"length": 6}, Idempotency_Key="k")
    place = await program.send("activity", b'{"facts": []}', Idempotency_Key="k")
    other = await program.post("activity", GOOD["activity"], Idempotency_Key="k")

    assert [one.status for one in (body, place, other)] == [422, 400, 422]
    assert len(await rows_of(program.yard.database, tables.events)) == 1


async def test_the_same_key_of_another_token_is_another_key(program: Program) -> None:
    for scope in (Scope.TRACK, Scope.ADMIN):
        await program.post("message", GOOD["message"], scope=scope, Idempotency_Key="k")

    assert len(await rows_of(program.yard.database, tables.events)) == 2


@pytest.mark.parametrize("key", ["", "a b", "x" * 129, "ä"])
async def test_a_key_that_is_none_is_refused(program: Program, key: str) -> None:
    response = await program.post("message", GOOD["message"], Idempotency_Key=key)

    assert response.status == 400
    assert (await response.json(content_type=None))["errors"][0]["field"] == "Idempotency-Key"
    assert await nothing_is_there(program)


async def test_while_the_database_is_away_it_is_said_when_to_ask_again(
    program: Program,
) -> None:
    before = await program.post("message", GOOD["message"])  # the token is known for a while
    async with program.yard.database.write("test") as connection:
        await connection.exec_driver_sql("ALTER TABLE tracked_batches RENAME TO hidden")
    response = await program.post("message", GOOD["message"], Idempotency_Key="k")

    assert (before.status, response.status) == (200, 503)
    assert int(response.headers["Retry-After"]) >= 1
    assert len(await rows_of(program.yard.database, tables.events)) == 1


async def test_a_token_that_cannot_be_looked_up_is_no_wrong_token(program: Program) -> None:
    async with program.yard.database.write("test") as connection:
        await connection.exec_driver_sql("ALTER TABLE api_tokens RENAME TO hidden")

    response = await program.post("message", GOOD["message"])

    assert (response.status, response.headers["Retry-After"]) == (503, "5")
