"""Pages of others: only those that are named may read the API, and only with a token."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.conftest import Answer, Running, Serve

FRIEND, STRANGER = "https://app.example", "https://evil.example"
PATH = "/api/openapi.json"
ASKS = {"Access-Control-Request-Method": "POST"}


async def asked(
    serve: Serve, origin: str | None, method: str = "GET", path: str = PATH, **headers: str
) -> Answer:
    running: Running = await serve(settings={"api_allowed_origins": FRIEND})
    sent = headers | ({"Origin": origin} if origin else {})
    return await running.call(path, method, headers=sent)


def told(answer: Any) -> set[str]:
    return {name.lower() for name in answer.headers if name.lower().startswith("access-control")}


@pytest.mark.parametrize("path", [PATH, "/api/v1/analytics/summary"])
async def test_a_named_page_may_read_answers_and_refusals(serve: Serve, path: str) -> None:
    answer = await asked(serve, FRIEND, path=path)

    assert answer.headers["Access-Control-Allow-Origin"] == FRIEND
    exposed = answer.headers["Access-Control-Expose-Headers"]
    assert exposed == "ETag, Retry-After, Idempotency-Replayed, Content-Disposition"
    assert "Origin" in answer.headers["Vary"]


async def test_a_named_page_may_ask_what_it_may_ask(serve: Serve) -> None:
    answer = await asked(serve, FRIEND, "OPTIONS", "/api/v1/query", **ASKS)

    allowed = answer.headers["Access-Control-Allow-Headers"]
    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == FRIEND
    assert allowed == "Authorization, Content-Type, If-None-Match, Idempotency-Key"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert int(answer.headers["Access-Control-Max-Age"]) > 0


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
@pytest.mark.parametrize(
    "origin", [STRANGER, "null", "https://app.example.evil.example", "http://app.example", None]
)
async def test_no_other_page_may(serve: Serve, origin: str | None, method: str) -> None:
    answer = await asked(serve, origin, method, **ASKS)

    assert told(answer) == set()
    # Or a cache would hand what a friend may read to a stranger, or the other way round.
    assert answer.headers["Vary"] == "Origin"
    assert answer.status != 204


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
async def test_a_cookie_never_counts_for_another_page(serve: Serve, method: str) -> None:
    answer = await asked(serve, FRIEND, method, **ASKS)

    assert "access-control-allow-credentials" not in told(answer)
    assert "X-CSRF-Token" not in answer.headers.get("Access-Control-Allow-Headers", "")


@pytest.mark.parametrize("path", ["/health", "/metrics", "/dashboard/session", "/api/docs"])
async def test_only_the_api_is_for_other_pages(serve: Serve, path: str) -> None:
    answer = await asked(serve, FRIEND, path=path)

    assert told(answer) == set()


async def test_without_the_setting_nothing_is_said(serve: Serve) -> None:
    running = await serve()

    plain = await running.call(PATH, headers={"Origin": FRIEND})
    before = await running.call(PATH, "OPTIONS", headers={"Origin": FRIEND, **ASKS})

    assert told(plain) | told(before) == set()
    assert "Vary" not in plain.headers
