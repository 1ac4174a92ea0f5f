"""Tests: bot/telegram/webhook.py."""

from __future__ import annotations

import asyncio
import gzip
import io
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.errors import ConfigError
from bot.telegram.intake import Intake
from bot.telegram.webhook import DEFAULT_PATH, SECRET_HEADER, Delivery, Webhook
from bot.web.middlewares import bounded_bodies
from tests.driver import Driver
from tests.telegram.rig import QUICK, Handled, message, offline_bot, opened_intake
from tests.waiting import until

SECRET = "0123456789abcdef"
GOOD = {SECRET_HEADER: SECRET}
DELIVERY = Delivery(url="http://127.0.0.1:9", secret=SECRET, allowed_updates=("message",))

Client = TestClient[web.Request, web.Application]


@pytest.fixture
def handled() -> Handled:
    return Handled()


@pytest.fixture
def intake(handled: Handled) -> Intake:
    return opened_intake(handled, offline_bot(), limit=1)


@pytest.fixture
async def client(intake: Intake) -> AsyncIterator[Client]:
    app = web.Application()
    app.add_routes(Webhook(offline_bot(), intake, DELIVERY, answer_seconds=0.2).routes())
    async with TestClient(TestServer(app)) as one:
        yield one


async def post(client: Client, body: object, headers: dict[str, str] = GOOD) -> int:
    """The status that a delivery of *body* gets."""
    data = {"data": io.BytesIO(body)} if isinstance(body, bytes) else {"json": body}
    async with client.post(DEFAULT_PATH, headers=headers, **data) as response:
        return response.status


async def test_a_delivery_is_handled_before_it_is_answered(
    client: Client, handled: Handled
) -> None:
    status = await post(client, message("hello"))

    assert status == 200 and handled == ["hello"]


@pytest.mark.parametrize(
    "headers",
    [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: SECRET[:-1]}, {SECRET_HEADER: "пароль"}],
    ids=["missing", "empty", "wrong", "not ASCII"],
)
async def test_without_the_secret_nothing_is_taken(
    client: Client, handled: Handled, headers: dict[str, str]
) -> None:
    status = await post(client, message("hello"), headers)

    assert status == 401 and handled == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"5", b'"text"', b"\xff\xfe", b"[" * 50_000])
async def test_what_is_no_json_object_is_a_bad_request(client: Client, body: bytes) -> None:
    assert await post(client, body) == 400


async def test_more_than_a_megabyte_is_too_large(client: Client) -> None:
    assert await post(client, b" " * (2**20 + 1)) == 413


async def test_a_small_body_that_unpacks_to_a_large_one_is_too_large(client: Client) -> None:
    headers = {**GOOD, "Content-Encoding": "gzip"}

    assert await post(client, gzip.compress(b" " * 2**24), headers) == 413


@pytest.mark.parametrize("update", [{"update_id": 5, "telepathy": {}}, {}, {"message": 5}])
async def test_what_cannot_be_decoded_is_answered_so_that_it_does_not_come_again(
    client: Client, update: dict[str, object]
) -> None:
    assert await post(client, update) == 200


async def test_a_delivery_that_comes_again_is_handled_once(
    client: Client, handled: Handled
) -> None:
    update = message("hello")

    statuses = [await post(client, update), await post(client, update)]

    assert statuses == [200, 200] and handled == ["hello"]


async def test_while_stopping_telegram_is_asked_to_come_again(
    client: Client, intake: Intake
) -> None:
    intake.close()

    assert await post(client, message()) == 503


class TestSlowHandlers:
    """The handler waits for a gate."""

    @pytest.fixture
    def gate(self) -> asyncio.Event:
        return asyncio.Event()

    @pytest.fixture
    def handled(self, gate: asyncio.Event) -> Handled:
        return Handled(gate)

    async def test_a_long_handler_goes_on_after_the_answer(
        self, client: Client, intake: Intake, handled: Handled, gate: asyncio.Event
    ) -> None:
        status = await post(client, message("hello"))
        was_in_flight = intake.in_flight

        gate.set()
        await intake.drain(5)

        assert (status, was_in_flight) == (200, 1) and handled == ["hello"]

    async def test_without_a_free_place_telegram_is_asked_to_come_again(
        self, client: Client, intake: Intake, gate: asyncio.Event
    ) -> None:
        await intake.accept(message())

        assert await post(client, message()) == 503
        gate.set()
        await intake.drain(5)

    async def test_what_was_cut_off_is_not_answered_as_handled(
        self, client: Client, intake: Intake
    ) -> None:
        delivery = asyncio.create_task(post(client, message()))
        await until(lambda: intake.in_flight)

        await intake.drain(0)

        assert await delivery == 503


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.org", "https://example.org/telegram/webhook"),
        ("https://example.org/hook", "https://example.org/hook"),
        ("https://example.org:8443/", "https://example.org:8443/telegram/webhook"),
    ],
)
def test_an_address_without_a_path_gets_ours(url: str, address: str) -> None:
    delivery = Delivery(url=url, secret=SECRET, allowed_updates=())

    assert delivery.address == address and address.endswith(delivery.path)


async def test_telegram_delivers_what_people_write(
    bot: Bot, driver: Driver, handled: Handled, unused_tcp_port: int
) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}/hook"
    delivery = Delivery(url=url, secret=SECRET, allowed_updates=("message",))
    webhook, app = Webhook(bot, opened_intake(handled, bot), delivery), web.Application()
    app.add_routes(webhook.routes())
    async with TestServer(app, port=unused_tcp_port):
        await webhook.register()

        await driver.write(await driver.person(), "hello")

        await until(lambda: handled == ["hello"])
    await bot.delete_webhook()


async def test_registering_goes_on_until_telegram_answers(bot: Bot, driver: Driver) -> None:
    await driver.fault("setWebhook", "drop", times=2)

    await Webhook(bot, opened_intake(Handled(), bot), DELIVERY, backoff=QUICK).register()

    assert [call["ok"] for call in await driver.calls("setWebhook")][-1] is True


async def test_a_refused_address_names_the_setting(bot: Bot, driver: Driver) -> None:
    await driver.fault("setWebhook", "status", status=400, description="bad webhook", times=1)
    webhook = Webhook(bot, opened_intake(Handled(), bot), DELIVERY, backoff=QUICK)

    with pytest.raises(ConfigError, match=r"WEBHOOK_URL: was refused: bad webhook"):
        await webhook.register()


async def test_a_body_that_a_middleware_has_read_is_still_there(
    intake: Intake, handled: Handled
) -> None:
    app = web.Application(middlewares=[bounded_bodies(5)])
    app.add_routes(Webhook(offline_bot(), intake, DELIVERY).routes())
    async with TestClient(TestServer(app)) as client:
        status = await post(client, message("hello"))

    assert status == 200 and handled == ["hello"]


async def test_more_than_a_megabyte_is_too_large_where_the_application_has_no_limit(
    intake: Intake,
) -> None:
    app = web.Application(client_max_size=0)
    app.add_routes(Webhook(offline_bot(), intake, DELIVERY).routes())
    async with TestClient(TestServer(app)) as client:
        assert await post(client, b" " * (2**20 + 1)) == 413
