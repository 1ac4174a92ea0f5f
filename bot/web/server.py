"""The side server: one small aiohttp application beside the bot, with its limits spelt out."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Middleware
from prometheus_client import CollectorRegistry

from bot.analytics.events import Event
from bot.analytics.health import HealthMonitor
from bot.clock import Clock, utc_now
from bot.config import Settings
from bot.errors import ConfigError
from bot.web.access import Access
from bot.web.cors import cors
from bot.web.health import HealthPages
from bot.web.metrics import MetricsPage
from bot.web.middlewares import BODY_SECONDS, bounded_bodies, problems, stop_at_upgrade, timed
from bot.web.protocol import Protocol, add_headers, keep_answer
from bot.web.repeats import Repeats

BODY_LIMIT = 2**20  # an update is some kilobytes; its files travel another way
LINE_LIMIT = 8_190
HEADER_COUNT = 64
IDLE_SECONDS = 75.0  # longer than a scrape interval, so that a scraper keeps its connection
LINGER_SECONDS = 2.0
STOP_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Site:
    """What the side server shows.

    publish: hears HttpRequestHandled for each request
    routes: more routes than our own, such as the API and the Telegram webhook
    middlewares: inside all others, for what the routes do not answer
    links: more links on GET /, text to address
    body_seconds: how long a request may take to send its body
    closes: told when the server stops, by those who would keep it waiting
    """

    settings: Settings
    health: HealthMonitor
    registry: CollectorRegistry
    publish: Callable[[Event], object]
    clock: Clock = utc_now
    routes: Sequence[web.RouteDef] = ()
    middlewares: Sequence[Middleware] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    body_seconds: float = BODY_SECONDS
    closes: Sequence[Callable[[], Awaitable[None]]] = ()


def build_app(site: Site) -> web.Application:
    """The application; nothing listens yet.

    Middlewares, from the outside in: the stopwatch sees the status the caller sees, so it stands
    before the net that turns errors into answers; a page of others may read refusals, too.
    """
    app = web.Application(
        client_max_size=BODY_LIMIT,
        middlewares=[
            timed(site.publish, site.clock),
            cors(site.settings.api_allowed_origins),
            problems,
            bounded_bodies(site.body_seconds),
            *site.middlewares,
        ],
    )
    access = Access(site.settings)
    is_enabled = site.settings.metrics_enabled
    pages = HealthPages(
        site.health, access, is_sandbox=site.settings.is_sandbox, links=_links(site)
    )
    metrics = MetricsPage(site.registry, access, is_enabled=is_enabled)
    app.add_routes([*pages.routes(), *metrics.routes(), *site.routes])
    app.on_response_prepare.extend([_add_headers, stop_at_upgrade, keep_answer])
    app.on_shutdown.extend(_closing(one) for one in site.closes)
    return app


class SideServer:
    """Listens between start and stop.

    aiohttp sets no time limit on a request's head: where strangers can connect, a proxy should.

    repeats: what may be answered once more as it was; None: nothing
    """

    def __init__(
        self, app: web.Application, *, host: str, port: int, repeats: Repeats | None = None
    ) -> None:
        self._host = host
        self._port = port
        self._repeats = repeats
        self._runner = web.AppRunner(app, shutdown_timeout=STOP_SECONDS)
        self._listener: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The real port once it is taken, also when 0 was asked for."""
        return self._port

    @property
    def url(self) -> str:
        """Where to call the server, without a slash at the end."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    async def bind(self) -> asyncio.Server:
        """Take the port, and let nobody in yet.  Raises ConfigError when that is impossible."""
        loop = asyncio.get_running_loop()
        try:
            listener = await loop.create_server(
                self._protocol, self._host, self._port, start_serving=False
            )
        except OSError as exc:
            raise self._explained(exc) from None
        self._listener, self._port = listener, listener.sockets[0].getsockname()[1]
        return listener

    async def start(self) -> None:
        """Listen.  Raises ConfigError when that is impossible."""
        listener = self._listener or await self.bind()
        await self._runner.setup()
        try:
            await listener.start_serving()
        except OSError as exc:
            await self._runner.cleanup()
            raise self._explained(exc) from None

    async def stop(self) -> None:
        """Stop listening, let running requests end (5 s at most), close."""
        if self._listener:
            self._listener.close()
        await self._runner.cleanup()

    def _protocol(self) -> Protocol:
        server = self._runner.server
        if server is None:
            raise RuntimeError("a connection came before the start")
        protocol = Protocol(
            server,
            loop=asyncio.get_running_loop(),
            # None is what aiohttp's own runner passes on; requests are counted as facts instead.
            access_log=None,  # type: ignore[arg-type]  # their annotation forgot None
            max_line_size=LINE_LIMIT,
            max_field_size=LINE_LIMIT,
            max_headers=HEADER_COUNT,
            keepalive_timeout=IDLE_SECONDS,
            lingering_time=LINGER_SECONDS,
        )
        protocol.repeats = self._repeats
        return protocol

    def _explained(self, exc: OSError) -> ConfigError:
        if exc.errno == errno.EADDRINUSE:
            hint = "is in use; stop the other program, choose another port, or 0 for any free one"
            return ConfigError("METRICS_PORT", f"{self._port} on {self._host} {hint}")
        if exc.errno == errno.EACCES:
            hint = "needs privileges; choose a port above 1023"
            return ConfigError("METRICS_PORT", f"{self._port} {hint}")
        problem = f"cannot listen on {self._host!r}: {exc.strerror or exc}"
        return ConfigError("METRICS_HOST", f"{problem}; 127.0.0.1 is this machine, 0.0.0.0 all")


def _links(site: Site) -> dict[str, str]:
    own = ["/health", "/livez", "/readyz"]
    if site.settings.metrics_enabled:
        own.append("/metrics")
    return {path: path for path in own} | dict(site.links)


def _closing(close: Callable[[], Awaitable[None]]) -> Callable[[web.Application], Awaitable[None]]:
    async def closing(_: web.Application) -> None:
        await close()

    return closing


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    add_headers(response)
