"""A real Prometheus scrapes the bot, and promtool finds nothing to say."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.sandbox.server import Sandbox
from tests.driver import Driver
from tests.living import living
from tests.process import fetched
from tests.prometheus import needs_prometheus, prometheus, samples, scraping
from tests.waiting import until_true


@needs_prometheus
async def test_prometheus_reads_what_the_bot_counts(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    query = 'bot_updates_total{kind="message", outcome="handled"} >= 3'
    async with (
        living(sandbox, tmp_path) as app,
        prometheus(tmp_path, scraping(f"127.0.0.1:{app.site.port}")) as server,
    ):
        for _ in range(3):
            await driver.say(ann, "/help")
        await until_true(lambda: samples(server, query), patience=60)
        up = await samples(server, "up")

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
