"""GET /metrics over real HTTP, read by the tools that will read it."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import subprocess
import threading
from collections.abc import Iterator

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from tests.web.conftest import Answer, Serve

LINE = 'bot_updates_total{outcome="handled"} 3.0'
PROMTOOL = shutil.which("promtool")


class Slow(Collector):
    """Waits while it is read; remembers who read it."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.threads: list[threading.Thread] = []

    def collect(self) -> Iterator[Metric]:
        self.threads.append(threading.current_thread())
        self.gate.wait(10)
        yield GaugeMetricFamily("bot_slow", "Takes its time.", value=1)


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def registry(slow: Slow) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(slow)
    return registry


async def test_the_plain_format_comes_by_default(serve: Serve) -> None:
    running = await serve()

    answer = await running.call("/metrics", headers={"Accept-Encoding": "identity"})

    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert LINE in answer.text


async def test_openmetrics_comes_to_those_who_ask(serve: Serve) -> None:
    accept = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3"
    running = await serve()

    answer = await running.call("/metrics", headers={"Accept": accept, "Accept-Encoding": ""})

    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    families = text_string_to_metric_families(answer.text)  # type: ignore[no-untyped-call]  # theirs
    assert [family.name for family in families] == ["bot_updates"]


async def test_gzip_comes_to_those_who_ask(serve: Serve) -> None:
    running = await serve()

    answer = await running.call("/metrics", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert LINE in gzip.decompress(answer.body).decode()


@pytest.mark.parametrize(
    "accept", ["\udcff", "application/openmetrics-text;version=x;escaping=y", "ключ;q=ключ"]
)
async def test_an_odd_accept_header_is_no_error(serve: Serve, accept: str) -> None:
    running = await serve()

    assert (await running.call("/metrics", headers={"Accept": accept})).status == 200


async def test_disabled_metrics_say_how_to_open_them(serve: Serve) -> None:
    running = await serve(settings={"metrics_enabled": False})

    answer = await running.call("/metrics")

    assert answer.status == 404
    assert "METRICS_ENABLED=true" in (await answer.json())["detail"]


async def test_scrapes_that_come_together_share_one_rendering(
    serve: Serve, slow: Slow, registry: CollectorRegistry
) -> None:
    arrived = asyncio.Semaphore(0)
    running = await serve(registry=registry, middlewares=[_counting(arrived)])

    scrapes = [asyncio.create_task(running.call("/metrics")) for _ in range(5)]
    for _ in scrapes:
        await arrived.acquire()
    slow.gate.set()
    answers: list[Answer] = await asyncio.gather(*scrapes)

    assert {answer.status for answer in answers} == {200}
    assert len(slow.threads) == 1


async def test_rendering_leaves_the_loop_free(
    serve: Serve, slow: Slow, registry: CollectorRegistry
) -> None:
    running = await serve(registry=registry)
    scrape = asyncio.create_task(running.call("/metrics"))

    alive = await running.call("/livez")

    slow.gate.set()
    await scrape
    assert alive.status == 200
    assert len(slow.threads) == 1
    assert threading.current_thread() not in slow.threads


async def test_a_scraper_that_hangs_up_does_not_harm_the_next(
    serve: Serve, slow: Slow, registry: CollectorRegistry
) -> None:
    running = await serve(registry=registry)
    scrape = asyncio.create_task(running.call("/metrics"))
    await running.call("/livez")
    scrape.cancel()

    slow.gate.set()
    answer = await running.call("/metrics")

    assert answer.status == 200


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed")
async def test_promtool_finds_nothing_to_say(serve: Serve) -> None:
    running = await serve()
    answer = await running.call("/metrics", headers={"Accept-Encoding": "identity"})

    checked = await asyncio.to_thread(_promtool, answer.body)

    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")


def _promtool(text: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - our own words
        [PROMTOOL or "promtool", "check", "metrics"], input=text, capture_output=True, check=False
    )


def _counting(arrived: asyncio.Semaphore) -> Middleware:
    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        arrived.release()
        return await handler(request)

    return middleware
