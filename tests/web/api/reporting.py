"""Another program with a token, and a server that takes what it reports."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import orjson
from aiohttp import ClientResponse, ClientSession

from bot.database import tables
from bot.database.engine import Database
from bot.database.feature_tables import conversations
from bot.tokens import Scope, Tokens
from bot.web.api.access import ApiAccess
from bot.web.api.endpoint import V1
from bot.web.api.openapi import api_routes
from bot.web.api.track import TrackDoors
from tests.analytics.moments import ANN
from tests.analytics.tracking.scene import Yard
from tests.rows import rows_of
from tests.web.conftest import Serve

KINDS = ("activity", "message", "conversation", "api-usage")
GOOD: dict[str, dict[str, Any]] = {
    "activity": {"user_id": ANN, "kind": "command", "command": "help"},
    "message": {"user_id": ANN, "length": 5},
    "conversation": {"user_id": ANN, "answers": [{"model": "tiny", "seconds": 2}]},
    "api-usage": {"method": "GET /orders/{id}", "status": 404, "seconds": 0.5},
}


@dataclass
class Program:
    """Another program, which has a token."""

    url: str
    session: ClientSession
    secrets: dict[Scope, str]
    yard: Yard

    async def post(
        self, kind: str, *facts: Any, scope: Scope = Scope.TRACK, **headers: str
    ) -> ClientResponse:
        """The answer to a batch."""
        return await self.send(kind, orjson.dumps({"facts": facts}), scope, **headers)

    async def send(
        self, kind: str, body: bytes, scope: Scope = Scope.TRACK, **headers: str
    ) -> ClientResponse:
        """The answer to a body."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Authorization"] = f"Bearer {self.secrets[scope]}"
        url = f"{self.url}{V1}/track/{kind}"
        async with self.session.post(url, data=BytesIO(body), headers=sent) as response:
            await response.read()
            return response

    async def refused(self, kind: str, *facts: Any) -> tuple[int, str, str]:
        """Status, field and problem of a refusal."""
        response = await self.post(kind, *facts)
        told = await response.json(content_type=None)
        (fault,) = told["errors"]
        return response.status, fault["field"], fault["problem"]


@asynccontextmanager
async def reporting(
    serve: Serve, database: Database, *, keep_text: bool = False
) -> AsyncIterator[Program]:
    """A program that may report."""
    yard, tokens = Yard(database), Tokens(database)
    secrets = {scope: (await tokens.create(scope.value, scope))[1] for scope in Scope}
    doors = TrackDoors(yard.tracking, yard.clock, keep_text=keep_text)
    running = await serve(routes=api_routes(doors.endpoints(), ApiAccess(tokens)))
    async with ClientSession() as session:
        yield Program(running.server.url, session, secrets, yard)


async def nothing_is_there(program: Program) -> bool:
    """Whether no row came of anything."""
    some = (tables.events, tables.users, conversations, tables.metric_aggregates)
    return not any([await rows_of(program.yard.database, one) for one in some])
