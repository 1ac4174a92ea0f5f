"""A fault wakes the admin once, and its end is told once, whatever Telegram does meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.app import App
from bot.sandbox.server import Sandbox
from tests.driver import Driver, message_text
from tests.living import ADMIN, living, settings_for
from tests.process import fetched
from tests.waiting import until, until_true


async def burst(driver: Driver, person: int) -> None:
    for _ in range(6):
        await driver.write(person, "break")


async def told(driver: Driver) -> list[str]:
    """What the admin was told about errors, the welcome left out."""
    texts = [message_text(message) for message in await driver.messages(ADMIN)]
    return [text for text in texts if "HighErrorRate" in text]


async def test_an_error_burst_raises_exactly_one_alert_and_one_resolution(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    root, ann = await driver.person("Root", id=ADMIN), await driver.person("Ann")
    async with living(sandbox, tmp_path):
        await driver.say(root, "/start")
        await burst(driver, ann)
        await driver.wait_for(root, "HighErrorRate", seconds=30)
        for number in range(200):
            await driver.write(ann, f"{number}")
        await driver.wait_for(root, "resolved", seconds=30)
        await asyncio.sleep(3)  # three more checks

    assert len(await told(driver)) == 2


async def test_an_alert_waits_while_telegram_is_down_and_arrives_once(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    root, ann = await driver.person("Root", id=ADMIN), await driver.person("Ann")
    async with living(sandbox, tmp_path) as app:
        await driver.say(root, "/start")
        await burst(driver, ann)
        await until(lambda: failed(app) == 6)
        await driver.fault("*", "drop")  # from now on nothing at all comes through
        await until_true(lambda: waits(app), patience=30)
        await asyncio.sleep(5)  # the outbox tries again meanwhile
        held_back = await told(driver)
        await driver.clear_faults()
        await driver.wait_for(root, "HighErrorRate", seconds=40)
        await asyncio.sleep(3)

    assert held_back == []
    assert len(await told(driver)) == 1


def failed(app: App) -> float:
    labels = {"kind": "message", "outcome": "error"}
    return app.core.metrics.registry.get_sample_value("bot_updates_total", labels) or 0


async def waits(app: App) -> bool:
    assert app.alarm.lanes
    return (await app.alarm.lanes.outboxes["chat"].standing()).waiting_since is not None


async def test_an_unreachable_telegram_at_the_start_is_waited_for(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    await driver.fault("*", "drop")
    app = App(settings_for(sandbox, tmp_path), sandbox.token)
    starting = asyncio.create_task(app.start())
    await until_true(lambda: answers(app, "/livez", 200))
    unready = await answers(app, "/readyz", 503)
    await driver.clear_faults()
    await asyncio.wait_for(starting, timeout=30)

    assert unready
    assert await answers(app, "/readyz", 200)
    assert message_text(await driver.say(ann, "/start"))
    await app.stop()


async def answers(app: App, path: str, wanted: int) -> bool:
    if app.site.port == 0:
        return False
    status, _ = await fetched(f"{app.site.url}{path}")
    return status == wanted


async def test_the_checks_themselves_are_watched(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    async with living(sandbox, tmp_path) as app:
        registry = app.core.metrics.registry
        labels = {"job": "check_alerts"}
        await until(lambda: registry.get_sample_value("bot_job_duration_seconds_count", labels))

        status, text = await fetched(f"{app.site.url}/health")

    assert (status, '"alert_check"' in text) == (200, True)
