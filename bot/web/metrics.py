"""GET /metrics: a registry as Prometheus reads it, rendered beside the event loop."""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import dataclass

from aiohttp import web
from prometheus_client import CollectorRegistry, exposition
from prometheus_client.openmetrics import exposition as openmetrics

from bot.web.access import Access
from bot.web.answers import accepts

TEXT = exposition.CONTENT_TYPE_PLAIN_0_0_4
OPENMETRICS = openmetrics.CONTENT_TYPE_LATEST
# Level 9 takes three times as long for a few percent.
GZIP_LEVEL = 5


@dataclass(frozen=True, slots=True)
class Form:
    """How a scraper wants its answer."""

    is_openmetrics: bool
    is_gzip: bool


class MetricsPage:
    """Renders one scrape at a time, in a thread; scrapes that come meanwhile share it."""

    def __init__(
        self, registry: CollectorRegistry, access: Access, *, is_enabled: bool = True
    ) -> None:
        self._registry = registry
        self._access = access
        self._is_enabled = is_enabled
        self._turn = asyncio.Lock()
        self._renders: dict[Form, asyncio.Task[bytes]] = {}

    def routes(self) -> list[web.RouteDef]:
        """What this page answers."""
        return [web.get("/metrics", self.metrics)]

    async def metrics(self, request: web.Request) -> web.Response:
        """Every series, as OpenMetrics and gzipped for those who ask for it."""
        if not self._is_enabled:
            raise web.HTTPNotFound(text="Metrics are off; METRICS_ENABLED=true opens them.")
        self._access.require_metrics(request)
        form = _form(request)
        headers = {
            "Content-Type": OPENMETRICS if form.is_openmetrics else TEXT,
            "Vary": "Accept, Accept-Encoding",
        }
        if form.is_gzip:
            headers["Content-Encoding"] = "gzip"
        return web.Response(body=await self._rendered(form), headers=headers)

    async def _rendered(self, form: Form) -> bytes:
        task = self._renders.get(form)
        if task is None:
            task = self._renders[form] = asyncio.create_task(self._render(form))
            task.add_done_callback(lambda _: self._renders.pop(form))
        # One scraper that hangs up must not take the answer from the others.
        return await asyncio.shield(task)

    async def _render(self, form: Form) -> bytes:
        async with self._turn:
            return await asyncio.to_thread(_text, self._registry, form)


def _form(request: web.Request) -> Form:
    return Form(
        accepts(request.headers.get("Accept", ""), "application/openmetrics-text"),
        accepts(request.headers.get("Accept-Encoding", ""), "gzip"),
    )


def _text(registry: CollectorRegistry, form: Form) -> bytes:
    # The library's own negotiation puts the caller's words into our header and chokes on odd ones.
    generate = openmetrics.generate_latest if form.is_openmetrics else exposition.generate_latest
    text: bytes = generate(registry)
    return gzip.compress(text, GZIP_LEVEL) if form.is_gzip else text
