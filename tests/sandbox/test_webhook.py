"""Webhooks: delivered, kept until taken, answered with calls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.sandbox.server import Sandbox
from tests.driver import Driver
from tests.sandbox.plain import Api
from tests.waiting import until

Json = dict[str, Any]


class Hook:
    """A bot's web server: keeps what comes, answers what it is told to answer."""

    def __init__(self) -> None:
        self.url = ""
        self.updates: list[Json] = []
        self.secrets: list[str | None] = []
        self.statuses: list[int] = []  # for the next requests; afterwards 200
        self.answers: list[Json] = []

    async def take(self, request: web.Request) -> web.Response:
        """Take one update."""
        if self.statuses:
            return web.Response(status=self.statuses.pop(0))
        self.updates.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        return web.json_response(self.answers.pop(0)) if self.answers else web.Response()


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    one = Hook()
    app = web.Application()
    app.router.add_post("/hook", one.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield one
    await runner.cleanup()


async def test_waiting_and_new_updates_are_delivered_in_order(
    api: Api, driver: Driver, hook: Hook, ann: int
) -> None:
    await api.result("setWebhook", url=hook.url)

    await driver.write(ann, "second")

    await until(lambda: len(hook.updates) == 2)
    assert [one["message"]["text"] for one in hook.updates] == ["/start", "second"]


async def test_the_secret_comes_along(api: Api, hook: Hook, ann: int) -> None:
    await api.result("setWebhook", url=hook.url, secret_token="tell-nobody")

    await until(lambda: bool(hook.secrets))

    assert hook.secrets == ["tell-nobody"]


async def test_what_is_not_taken_is_tried_again(api: Api, hook: Hook, ann: int) -> None:
    hook.statuses = [500, 503]

    await api.result("setWebhook", url=hook.url)

    await until(lambda: len(hook.updates) == 1)
    info = await api.result("getWebhookInfo")
    assert info["last_error_message"].startswith("Wrong response from the webhook: 503")


async def test_a_webhook_nobody_serves_keeps_the_updates(
    api: Api, sandbox: Sandbox, ann: int
) -> None:
    await api.result("setWebhook", url="http://127.0.0.1:9/hook")

    await until(lambda: "last_error_message" in sandbox.world.webhook)

    info = await api.result("getWebhookInfo")
    assert (info["url"], info["pending_update_count"]) == ("http://127.0.0.1:9/hook", 1)


async def test_a_webhook_can_answer_with_a_call(
    api: Api, driver: Driver, hook: Hook, ann: int
) -> None:
    hook.answers = [{"method": "sendMessage", "chat_id": ann, "text": "from the answer"}]

    await api.result("setWebhook", url=hook.url)

    assert await driver.wait_for(ann, "from the answer")


async def test_dropping_pending_updates_starts_afresh(
    api: Api, driver: Driver, hook: Hook, ann: int
) -> None:
    await api.result("setWebhook", url=hook.url, drop_pending_updates=True)

    await driver.write(ann, "second")

    await until(lambda: bool(hook.updates))
    assert hook.updates[0]["message"]["text"] == "second"


async def test_after_its_deletion_polling_works_again(api: Api) -> None:
    await api.result("setWebhook", url="http://127.0.0.1:9/hook")

    await api.result("deleteWebhook")

    assert await api.result("getUpdates") == []
    assert (await api.result("getWebhookInfo"))["url"] == ""


@pytest.mark.parametrize("params", [{"url": "no address"}, {"url": "", "secret_token": "ä"}])
async def test_a_webhook_that_cannot_be_is_refused(api: Api, params: Json) -> None:
    envelope = await api("setWebhook", **params)

    assert envelope["error_code"] == 400
