"""The page's WebSocket."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType

from bot.sandbox.live import BACKLOG
from bot.sandbox.server import Sandbox
from tests.driver import Driver
from tests.sandbox.plain import Api
from tests.waiting import until


@pytest.fixture
async def line(api: Api, sandbox: Sandbox) -> AsyncIterator[ClientWebSocketResponse]:
    async with api.session.ws_connect(f"{sandbox.url}/sandbox/live") as socket:
        await until(lambda: bool(sandbox.world.watchers))
        yield socket


async def test_changes_come_as_they_happen(
    line: ClientWebSocketResponse, api: Api, driver: Driver
) -> None:
    person = await driver.person("Ann")
    await driver.write(person, "hello")
    await api.result("sendChatAction", chat_id=person, action="typing")

    changes = [await line.receive_json(timeout=5) for _ in range(3)]

    assert [one["type"] for one in changes] == ["person", "message", "action"]
    assert changes[1]["message"]["text"] == "hello"


async def test_a_deletion_names_the_message(
    line: ClientWebSocketResponse, api: Api, driver: Driver
) -> None:
    person = await driver.person("Ann")
    await driver.write(person, "hello")
    await api.result("deleteMessage", chat_id=person, message_id=1)

    changes = [await line.receive_json(timeout=5) for _ in range(3)]

    assert changes[-1] == {"type": "message", "chat_id": person, "deleted": 1}


async def test_a_page_that_went_is_forgotten(
    line: ClientWebSocketResponse, sandbox: Sandbox
) -> None:
    await line.close()

    await until(lambda: not sandbox.world.watchers)


async def test_the_end_of_the_sandbox_closes_the_line(
    line: ClientWebSocketResponse, sandbox: Sandbox
) -> None:
    await sandbox.stop()

    assert (await line.receive(timeout=5)).type == WSMsgType.CLOSE


async def test_a_page_that_does_not_read_is_cut_off(
    line: ClientWebSocketResponse, sandbox: Sandbox
) -> None:
    for _ in range(BACKLOG + 1):
        sandbox.world.tell({"type": "chat"})

    await until(lambda: not sandbox.world.watchers)
