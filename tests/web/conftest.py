"""A side server on a free port, made to order, and a client to call it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.typedefs import Middleware
from prometheus_client import CollectorRegistry, Counter

from bot.analytics.events import Event
from bot.analytics.health import HealthMonitor, Probe, Reading
from bot.analytics.operations import HttpRequestHandled
from bot.config import Settings
from bot.web.repeats import Repeats
from bot.web.server import SideServer, Site, build_app

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
TOKEN = "sesame-open-yourself"
ELSEWHERE = "0.0.0.0"  # noqa: S104 - a setting to judge; the tests themselves bind to loopback


class Seconds:
    """A clock that stands until it is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def reads(value: float | None) -> Probe:
    """A probe of *value*; warns at 10, fails at 20."""

    async def probe() -> Reading:
        return Reading(value=value, unit="s", warn_at=10, fail_at=20, output="as told")

    return probe


def some_metrics() -> CollectorRegistry:
    """A registry with one series."""
    registry = CollectorRegistry()
    counter = Counter("bot_updates_total", "Updates by outcome.", ["outcome"], registry=registry)
    counter.labels("handled").inc(3)
    return registry


@dataclass(kw_only=True)
class Order:
    """What a test wants to differ."""

    settings: dict[str, Any] = field(default_factory=dict)
    probes: Mapping[str, Probe] = field(default_factory=dict)
    registry: CollectorRegistry = field(default_factory=some_metrics)
    routes: Sequence[web.RouteDef] = ()
    middlewares: Sequence[Middleware] = ()
    is_ready: bool = True
    body_seconds: float = 30
    closes: Sequence[Callable[[], Awaitable[None]]] = ()
    monotonic: Callable[[], float] = time.monotonic


@dataclass
class Running:
    """A server that listens, and what it published."""

    server: SideServer
    repeats: Repeats
    http: aiohttp.ClientSession
    facts: list[Event] = field(default_factory=list)

    @property
    def requests(self) -> list[HttpRequestHandled]:
        """The requests it counted."""
        return [fact for fact in self.facts if isinstance(fact, HttpRequestHandled)]

    async def call(self, path: str, method: str = "GET", **options: Any) -> Answer:
        """One request, its answer read to the end."""
        async with self.http.request(method, f"{self.server.url}{path}", **options) as response:
            return Answer(response, await response.read())


@dataclass
class Answer:
    """A response with its body."""

    response: aiohttp.ClientResponse
    body: bytes

    @property
    def status(self) -> int:
        """HTTP's status code."""
        return self.response.status

    @property
    def headers(self) -> Mapping[str, str]:
        """The response's headers."""
        return self.response.headers

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    async def json(self) -> Any:
        """The body as JSON, whatever its media type."""
        return await self.response.json(content_type=None)


Serve = Callable[..., Awaitable[Running]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts servers; takes what an Order takes."""
    started: list[Running] = []

    async def start(**wishes: Any) -> Running:
        running = await _started(Order(**wishes))
        started.append(running)
        return running

    yield start
    for running in started:
        await running.http.close()
        await running.server.stop()


async def _started(order: Order) -> Running:
    facts: list[Event] = []
    site = Site(
        settings=Settings(_env_file=None, **order.settings),
        health=HealthMonitor(order.probes, lambda: order.is_ready, lambda: NOON),
        registry=order.registry,
        publish=facts.append,
        clock=lambda: NOON,
        routes=order.routes,
        links={"chat <page>": "http://127.0.0.1:8081/"},
        body_seconds=order.body_seconds,
        closes=order.closes,
    )
    app = build_app(site)
    app.middlewares.extend(order.middlewares)
    repeats = Repeats(facts.append, lambda: NOON, order.monotonic)
    server = SideServer(app, host="127.0.0.1", port=0, repeats=repeats)
    await server.start()
    return Running(server, repeats, aiohttp.ClientSession(auto_decompress=False), facts)
