"""A real Prometheus on this machine."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import ClientError, ClientSession

from tests.ports import free_port

needs_prometheus = pytest.mark.skipif(
    not (shutil.which("prometheus") and shutil.which("promtool")),
    reason="prometheus and promtool are not installed",
)
Config = dict[str, Any]


def scraping(target: str) -> Config:
    """Asks *target* every second."""
    job = {"job_name": "bot", "scrape_interval": "1s", "static_configs": [{"targets": [target]}]}
    return {"scrape_configs": [job]}


@asynccontextmanager
async def prometheus(folder: Path, config: Config) -> AsyncIterator[str]:
    """A Prometheus with *config*; its address."""
    file, address = folder / "prometheus.yml", f"127.0.0.1:{free_port()}"
    file.write_bytes(orjson.dumps(config))  # JSON is YAML, too
    process = await asyncio.create_subprocess_exec(
        "prometheus",
        f"--config.file={file}",
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


async def asked(server: str, path: str, **params: str) -> Any:
    """The data of an answer of its API; raises AssertionError with what it refuses."""
    async with (
        ClientSession() as session,
        session.get(f"{server}/api/v1/{path}", params=params) as response,
    ):
        answer = await response.json()
    assert answer["status"] == "success", answer
    return answer["data"]


async def samples(server: str, query: str) -> list[Any]:
    """What Prometheus has for *query*; nothing while it starts."""
    try:
        return list((await asked(server, "query", query=query))["result"])
    except ClientError:
        return []
