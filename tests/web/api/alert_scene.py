"""Alerts with the API's doors open: a scene of tests/alerts, a duty, and somebody who asks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession

from bot.alerts.duty import Duty
from bot.tokens import Scope, Tokens
from bot.web.api.access import ApiAccess
from bot.web.api.alerts import AlertDoors
from bot.web.api.endpoint import V1, Doors
from bot.web.api.openapi import api_routes
from bot.web.api.silences import SilenceDoors
from tests.alerts.scene import BROKEN, CALM, Scene
from tests.web.conftest import Serve

Json = dict[str, Any]


class Night:
    """Somebody asks for the alerts of *scene*.

    secrets: of the tokens "grafana" (admin) and "reader" (read)
    """

    def __init__(self, scene: Scene, url: str, session: ClientSession) -> None:
        self.scene = scene
        self.secrets: dict[str, str] = {}
        self._url = f"{url}{V1}/"
        self._session = session

    async def ask(
        self, method: str, path: str, body: object = None, who: str = "grafana"
    ) -> tuple[int, Json]:
        """The status and what was told; nothing where nothing was."""
        headers = {"Authorization": f"Bearer {self.secrets[who]}"}
        url = f"{self._url}{path}"
        async with self._session.request(method, url, json=body, headers=headers) as answer:
            told: Json = await answer.json(content_type=None) if await answer.read() else {}
            return answer.status, told

    async def get(self, path: str, who: str = "grafana") -> Json:
        """What was told, where all went well."""
        status, told = await self.ask("GET", path, who=who)
        assert status == 200, told
        return told

    async def fired(self) -> int:
        """The number of an alert about the database, which fires and was told."""
        await self.scene.minutes(BROKEN)
        return (await self.scene.board()).firing[0].id

    async def over(self) -> int:
        """The number of an alert that is over."""
        number = await self.fired()
        await self.scene.minutes(CALM, CALM)
        return number

    @property
    def shown(self) -> str:
        """The first message in the chat, as it looks by now."""
        return self.scene.chat.shown[1]


@asynccontextmanager
async def asking(serve: Serve, scene: Scene, *, is_checked: bool = True) -> AsyncIterator[Night]:
    """The doors of alerts and silences on a server."""
    tokens, clock = Tokens(scene.database, lambda: scene.now), lambda: scene.now
    terms = scene.manager.terms
    duty = Duty(scene.database, lambda: list(terms.values()), scene.outbox, clock)
    doors: list[Doors] = [AlertDoors(duty, lambda: is_checked, clock), SilenceDoors(duty, clock)]
    endpoints = [one for door in doors for one in door.endpoints()]
    running = await serve(routes=api_routes(endpoints, ApiAccess(tokens)))
    async with ClientSession() as session:
        night = Night(scene, running.server.url, session)
        for name, scope in {"grafana": Scope.ADMIN, "reader": Scope.READ}.items():
            _, night.secrets[name] = await tokens.create(name, scope)
        yield night
