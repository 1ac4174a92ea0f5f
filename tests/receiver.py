"""A receiver of webhooks that keeps what it gets and answers as it is told."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass(frozen=True, slots=True)
class Call:
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)


@dataclass
class Receiver:
    """calls: all that came; answers: statuses for the next ones, then 200; headers: of answers"""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    said: str = ""

    async def take(self, request: web.Request) -> web.Response:
        """Keep the request, and answer it."""
        body = await request.read()
        self.calls.append(Call(request.method, request.path, dict(request.headers), body))
        status = self.answers.pop(0) if self.answers else 200
        return web.Response(status=status, headers=self.headers, text=self.said)

    @property
    def told(self) -> list[str]:
        """Status and rule of each alert that came, in order."""
        return [
            f"{one['status']} {one['labels']['alertname']}"
            for call in self.calls
            if call.method == "POST"
            for one in call.json["alerts"]
        ]


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver on loopback."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.take)
    async with TestServer(app, host="127.0.0.1") as server:
        receiver.url = str(server.make_url("/hook/s3cret-path"))
        yield receiver
