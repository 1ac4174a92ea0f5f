"""A real Prometheus scrapes the bot, and promtool finds nothing to say."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import ClientError, ClientSession

from bot.sandbox.server import Sandbox
from tests.driver import Driver
from tests.living import living
from tests.process import fetched
from tests.waiting import until_true

needs_prometheus = pytest.mark.skipif(
    not (shutil.which("prometheus") and shutil.which("promtool")),
    reason="prometheus and promtool are not installed",
)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@asynccontextmanager
async def prometheus(folder: Path, target: str) -> AsyncIterator[str]:
    """A Prometheus that scrapes *target* every second; its address."""
    config, address = folder / "prometheus.yml", f"127.0.0.1:{free_port()}"
    job = {"job_name": "bot", "scrape_interval": "1s", "static_configs": [{"targets": [target]}]}
    config.write_bytes(orjson.dumps({"scrape_configs": [job]}))  # JSON is YAML, too
    process = await asyncio.create_subprocess_exec(
        "prometheus",
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield f"http://{address}"
    finally:
        process.terminate()
        await process.wait()


async def answer(server: str, query: str) -> list[Any]:
    """The samples Prometheus has for *query*; none while it starts."""
    params = {"query": query}
    try:
        async with (
            ClientSession() as session,
            session.get(f"{server}/api/v1/query", params=params) as response,
        ):
            return list((await response.json())["data"]["result"])
    except (ClientError, KeyError):
        return []


@needs_prometheus
async def test_prometheus_reads_what_the_bot_counts(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    query = 'bot_updates_total{kind="message", outcome="handled"} >= 3'
    async with (
        living(sandbox, tmp_path) as app,
        prometheus(tmp_path, f"127.0.0.1:{app.site.port}") as server,
    ):
        for _ in range(3):
            await driver.say(ann, "/help")
        await until_true(lambda: answer(server, query), patience=60)
        up = await answer(server, "up")

    assert [sample["value"][1] for sample in up] == ["1"]


@needs_prometheus
async def test_promtool_has_nothing_to_say_about_a_live_scrape(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    async with living(sandbox, tmp_path) as app:
        await driver.say(ann, "/start")
        _, text = await fetched(f"{app.site.url}/metrics")
    process = await asyncio.create_subprocess_exec(
        "promtool",
        "check",
        "metrics",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate(text.encode())

    assert (process.returncode, said) == (0, b"")
