"""Faults on order, and the flood limit."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import ClientError

from bot.sandbox.flood import Flood
from bot.sandbox.params import ApiError
from bot.sandbox.server import Sandbox
from tests.driver import Driver, RefusedError
from tests.sandbox.plain import Api
from tests.waiting import until

Json = dict[str, Any]


async def test_a_status_is_answered_in_telegrams_envelope(api: Api, driver: Driver) -> None:
    await driver.fault("getMe", "status", status=429, retry_after=3)

    envelope = await api("getMe")

    words = "Too Many Requests: retry after 3"
    assert envelope == {
        "ok": False,
        "error_code": 429,
        "description": words,
        "parameters": {"retry_after": 3},
    }


async def test_the_description_can_be_ordered_too(api: Api, driver: Driver) -> None:
    await driver.fault("getMe", "status", status=400, description="Bad Request: PEER_FLOOD")

    assert await api.problem("getMe") == "Bad Request: PEER_FLOOD"


async def test_a_fault_ends_after_its_times(api: Api, driver: Driver) -> None:
    await driver.fault("getMe", "status", times=2)

    assert [(await api("getMe"))["ok"] for _ in range(3)] == [False, False, True]


async def test_other_methods_are_not_hit(api: Api, driver: Driver) -> None:
    await driver.fault("sendMessage", "status")

    assert await api.result("getMe")


async def test_a_star_hits_every_method(api: Api, driver: Driver) -> None:
    await driver.fault("*", "status", status=502)

    assert await api.problem("getMe") == await api.problem("getUpdates") == "Bad Gateway"


async def test_a_removed_fault_is_over(api: Api, driver: Driver) -> None:
    fault = await driver.fault("*", "status")
    await driver.ask("DELETE", f"/faults/{fault}")

    assert await api.result("getMe")
    assert (await driver.state())["faults"] == []


async def test_all_faults_can_be_cleared(api: Api, driver: Driver) -> None:
    await driver.fault("*", "status")

    await driver.clear_faults()

    assert await api.result("getMe")


async def test_a_fault_that_is_not_there_cannot_be_removed(driver: Driver) -> None:
    with pytest.raises(RefusedError, match="404: ID: there is no fault 5"):
        await driver.ask("DELETE", "/faults/5")


async def test_a_dropped_call_is_not_done(api: Api, driver: Driver, ann: int) -> None:
    await driver.fault("sendMessage", "drop", times=1)

    with pytest.raises(ClientError):
        await api("sendMessage", chat_id=ann, text="x")

    assert [one["text"] for one in await driver.messages(ann)] == ["/start"]


async def test_a_lost_call_is_done_but_not_answered(api: Api, driver: Driver, ann: int) -> None:
    await driver.fault("sendMessage", "lost", times=1)

    with pytest.raises(ClientError):
        await api("sendMessage", chat_id=ann, text="x")

    assert [one["text"] for one in await driver.messages(ann)] == ["/start", "x"]


async def test_garbage_is_no_json(api: Api, driver: Driver) -> None:
    await driver.fault("getMe", "garbage")

    async with api.session.get(f"{api.base}/getMe") as response:
        assert (response.status, response.content_type) == (200, "text/html")


async def test_a_delayed_call_is_answered(api: Api, driver: Driver) -> None:
    await driver.fault("getMe", "delay", seconds=0.05)

    assert await api.result("getMe")


async def test_a_hanging_call_ends_with_its_seconds(api: Api, driver: Driver) -> None:
    await driver.fault("getMe", "hang", seconds=0.05)

    with pytest.raises(ClientError):
        await api("getMe")

    (call,) = await driver.calls("getMe")
    assert (call["ok"], call["description"]) == (False, "no answer was given")


async def test_a_hanging_call_is_let_go_when_the_fault_is_removed(
    api: Api, driver: Driver, sandbox: Sandbox
) -> None:
    await driver.fault("getMe", "hang", times=1)
    hanging = asyncio.create_task(api("getMe"))
    await until(lambda: sandbox.world.calls_made == 1)

    await driver.clear_faults()

    with pytest.raises(ClientError):
        await hanging


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, "kind is missing"),
        ({"kind": "explode"}, "kind must be one of status, delay"),
        ({"kind": "status", "status": 200}, "status must be 400 to 599"),
        ({"kind": "status", "status": 429}, "retry_after is missing"),
        ({"kind": "delay", "seconds": -1}, "seconds must not be negative"),
        ({"kind": "delay", "seconds": "x"}, "seconds must be a number"),
    ],
)
async def test_a_fault_that_cannot_be_is_refused(driver: Driver, body: Json, problem: str) -> None:
    with pytest.raises(RefusedError, match=problem):
        await driver.ask("POST", "/faults", body)


async def test_more_than_the_limit_is_too_many(api: Api, driver: Driver, ann: int) -> None:
    await driver.flood_limit(2)

    sent = [await api("sendMessage", chat_id=ann, text=str(n)) for n in range(3)]

    assert [one["ok"] for one in sent] == [True, True, False]
    assert sent[-1]["parameters"] == {"retry_after": 1}


def test_a_second_later_the_limit_is_free_again() -> None:
    now = 0.0
    flood = Flood(per_second=1, clock=lambda: now)
    flood.count("1")
    flood.count("2")
    with pytest.raises(ApiError, match="retry after 1"):
        flood.count("1")

    now = 1.0

    flood.count("1")


def test_less_than_one_a_second_is_one_in_longer() -> None:
    flood = Flood(per_second=0.1, clock=lambda: 0.0)
    flood.count("1")

    with pytest.raises(ApiError, match="retry after 10"):
        flood.count("1")
