"""Long polling as Telegram does it."""

from __future__ import annotations

import asyncio

import orjson

from bot.sandbox.server import Sandbox
from tests.driver import Driver
from tests.sandbox.plain import Api
from tests.waiting import until

CONFLICT = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)


async def test_an_update_stays_until_an_offset_confirms_it(api: Api, ann: int) -> None:
    (update,) = await api.result("getUpdates")
    again = await api.result("getUpdates", offset=update["update_id"])
    after = await api.result("getUpdates", offset=update["update_id"] + 1)

    assert (again, after) == ([update], [])


async def test_the_limit_bounds_the_batch(api: Api, driver: Driver, ann: int) -> None:
    await driver.write(ann, "second")

    updates = await api.result("getUpdates", limit=1)

    assert [one["message"]["text"] for one in updates] == ["/start"]


async def test_a_negative_offset_keeps_the_newest(api: Api, driver: Driver, ann: int) -> None:
    await driver.write(ann, "second")

    await api.result("getUpdates", offset=-1)

    updates = await api.result("getUpdates")
    assert [one["message"]["text"] for one in updates] == ["second"]


async def test_a_poll_waits_for_the_next_update(api: Api, driver: Driver) -> None:
    person = await driver.person("Ann")
    poll = asyncio.create_task(api.result("getUpdates", timeout=20))

    await driver.write(person, "hello")

    assert [one["message"]["text"] for one in await poll] == ["hello"]


async def test_a_poll_ends_empty_when_its_time_is_over(api: Api) -> None:
    assert await api.result("getUpdates", timeout=1) == []


async def test_the_older_of_two_pollers_gives_way(api: Api, sandbox: Sandbox) -> None:
    older = asyncio.create_task(api("getUpdates", timeout=20))
    await until(lambda: sandbox.world.poll == 1)

    await api.result("getUpdates")

    assert (await older)["description"] == CONFLICT


async def test_polling_is_refused_while_a_webhook_is_set(api: Api) -> None:
    await api.result("setWebhook", url="http://127.0.0.1:9/hook")

    envelope = await api("getUpdates")

    assert envelope["error_code"] == 409
    assert "can't use getUpdates method while webhook is active" in envelope["description"]


async def test_a_webhook_ends_a_poll_that_waits(api: Api, sandbox: Sandbox) -> None:
    poll = asyncio.create_task(api("getUpdates", timeout=20))
    await until(lambda: sandbox.world.poll == 1)

    await api.result("setWebhook", url="http://127.0.0.1:9/hook")

    assert (await poll)["error_code"] == 409


async def test_kinds_that_were_not_asked_for_do_not_come(
    api: Api, driver: Driver, ann: int
) -> None:
    await api.result("getUpdates", allowed_updates=["callback_query"])

    await driver.write(ann, "unheard")

    updates = await api.result("getUpdates")
    assert [one["message"]["text"] for one in updates] == ["/start"]


async def test_chat_member_comes_only_to_who_asks(api: Api, driver: Driver, ann: int) -> None:
    group = await driver.group(ann, bot_is_admin=True)
    for kinds, name in ([], "Bob"), (["chat_member"], "Cid"):
        await api.result("getUpdates", allowed_updates=kinds)
        await driver.join(await driver.person(name), group)

    updates = await api.result("getUpdates")

    joined = [one["chat_member"] for one in updates if "chat_member" in one]
    assert [one["new_chat_member"]["user"]["first_name"] for one in joined] == ["Cid"]


async def test_a_call_without_kinds_keeps_the_old_choice(api: Api) -> None:
    await api.result("getUpdates", allowed_updates=["message"])

    await api.result("getUpdates")

    assert (await api.result("getWebhookInfo"))["allowed_updates"] == ["message"]


async def test_nonsense_is_delivered_with_a_number(api: Api, driver: Driver) -> None:
    queued = await driver.update({"message": "nonsense", "future": {}})

    (update,) = await api.result("getUpdates")

    assert update == queued
    assert update.keys() == {"update_id", "message", "future"}


async def test_raw_text_is_delivered_byte_for_byte(api: Api, driver: Driver) -> None:
    await driver.update({"raw": '{"update_id":  7, "message": 1e999}'})

    async with api.session.get(f"{api.base}/getUpdates") as response:
        body = await response.read()

    assert body == b'{"ok":true,"result":[{"update_id":  7, "message": 1e999}]}'


async def test_raw_text_that_is_no_json_spoils_the_answer(api: Api, driver: Driver) -> None:
    queued = await driver.update({"raw": "{{{"})

    async with api.session.get(f"{api.base}/getUpdates") as response:
        assert b"{{{" in await response.read()

    assert await api.result("getUpdates", offset=queued["update_id"] + 1) == []


async def test_waiting_updates_can_be_dropped(api: Api, driver: Driver, ann: int) -> None:
    assert await driver.ask("DELETE", "/updates") == {"dropped": 1}

    assert (await driver.state())["pending_updates"] == 0


async def test_update_numbers_grow(api: Api, driver: Driver, ann: int) -> None:
    await driver.write(ann, "second")

    first, second = await api.result("getUpdates")

    assert second["update_id"] > first["update_id"]


async def test_garbage_in_place_of_updates_is_no_json(api: Api, driver: Driver) -> None:
    await driver.fault("getUpdates", "garbage", times=1)

    async with api.session.get(f"{api.base}/getUpdates") as response:
        body = await response.read()

    assert response.status == 200
    assert not is_json(body)


def is_json(body: bytes) -> bool:
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return True
