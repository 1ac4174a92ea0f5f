"""/api/v1: reports for whoever has a token, and clear words for whoever has not."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import orjson
import pytest
from aiohttp import ClientResponse, ClientSession, web
from prometheus_client import CollectorRegistry

from bot.analytics.bus import Bus
from bot.analytics.render.words import Words
from bot.analytics.reports.desk import Reports
from bot.analytics.shelf import SHELF
from bot.analytics.views import Views
from bot.database.engine import Database
from bot.tokens import Scope, Tokens
from bot.web.api.access import BURST, ApiAccess
from bot.web.api.endpoint import V1
from bot.web.api.guesses import WRONG_BURST
from bot.web.api.offered import REPORTS
from bot.web.api.openapi import api_routes
from bot.web.api.reports import ReportDoors
from tests.analytics.reports.business import source_of
from tests.web.conftest import Running, Seconds, Serve

OWN = "a-token-of-the-settings"
DASHBOARD = f"{V1}/analytics/dashboard"


@dataclass
class Client:
    """Calls the API with a token."""

    running: Running
    session: ClientSession
    tokens: Tokens
    clock: Seconds
    secret: str

    async def get(self, path: str, token: str | None = None, **headers: str) -> ClientResponse:
        """The answer to GET *path* with *token*, or the one that may read."""
        bearer = {"Authorization": f"Bearer {self.secret if token is None else token}"}
        url = f"{self.running.server.url}{path}"
        response = await self.session.get(url, headers={**bearer, **headers})
        await response.read()
        return response


@pytest.fixture
async def client(serve: Serve, sqlite: Database) -> AsyncIterator[Client]:
    tokens, clock = Tokens(sqlite), Seconds()
    desk = Reports(source_of(sqlite), CollectorRegistry(), {}, zone=UTC, bus=Bus())
    access = ApiAccess(tokens, OWN, clock)
    endpoints = ReportDoors(Views(desk), Words(zone=UTC)).endpoints()
    running = await serve(routes=api_routes(endpoints, access))
    _, secret = await tokens.create("reader", Scope.READ)
    async with ClientSession(auto_decompress=False) as session:
        yield Client(running, session, tokens, clock, secret)


async def told(response: ClientResponse) -> dict[str, Any]:
    body = await response.read()
    if response.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    data: dict[str, Any] = orjson.loads(body)
    return data


def test_every_report_can_be_asked_for() -> None:
    assert {asked.report for asked in REPORTS} == set(SHELF)


@pytest.mark.parametrize("asked", REPORTS, ids=lambda one: one.path)
async def test_a_report_is_the_one_of_every_view(client: Client, asked: Any) -> None:
    response = await client.get(f"{V1}/{asked.path}?days=7")

    report = await told(response)
    assert response.status == 200
    assert (report["schema_version"], report["period"]["days"]) == (1, 7)


async def test_who_has_the_answer_already_gets_it_no_second_time(client: Client) -> None:
    first = await client.get(DASHBOARD)
    second = await client.get(DASHBOARD, **{"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "private, no-cache"
    assert (second.status, await second.read()) == (304, b"")
    assert second.headers["ETag"] == first.headers["ETag"]


async def test_who_takes_it_packed_gets_it_packed(client: Client) -> None:
    plain = await client.get(DASHBOARD, **{"Accept-Encoding": "identity"})
    packed = await client.get(DASHBOARD, **{"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(await packed.read()) == await plain.read()


@pytest.mark.parametrize(
    ("query", "field", "problem"),
    [
        ("days=0", "days", "greater than or equal to 1"),
        ("days=91", "days", "less than or equal to 90"),
        ("days=soon", "days", "valid integer"),
        ("days=1.5", "days", "valid integer"),
        ("colour=red", "colour", "is unknown here"),
        ("days=1&days=2", "days", "stands there more than once"),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_its_name(
    client: Client, query: str, field: str, problem: str
) -> None:
    response = await client.get(f"{DASHBOARD}?{query}")

    trouble = await told(response)
    (fault,) = trouble["errors"]
    assert (response.status, response.content_type) == (400, "application/problem+json")
    assert fault["field"] == field and problem in fault["problem"]


async def test_a_timeline_is_cut_as_asked(client: Client) -> None:
    hours = await told(await client.get(f"{V1}/analytics/timeline?days=1&interval=hourly"))
    response = await client.get(f"{V1}/analytics/timeline?interval=yearly")

    (table,) = [block for block in hours["blocks"] if block["kind"] == "table"][:1]
    assert len(table["rows"]) > 1
    assert (await told(response))["errors"][0]["field"] == "interval"


@pytest.mark.parametrize("path", [f"{V1}/{asked.path}" for asked in REPORTS] + [f"{V1}/export/x"])
async def test_without_a_token_every_door_is_closed(client: Client, path: str) -> None:
    response = await client.get(path, token="")

    assert response.status == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert "telegauge token create" in (await told(response))["detail"]


async def test_a_token_for_something_else_is_told_so(client: Client) -> None:
    _, tracker = await client.tokens.create("tracker", Scope.TRACK)

    response = await client.get(DASHBOARD, token=tracker)

    assert response.status == 403
    assert "'tracker' is for track; this needs read" in (await told(response))["detail"]


async def test_the_token_of_the_settings_opens_everything(client: Client) -> None:
    assert (await client.get(DASHBOARD, token=OWN)).status == 200


async def test_a_revoked_token_is_trusted_for_seconds_only(client: Client) -> None:
    await client.get(DASHBOARD)
    await client.tokens.revoke("reader")

    within = await client.get(DASHBOARD)
    client.clock.now += 6
    after = await client.get(DASHBOARD)

    assert (within.status, after.status) == (200, 401)


async def test_who_guesses_has_to_wait(client: Client) -> None:
    statuses = [(await client.get(DASHBOARD, token="x")).status for _ in range(int(WRONG_BURST))]
    response = await client.get(DASHBOARD, token="x")

    assert set(statuses) == {401}
    assert (response.status, response.headers["Retry-After"]) == (429, "2")
    client.clock.now += 10
    assert (await client.get(DASHBOARD, token="x")).status == 401


async def test_who_sends_nothing_guesses_nothing(client: Client) -> None:
    statuses = [(await client.get(DASHBOARD, token="")).status for _ in range(30)]
    wrong = await client.get(DASHBOARD, token="x")

    assert {*statuses, wrong.status} == {401}


async def test_who_has_a_token_need_not_wait_for_those_who_guess(client: Client) -> None:
    for _ in range(int(WRONG_BURST) + 1):
        await client.get(DASHBOARD, token="x")

    assert (await client.get(DASHBOARD)).status == 200


async def test_who_asks_too_often_has_to_wait(sqlite: Database) -> None:
    tokens, clock = Tokens(sqlite), Seconds()
    _, secret = await tokens.create("reader", Scope.READ)
    access = ApiAccess(tokens, None, clock)
    request = _asking(secret)
    for _ in range(int(BURST)):
        await access.require(request, Scope.READ)

    with pytest.raises(web.HTTPTooManyRequests) as refused:
        await access.require(request, Scope.READ)

    assert refused.value.headers["Retry-After"] == "1"


def _asking(secret: str) -> web.Request:
    from aiohttp.test_utils import make_mocked_request  # noqa: PLC0415  for this test only

    return make_mocked_request("GET", "/", headers={"Authorization": f"Bearer {secret}"})


@pytest.mark.parametrize(
    ("ending", "kind", "begins"),
    [
        ("csv", "text/csv", b""),
        ("json", "application/json", b"{"),
        ("pdf", "application/pdf", b"%PDF"),
    ],
)
async def test_a_report_comes_as_a_file(
    client: Client, ending: str, kind: str, begins: bytes
) -> None:
    response = await client.get(f"{V1}/export/users.{ending}?days=7")

    assert (response.status, response.content_type) == (200, kind)
    assert (await response.read()).startswith(begins)
    assert response.headers["Content-Disposition"].endswith(f'"telegauge-users.{ending}"')


async def test_a_chart_comes_as_a_picture(client: Client) -> None:
    response = await client.get(f"{V1}/export/audience.png?days=7")

    assert (await response.read()).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["nothing.csv", "users.exe", "users", "..%2Fusers.csv"])
async def test_a_file_that_is_not_there_is_refused(client: Client, name: str) -> None:
    response = await client.get(f"{V1}/export/{name}")

    assert response.status == 404


async def test_the_description_names_every_door_and_every_word(client: Client) -> None:
    described = await told(await client.get("/api/openapi.json", token=""))

    paths = described["paths"]
    timeline = {
        one["name"]: one["schema"]
        for one in paths[f"{V1}/analytics/timeline"]["get"]["parameters"]
    }
    assert described["openapi"] == "3.1.0"
    others = {f"{V1}/export/{{report}}"}
    assert set(paths) == {f"{V1}/{asked.path}" for asked in REPORTS} | others
    assert (timeline["days"]["minimum"], timeline["days"]["maximum"]) == (1, 365)
    assert set(timeline["interval"]["enum"]) == {"hourly", "daily", "weekly", "monthly"}
