"""The whole app behind a webhook: what Telegram delivers is answered once, strangers are not."""

from __future__ import annotations

import io
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.app import App
from bot.clock import utc_now
from bot.sandbox.server import Sandbox
from bot.telegram.webhook import SECRET_HEADER
from tests.driver import Driver, message_text
from tests.living import living, settings_for
from tests.ports import free_port
from tests.waiting import until_true

SECRET = "0123456789abcdef"


@pytest.fixture
def settings() -> dict[str, Any]:
    """A webhook's: its address must be known before the side server listens."""
    port = free_port()
    return {
        "webhook_url": f"http://127.0.0.1:{port}/hook",
        "webhook_secret": SECRET,
        "metrics_port": port,
    }


async def delivered(app: App, body: bytes, **headers: str) -> int:
    """The status that somebody's delivery gets."""
    address = str(app.settings.webhook_url)
    async with (
        ClientSession() as session,
        session.post(address, data=io.BytesIO(body), headers=headers) as response,
    ):
        return response.status


async def test_a_start_is_answered_over_the_webhook(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, settings: dict[str, Any]
) -> None:
    ann = await driver.person("Ann")
    async with living(sandbox, tmp_path, **settings):
        answer = await driver.say(ann, "/start")

    assert "Ann" in message_text(answer)
    assert await driver.calls("getUpdates") == []


@pytest.mark.parametrize(
    "headers",
    [{}, {SECRET_HEADER: SECRET[:-1]}, {SECRET_HEADER: "пароль"}],
    ids=["missing", "wrong", "not ASCII"],
)
async def test_a_stranger_is_not_let_in(
    sandbox: Sandbox, tmp_path: Path, settings: dict[str, Any], headers: dict[str, str]
) -> None:
    async with living(sandbox, tmp_path, **settings) as app:
        assert await delivered(app, b"{}", **headers) == 401


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"[]", 400), (b"", 400), (b" " * (2**20 + 1), 413)]
)
async def test_what_is_no_update_is_refused(
    sandbox: Sandbox, tmp_path: Path, settings: dict[str, Any], body: bytes, status: int
) -> None:
    async with living(sandbox, tmp_path, **settings) as app:
        assert await delivered(app, body, **{SECRET_HEADER: SECRET}) == status


async def test_what_waits_when_the_bot_stops_is_handled_once_after_the_restart(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, settings: dict[str, Any]
) -> None:
    ann = await driver.person("Ann")
    async with living(sandbox, tmp_path, **settings):
        for number in range(5):
            await driver.write(ann, str(number))
        await driver.wait_for(ann, "done 0")
    waiting = (await driver.state())["pending_updates"]
    async with living(sandbox, tmp_path, **settings):
        for number in range(5, 10):
            await driver.write(ann, str(number))
        await driver.wait_for(ann, "done 9", seconds=30)

    texts = Counter(map(message_text, await driver.messages(ann)))
    assert waiting > 0
    assert {texts[f"done {number}"] for number in range(10)} == {1}


async def test_deliveries_that_fail_are_seen_in_health(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, settings: dict[str, Any]
) -> None:
    app = App(
        settings_for(sandbox, tmp_path, **settings),
        sandbox.token,
        clock=lambda: utc_now() - timedelta(minutes=1),
    )
    try:
        await app.start()
        before = await status(app)
        await app.site.stop()  # as a proxy that is down
        await driver.write(await driver.person(), "hello")
        while not app.connection.webhook_error:
            await app.connection.refresh()
        await until_true(lambda: is_failing(app))
    finally:
        await app.stop()

    assert before == "pass"


async def status(app: App) -> str:
    """What the probe of the webhook says."""
    report = await app.health.report()
    return next(check.status for check in report.checks if check.name == "webhook")


async def is_failing(app: App) -> bool:
    return await status(app) == "fail"
