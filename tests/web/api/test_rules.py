"""The rules of alerts, seen and read again over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.database.engine import Database
from bot.tokens import Scope, Tokens
from bot.web.api.access import ApiAccess
from bot.web.api.openapi import api_routes
from bot.web.api.rules import RELOAD, RULES, RuleDoors
from tests.alerts.own_scene import QUEUE
from tests.alerts.test_rulebook import Operator
from tests.web.conftest import Serve

OWN = "a-token-of-the-settings"


class Caller:
    """Asks with a token."""

    def __init__(self, url: str, session: ClientSession, operator: Operator, reader: str) -> None:
        self._url = url
        self._session = session
        self.operator = operator
        self.reader = reader

    async def ask(self, method: str, path: str, token: str = OWN) -> tuple[int, dict[str, Any]]:
        """The status and what was told."""
        headers = {"Authorization": f"Bearer {token}"}
        async with self._session.request(method, f"{self._url}{path}", headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def own(self) -> list[str]:
        """The names of the operator's rules."""
        _, told = await self.ask("GET", RULES)
        return [rule["name"] for rule in told["rules"] if rule["origin"] == "file"]


@pytest.fixture
async def caller(serve: Serve, sqlite: Database, tmp_path: Path) -> AsyncIterator[Caller]:
    operator, tokens = Operator(sqlite, tmp_path), Tokens(sqlite)
    _, reader = await tokens.create("reader", Scope.READ)
    doors = RuleDoors(operator.book).endpoints()
    running = await serve(routes=api_routes(doors, ApiAccess(tokens, OWN)))
    async with ClientSession() as session:
        yield Caller(running.server.url, session, operator, reader)


async def test_every_rule_is_listed_with_where_it_comes_from(caller: Caller) -> None:
    status, told = await caller.ask("GET", RULES, caller.reader)

    origins = {rule["name"]: rule["origin"] for rule in told["rules"]}
    assert (status, told["faults"]) == (200, [])
    assert origins["DatabaseIssues"] == "built-in"
    assert "file" in origins.values()


async def test_a_changed_file_is_read_again(caller: Caller) -> None:
    before = await caller.own()
    caller.operator.write(QUEUE.replace(before[0], "Renamed"))

    status, _ = await caller.ask("POST", RELOAD)

    assert (status, await caller.own()) == (200, ["Renamed"])


async def test_a_file_that_cannot_be_used_is_refused_and_the_rules_stay(caller: Caller) -> None:
    before = await caller.own()
    caller.operator.write("[[rule]]\ncolour = 1")

    status, told = await caller.ask("POST", RELOAD)

    assert (status, await caller.own()) == (409, before)
    assert "line 2: colour: is unknown" in told["faults"][0]


async def test_who_may_only_read_cannot_change_the_rules(caller: Caller) -> None:
    status, told = await caller.ask("POST", RELOAD, caller.reader)

    assert (status, "this needs admin" in told["detail"]) == (403, True)


@pytest.mark.parametrize(("method", "path"), [("GET", RULES), ("POST", RELOAD)])
async def test_without_a_token_nothing_is_told(caller: Caller, method: str, path: str) -> None:
    status, _ = await caller.ask(method, path, "")

    assert status == 401
