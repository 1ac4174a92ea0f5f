"""POST /api/v1/query: questions as JSON, answered with what they are about."""

from __future__ import annotations

from typing import Any

import pytest

from bot.database.engine import Database
from bot.tokens import Scope, Tokens
from tests.web.api.asking import OWN, body
from tests.web.api.query_scene import IS_TEXT, PATH, Client, asking, scene_of
from tests.web.conftest import Serve


@pytest.fixture
async def client(serve: Serve, database: Database) -> Client:
    return await asking(serve, await scene_of(database))


@pytest.fixture
async def quick(serve: Serve, sqlite: Database) -> Client:
    """The same, where the kind of database is not the point."""
    return await asking(serve, await scene_of(sqlite))


async def test_an_answer_has_results_and_says_what_they_are(client: Client) -> None:
    told = await client.told(
        metrics=["messages", "people"],
        date_range={"days": 7},
        dimensions=["language"],
        compare="previous",
        pagination={"limit": 1},
    )

    assert told["results"] == [
        {
            "dimensions": {"language": "de"},
            "values": {"messages": 2, "people": 2},
            "before": {"messages": 0, "people": 0},
        }
    ]
    meta = told["meta"]
    assert (meta["rows"], meta["zone"], meta["is_synthetic"]) == (2, "UTC", True)
    assert meta["page"] == {"limit": 1, "offset": 0, "next_offset": 1}
    assert meta["totals"] == {
        "values": {"messages": 2, "people": 2},
        "before": {"messages": 1, "people": 1},
    }
    assert (meta["period"]["first_day"], meta["before"]["first_day"]) == (
        "2025-12-26",
        "2025-12-19",
    )
    assert meta["period"]["end"] == "2026-01-01T12:00:00Z"


async def test_the_question_comes_back_with_every_default(quick: Client) -> None:
    told = await quick.told()

    assert told["query"] == {
        "metrics": ["messages"],
        "date_range": {"first_day": "2025-12-03", "last_day": "2026-01-01"},
        "dimensions": [],
        "filters": None,
        "compare": "none",
        "order_by": [{"by": "messages", "direction": "desc"}],
        "pagination": {"limit": 100, "offset": 0},
    }
    assert told["results"][0]["before"] is None


HAS_DONE = {"has_done": {"act": "command", "name": "help", "at_least": 1}}
FILTERS = [
    (IS_TEXT, 2),
    ({"field": "content_type", "op": "ne", "value": "text"}, 1),
    ({"field": "chat_type", "op": "in", "value": ["group", None]}, 1),
    ({"not": {"or": [IS_TEXT, {"field": "day", "op": "eq", "value": "2025-12-24"}]}}, 0),
    ({"and": [IS_TEXT, {"field": "hour", "op": "in", "value": [11]}]}, 1),
    (HAS_DONE, 1),
    ({"has_done": {"act": "message", "date_range": {"days": 1}}}, 1),
    ({"field": "source", "op": "eq", "value": "blog"}, 1),
]


@pytest.mark.parametrize(("filters", "count"), FILTERS)
async def test_filters_narrow_and_the_question_can_be_sent_again(
    client: Client, filters: Any, count: int
) -> None:
    told = await client.told(filters=filters, dimensions=["day"])
    again = body(await client.post(told["query"]))

    assert told["meta"]["totals"]["values"] == {"messages": count}
    assert (again["query"], again["results"]) == (told["query"], told["results"])


async def test_what_cannot_be_known_says_why(quick: Client) -> None:
    told = await quick.told(
        metrics=["messages", "download_success"], date_range={"days": 40}, dimensions=["day"]
    )

    unknown = {"value": None, "reason": "not_recorded_then"}
    assert told["results"][0]["values"] == {"messages": unknown, "download_success": unknown}
    assert told["results"][-1]["values"] == {
        "messages": 1,
        "download_success": {"value": None, "reason": "no_updates"},
    }
    assert "The records begin on 2025-12-02" in told["meta"]["warnings"][0]


async def test_what_takes_too_long_says_what_to_narrow(serve: Serve, sqlite: Database) -> None:
    client = await asking(serve, await scene_of(sqlite), seconds=1e-9)

    answer = await client.post({"metrics": ["messages"]})

    assert answer.status in {422, 503}
    assert "Ask about fewer days" in answer.text or answer.headers["Retry-After"] == "1"


async def test_only_who_may_read_is_answered(quick: Client, sqlite: Database) -> None:
    _, tracker = await Tokens(sqlite).create("tracker", Scope.TRACK)
    _, reader = await Tokens(sqlite).create("reader", Scope.READ)

    statuses = [
        (await quick.post({"metrics": ["people"]}, token)).status
        for token in ("", "x", tracker, reader, OWN)
    ]

    assert statuses == [401, 401, 403, 200, 200]


async def test_the_description_has_the_question_and_the_answer(quick: Client) -> None:
    described = body(await quick.running.call("/api/openapi.json"))

    operation = described["paths"][PATH]["post"]
    schemas = described["components"]["schemas"]
    assert operation["requestBody"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/QueryBody"
    }
    assert {"200", "400", "422", "503"} <= set(operation["responses"])
    assert schemas["QueryFilter"]["properties"]["and"]["anyOf"][0]["items"] == {
        "$ref": "#/components/schemas/QueryFilter"
    }
    assert {"QueryAnswer", "QueryMeta", "QueryUnknown"} <= set(schemas)
