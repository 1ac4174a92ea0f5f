"""A bot with everything switched on, and people who use it well and badly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.app import App
from bot.feature_settings import FEATURES
from bot.sandbox.model_request import MODEL
from bot.sandbox.server import Sandbox
from tests.assistant.talking import ended
from tests.billing.buying import link_to_pay, pay_link, subscribe
from tests.driver import Driver
from tests.living import ADMIN, living
from tests.quiz.playing import is_poll, right_of
from tests.test_flow_billing import run_job
from tests.test_flow_downloads import had
from tests.waiting import until_true

# What the model reads costs something, what it writes is not in the list.
PRICES = f"""
[[price]]
model = "{MODEL}"
valid_from = 2026-01-01
input = 1.0
"""


@asynccontextmanager
async def busy(sandbox: Sandbox, folder: Path, **changed: Any) -> AsyncIterator[App]:
    """A bot with everything switched on."""
    prices = folder / "prices.toml"
    prices.write_text(PRICES, encoding="utf-8")
    settings: dict[str, Any] = {
        "features": FEATURES,
        "download_allowed_hosts": (sandbox.url.removeprefix("http://"),),
        "download_folder": folder,
        "download_free_megabytes": 0,
        "download_workers": 1,
        "quiz_questions": 1,
        "assistant_base_url": f"{sandbox.url}/model/v1",
        "assistant_model": MODEL,
        "assistant_prices_file": prices,
    }
    async with living(sandbox, folder, **(settings | changed)) as app:
        yield app


async def use_downloads(app: App, sandbox: Sandbox, driver: Driver, ann: int) -> None:
    media = f"{sandbox.url}/media"
    await had(driver, ann, f"{media}/song", ":mp3:128k", "audio")
    await had(driver, ann, f"{media}/flaky?good=1&times=1", ":mp3:128k", "audio")
    await driver.write(ann, f"{media}/private")
    await driver.wait_for(ann, "This is private")
    written = await driver.write(ann, f"{media}/slow")
    offer = await driver.wait_for(ann, "What would you like?", after=written["message_id"])
    (first, *_), *_ = offer["reply_markup"]["inline_keyboard"]
    await driver.press(ann, offer, data=first["callback_data"])
    running = await driver.wait_for(ann, "░")
    # The only worker is busy, so the next one waits until it is free.
    waiting = asyncio.create_task(had(driver, ann, f"{media}/song", ":mp3:320k", "audio"))
    await until_true(lambda: _waits(app))
    await driver.press(ann, running, "Cancel")
    await driver.wait_for(ann, "✖️ Cancelled.")
    await waiting


async def _waits(app: App) -> bool:
    figures = app.core.metrics.registry
    return bool(figures.get_sample_value("bot_queue_depth", {"priority": "low"}))


async def pay(app: App, sandbox: Sandbox, driver: Driver, ann: int) -> None:
    link = await link_to_pay(driver, ann)
    charge = await subscribe(driver, ann)
    await driver.wait_for(ann, "Thank you!")
    await run_job(app, "count_subscriptions")
    await pay_link(driver, ann, link)  # refused: has it already
    asked = await driver.say(ADMIN, f"/refund {charge}", "150 ⭐")
    await driver.press(ADMIN, asked, "Give back 150 Stars")
    await driver.wait_for(ann, "given back")


async def play(driver: Driver, ann: int) -> None:
    await driver.write(ann, "/quiz space")
    poll = await driver.wait_for(ann, is_poll)
    await driver.vote(ann, poll, right_of(poll))
    await driver.wait_for(ann, "🏁", after=poll["message_id"])


async def ask(app: App, driver: Driver, ann: int) -> None:
    await driver.model_pace(0)
    await driver.say(ann, "/ask Who are you?", "script")
    await ended(app)
    await driver.model_fault("status", status=401)
    await driver.say(ann, "/ask And now?", "does not take our questions")


async def fall_behind(app: App, driver: Driver, ann: int) -> None:
    """Telegram holds an update that the bot has not fetched."""
    await driver.fault("getUpdates", "delay", seconds=2)
    await driver.write(ann, "/help")
    await app.connection.refresh()


async def look_twice(driver: Driver) -> None:
    """The second answer comes out of the cache."""
    for _ in range(2):
        await driver.say(ADMIN, "/analytics")


async def use_everything(app: App, sandbox: Sandbox, driver: Driver) -> None:
    """Ann does all there is to do, and some of it goes wrong."""
    ann = await driver.person("Ann", language_code="en")
    await driver.person("Ada", id=ADMIN)
    await use_downloads(app, sandbox, driver, ann)
    await pay(app, sandbox, driver, ann)
    await play(driver, ann)
    await ask(app, driver, ann)
    await fall_behind(app, driver, ann)
    await look_twice(driver)
