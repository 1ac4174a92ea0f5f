"""One alert on all its ways: the chat, a receiver of webhooks, the watcher of the heartbeat."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.app import App
from bot.outgoing import SIGNATURE
from bot.sandbox.server import Sandbox
from tests.driver import Driver
from tests.living import ADMIN, living
from tests.receiver import Call, receiving
from tests.waiting import until, until_true

SECRET = "a secret of some length"
RULE = """
[[rule]]
name = "Trouble"
series = "bot_build_info"  # always 1
threshold = {threshold}
for = "0s"
"""


def write_rule(folder: Path, threshold: int) -> Path:
    """A file with a rule that fires below 1."""
    file = folder / "alerts.toml"
    file.write_text(RULE.format(threshold=threshold), encoding="utf-8")
    return file


@asynccontextmanager
async def in_trouble(sandbox: Sandbox, folder: Path, **changed: Any) -> AsyncIterator[App]:
    """A bot whose one rule fires from its start."""
    file = write_rule(folder, 0)
    usual = {"alert_rules_file": file, "alert_disk_threshold": 0.001}
    async with living(sandbox, folder, **usual, **changed) as app:
        yield app


async def says(app: App, name: str, wanted: str) -> None:
    """Wait until a check of /health has *wanted* among its status and words."""

    async def is_said() -> bool:
        checks = {check.name: check for check in (await app.health.report()).checks}
        return wanted in f"{checks[name].status} {checks[name].output}"

    await until_true(is_said)


def is_signed(call: Call) -> bool:
    moment, _, digest = call.headers[SIGNATURE].partition(",v1=")
    body = f"{moment.removeprefix('t=')}.".encode() + call.body
    wanted = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(digest, wanted)


async def test_an_alert_and_its_end_arrive_wherever_they_should(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    root = await driver.person("Root", id=ADMIN)
    await driver.write(root, "/start")
    async with receiving() as there, receiving() as watcher:
        there.answers = [503]
        ways = {
            "alert_webhook_url": there.url,
            "alert_webhook_secret": SECRET,
            "heartbeat_url": watcher.url,
        }
        async with in_trouble(sandbox, tmp_path, **ways) as app:
            fired = await driver.wait_for(root, "WARNING: Trouble")
            await driver.press(root, fired, "Acknowledge")
            await driver.wait_for(root, "acknowledged by")
            await until(lambda: len(there.calls) == 2)
            write_rule(tmp_path, 9)
            await app.alarm.rulebook.reload()
            await driver.wait_for(root, "RESOLVED: Trouble", after=fired["message_id"])
            await until(lambda: "resolved Trouble" in there.told)
            for name in ("notices", "notices_webhook"):
                await says(app, name, "pass none waits")

    assert there.told == ["firing Trouble", "firing Trouble", "resolved Trouble"]  # one refused
    assert all(is_signed(call) for call in there.calls)
    assert {call.method for call in watcher.calls} == {"GET"}


async def test_a_receiver_that_is_not_there_and_a_watcher_that_is_deaf_hold_nothing_up(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    root = await driver.person("Root", id=ADMIN)
    await driver.write(root, "/start")
    nowhere = "http://127.0.0.1:1/s3cret-path"
    async with in_trouble(
        sandbox, tmp_path, alert_webhook_url=nowhere, heartbeat_url=nowhere
    ) as app:
        await driver.wait_for(root, "WARNING: Trouble")
        registry, labels = app.core.metrics.registry, {"outcome": "error"}
        await until(lambda: registry.get_sample_value("bot_heartbeats_total", labels))
        await says(app, "notices_webhook", "pass 127.0.0.1: ClientConnectorError")


async def test_an_admin_who_blocked_the_bot_is_named_with_what_to_do(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    root = await driver.person("Root", id=ADMIN)
    await driver.write(root, "/start")
    await driver.block(root)
    async with in_trouble(sandbox, tmp_path) as app:
        await says(app, "notices", "press Start")


async def test_a_bot_without_admins_tells_its_receiver(sandbox: Sandbox, tmp_path: Path) -> None:
    async with receiving() as there:
        ways = {"admin_ids": (), "alert_webhook_url": there.url}
        async with in_trouble(sandbox, tmp_path, **ways) as app:
            await until(lambda: there.told)
            checks = {check.name for check in (await app.health.report()).checks}

    assert there.told[0] == "firing Trouble"
    assert "notices_webhook" in checks and not checks & {"notices", "notices_admins"}
