"""Whatever a bot or a driver sends, the answer is a refusal and never a crash."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.sandbox.server import Sandbox
from tests.driver import Driver, RefusedError
from tests.sandbox.plain import Api

NONSENSE: list[Any] = [5, "{", "[]", [5], {"type": ["photo"]}, [[]], "null", [{"type": 5}]]
FIELDS = [
    ("sendMediaGroup", "media"),
    ("editMessageMedia", "media"),
    ("setMessageReaction", "reaction"),
    ("sendPoll", "options"),
    ("restrictChatMember", "permissions"),
    ("sendInvoice", "prices"),
    ("sendPhoto", "photo"),
    ("getFile", "file_id"),
    ("banChatMember", "user_id"),
    ("stopPoll", "message_id"),
    ("refundStarPayment", "user_id"),
]
SOUND = {"title": "a", "description": "a", "payload": "a", "currency": "XTR", "question": "?"}


@pytest.fixture
async def api(sandbox: Sandbox) -> AsyncIterator[Api]:
    async with ClientSession() as session:
        yield Api(sandbox, session)


@pytest.mark.parametrize(("method", "field"), FIELDS)
async def test_nonsense_in_a_call_is_a_bad_request(
    api: Api, driver: Driver, ann: int, method: str, field: str
) -> None:
    group = await driver.group(ann, bot_is_admin=True)
    sent = await api.result("sendMessage", chat_id=group, text="hello")
    place = {"chat_id": group, "message_id": sent["message_id"], "user_id": ann}

    for value in NONSENSE:
        answer = await api(method, **{**SOUND, **place, field: value})

        assert answer["ok"] or answer["error_code"] == 400, (value, answer)


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("react", {"emoji": "👍"}),
        ("react", {"emoji": [["👍"]]}),
        ("vote", {"option_ids": ["0"]}),
        ("pay", {"link": 5}),
        ("pay", {"message_id": "1"}),
        ("join", {"person": None}),
    ],
)
async def test_nonsense_in_a_driving_call_names_the_field(
    driver: Driver, ann: int, action: str, body: dict[str, Any]
) -> None:
    message = await driver.write(ann, "hello")
    group = await driver.group(ann)
    chat = group if action == "join" else ann
    whole = {"person": ann, "message_id": message["message_id"], **body}

    with pytest.raises(RefusedError) as caught:
        await driver.ask("POST", f"/chats/{chat}/{action}", whole)

    assert caught.value.status == 400
    assert next(iter(body)) in caught.value.problem
