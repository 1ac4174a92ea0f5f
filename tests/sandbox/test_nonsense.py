"""Whatever a bot or a driver sends, the answer is a refusal and never a crash."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
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


DEEP = "[" * 300 + "]" * 300


async def test_what_is_nested_too_deeply_is_refused(api: Api, driver: Driver, ann: int) -> None:
    buttons = {"keyboard": [[{"text": "a", "more": orjson.loads(DEEP)}]]}

    as_json = await api("sendMessage", chat_id=ann, text="a", reply_markup=buttons)
    as_text = await api("sendMessage", chat_id=ann, text="a", entities=DEEP)
    with pytest.raises(RefusedError, match="nested too deeply"):
        await driver.update({"message": buttons})

    assert as_json["error_code"] == as_text["error_code"] == 400


FORM = "Content-Type: application/x-www-form-urlencoded"
PARTS = "Content-Type: multipart/form-data; boundary=B"
ODD = (
    '--B\r\nContent-Disposition: form-data; name="document"; filename="\xff"\r\n\r\nx\r\n--B--\r\n'
)
END = "Host: localhost\r\nConnection: close"


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        ("/send\xff", FORM, ""),
        ("/getMe?a=\xff&b=%FF&%ED%A0%80=1", FORM, ""),
        ("/getMe", f"{FORM}; charset=nonsense", "a=1"),
        ("/getMe", f"{FORM}; charset=utf-8", "a=%FF&\xff=1"),
        ("/sendDocument?chat_id=1001", PARTS, ODD),
    ],
)
async def test_bytes_that_are_no_text_break_nothing(
    api: Api, sandbox: Sandbox, driver: Driver, ann: int, path: str, kind: str, body: str
) -> None:
    line = f"POST {api.base.removeprefix(sandbox.url)}{path} HTTP/1.1\r\n{END}\r\n{kind}\r\n"

    status = await spoken(sandbox, f"{line}Content-Length: {len(body)}\r\n\r\n{body}")

    assert status in {200, 400, 404}
    assert await driver.calls() is not None


async def test_a_token_that_is_no_text_is_a_wrong_one(sandbox: Sandbox) -> None:
    status = await spoken(sandbox, f"GET /bot\xff/getMe HTTP/1.1\r\n{END}\r\n\r\n")

    assert status in {400, 401}


async def spoken(sandbox: Sandbox, request: str) -> int:
    """The status of an answer to bytes that a decent client would not send."""
    port = int(sandbox.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request.encode("latin-1"))
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return int(answer.split(b" ", 2)[1])


HUGE = 2**62


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/chats/--5", None),
        ("GET", f"/chats/{'9' * 5000}", None),
        ("GET", "/calls?after=--1", None),
        ("POST", "/people", {"first_name": "Eve", "id": HUGE}),
        ("POST", "/chats", {"title": "x", "members": [HUGE]}),
        ("POST", "/settings", {"flood_per_second": 1e300}),
        ("POST", "/settings", {"flood_per_second": 5e-324}),
        ("POST", "/faults", {"kind": "delay", "seconds": 1e300}),
        ("POST", "/faults", {"kind": "drop", "times": 0}),
    ],
)
async def test_numbers_beyond_reason_are_refused(
    driver: Driver, method: str, path: str, body: dict[str, Any] | None
) -> None:
    with pytest.raises(RefusedError) as caught:
        await driver.ask(method, path, body)

    assert caught.value.status == 400
