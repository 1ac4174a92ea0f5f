"""A side server that answers questions about a few deeds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from prometheus_client import CollectorRegistry

from bot.analytics.bus import Bus
from bot.analytics.reports.desk import Reports
from bot.analytics.views import Views
from bot.clock import to_milliseconds
from bot.database import tables
from bot.database.engine import Database
from bot.tokens import Tokens
from bot.web.api.access import ApiAccess
from bot.web.api.endpoint import V1
from bot.web.api.openapi import api_routes
from bot.web.api.query import QueryDoors
from tests.analytics.moments import NOON
from tests.analytics.query.scene import HOUR, Deed, Scene
from tests.rows import put, user
from tests.web.api.asking import OWN, body
from tests.web.conftest import Answer, Running, Serve

DAY = timedelta(days=1)
PATH = f"{V1}/query"
IS_TEXT = {"field": "content_type", "op": "eq", "value": "text"}


@dataclass
class Client:
    """Asks."""

    running: Running

    async def post(self, sent: object, token: str = OWN) -> Answer:
        """The answer to *sent*, as JSON unless it is bytes."""
        data = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return await self.running.call(PATH, "POST", data=data, headers=headers)

    async def told(self, **sent: Any) -> dict[str, Any]:
        """The JSON of the answer, which has to be there."""
        answer = await self.post({"metrics": ["messages"], **sent})
        assert answer.status == 200, answer.text
        return body(answer)

    async def fault(self, **sent: Any) -> tuple[str, str]:
        """The field that is refused, and why."""
        answer = await self.post({"metrics": ["messages"], **sent})
        assert (answer.status, "problem+json" in answer.headers["Content-Type"]) == (400, True)
        first, *_ = body(answer)["errors"]
        return first["field"], first["problem"]


async def asking(serve: Serve, scene: Scene, seconds: float = 60) -> Client:
    reports = Reports(scene.source, CollectorRegistry(), {}, zone=scene.zone, bus=Bus())
    doors = QueryDoors(Views(reports, is_synthetic=True), seconds=seconds)
    access = ApiAccess(Tokens(scene.database), OWN)
    return Client(await serve(routes=api_routes(doors.endpoints(), access)))


async def scene_of(database: Database) -> Scene:
    deeds = [
        Deed(person=1, at=NOON - HOUR),
        Deed(person=2, at=NOON - DAY, kind="command", label="help", is_in_group=True),
        Deed(person=4, at=NOON - 8 * DAY, label="photo"),
    ]
    scene = await Scene(database).tell(*deeds)
    old = to_milliseconds(NOON - 30 * DAY)
    await put(database, tables.users, user(0, first_seen_at=old))
    return scene
