"""People and chats made by the driving interface, and bodies it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import ClientSession

from bot.sandbox.server import Sandbox
from tests.driver import Driver, RefusedError
from tests.sandbox.plain import Api

Json = dict[str, Any]


async def test_a_person_has_what_they_were_given(driver: Driver) -> None:
    details = {"id": 7, "last_name": "Lee", "username": "ann", "language_code": "de"}

    await driver.person("Ann", is_premium=True, is_admin=True, **details)

    (person,) = (await driver.state())["people"]
    known = {"first_name": "Ann", "is_bot": False, "is_premium": True, "is_admin": True}
    assert person == known | details | {"has_started": False, "has_blocked": False}


async def test_numbers_are_given_out_in_order(driver: Driver) -> None:
    numbers = [await driver.person(name) for name in ("Ann", "Bob")]

    assert numbers == [1001, 1002]


@pytest.mark.parametrize(
    ("path", "body", "problem"),
    [
        ("/people", {}, "first_name is missing"),
        ("/people", {"first_name": 5}, "first_name must be text"),
        ("/people", {"first_name": ""}, "first_name must have 1 to 64 characters"),
        ("/people", {"first_name": "Ann", "id": -5}, "id: -5 is taken or not positive"),
        ("/people", {"first_name": "Ann", "id": 424242}, "id: 424242 is taken"),
        ("/people", {"first_name": "Ann", "id": True}, "id must be a whole number"),
        ("/people", {"first_name": "Ann", "is_admin": 1}, "is_admin must be true or false"),
        ("/chats", {"title": "x", "type": "moon"}, "type must be one of group, supergroup"),
        ("/chats", {"title": ""}, "title must have 1 to 128 characters"),
        ("/chats", {"title": "x", "members": [5]}, "members: there is no person 5"),
        ("/chats", {"title": "x", "members": ["5"]}, "members must be a list of whole numbers"),
        ("/chats", {"title": "x", "id": 5}, "id: 5 is taken or not negative"),
        ("/updates", {"update_id": 5}, "update_id is given by the sandbox"),
        ("/settings", {}, "flood_per_second is missing"),
        ("/inline", {"person": 5}, "person: there is no person 5"),
    ],
)
async def test_an_unusable_body_is_refused_with_its_field(
    driver: Driver, path: str, body: Json, problem: str
) -> None:
    with pytest.raises(RefusedError) as caught:
        await driver.ask("POST", path, body)

    assert caught.value.status == 400
    assert caught.value.problem.startswith(problem)


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
async def test_a_body_that_is_no_object_is_refused(sandbox: Sandbox, body: bytes) -> None:
    async with (
        ClientSession() as session,
        session.post(f"{sandbox.url}/sandbox/people", data=body) as response,
    ):
        assert response.status == 400
        assert "the body must be" in (await response.json())["error"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/chats/5", 404),
        ("/chats/x", 400),
        ("/chats/5/messages", 404),
        ("/calls?after=x", 400),
        ("/files/x", 404),
        ("/moon", 404),
    ],
)
async def test_an_address_that_leads_nowhere_says_so(
    driver: Driver, path: str, status: int
) -> None:
    with pytest.raises(RefusedError) as caught:
        await driver.ask("GET", path)

    assert caught.value.status == status


async def test_a_block_and_its_end_reach_the_bot(api: Api, driver: Driver, ann: int) -> None:
    await driver.block(ann)
    await driver.unblock(ann)

    updates = (await api.result("getUpdates"))[1:]

    changes = [one["my_chat_member"]["new_chat_member"]["status"] for one in updates]
    assert changes == ["kicked", "member"]


async def test_blocking_twice_is_heard_once(api: Api, driver: Driver, ann: int) -> None:
    await driver.block(ann)
    await driver.block(ann)

    assert len(await api.result("getUpdates")) == 2


async def test_who_never_wrote_has_nothing_to_block(driver: Driver) -> None:
    person = await driver.person("Ann")

    with pytest.raises(RefusedError, match="has never written to the bot"):
        await driver.block(person)


async def test_a_new_group_brings_the_bot_in(api: Api, driver: Driver, ann: int) -> None:
    group = await driver.group(ann, title="Team")

    change = (await api.result("getUpdates"))[-1]["my_chat_member"]

    assert (change["chat"]["id"], change["from"]["id"]) == (group, ann)
    statuses = [change[name]["status"] for name in ("old_chat_member", "new_chat_member")]
    assert statuses == ["left", "member"]


async def test_a_channel_makes_the_bot_its_administrator(driver: Driver) -> None:
    channel = await driver.channel(title="News")

    assert (await driver.chat(channel))["bot_status"] == "administrator"


async def test_the_first_member_made_the_group(driver: Driver, ann: int, bob: int) -> None:
    group = await driver.group(ann, bob)

    members = (await driver.chat(group))["members"]

    assert [(one["user"]["id"], one["status"]) for one in members] == [
        (ann, "creator"),
        (bob, "member"),
    ]


async def test_get_chat_tells_what_is_pinned(api: Api, ann: int) -> None:
    await api.result("pinChatMessage", chat_id=ann, message_id=1)

    chat = await api.result("getChat", chat_id=ann)

    assert (chat["id"], chat["pinned_message"]["text"]) == (ann, "/start")


async def test_calls_can_be_asked_for_by_method_and_place(api: Api, driver: Driver) -> None:
    for method in ("getMe", "getMyName", "getMe"):
        await api.result(method)

    assert [call["n"] for call in await driver.calls("getme")] == [1, 3]
    assert [call["n"] for call in await driver.calls(after=1)] == [2, 3]


async def test_a_picture_is_shown_and_a_page_only_saved(driver: Driver, api: Api) -> None:
    person = await driver.person("Ann")
    page = {"name": "x.html", "base64": "PHNjcmlwdD4="}
    sent = await driver.attach(person, document=page)

    address = f"{driver.url}/sandbox/files/{sent['document']['file_id']}"
    async with api.session.get(address) as response:
        assert response.headers["Content-Disposition"] == "attachment"
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert await response.read() == b"<script>"


@pytest.mark.parametrize(("site", "status"), [("own", 200), ("http://evil.example", 403)])
async def test_a_foreign_page_cannot_drive_the_sandbox(
    api: Api, sandbox: Sandbox, site: str, status: int
) -> None:
    origin = {"Origin": sandbox.url if site == "own" else site}

    async with api.session.get(f"{sandbox.url}/sandbox/state", headers=origin) as response:
        assert response.status == status
