"""Files as the page gets them: whole or in parts, and nothing that runs."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import ClientResponse

from bot.sandbox.server import Sandbox
from tests.driver import Driver
from tests.sandbox.plain import Api
from tests.sandbox.samples import attachment, png

TEN = b"0123456789"
DOWNLOAD = "attachment"


@pytest.fixture
async def song(sandbox: Sandbox, driver: Driver, ann: int) -> str:
    message = await driver.attach(ann, audio=attachment(TEN, "song.mp3"))
    return f"{sandbox.url}/sandbox/files/{message['audio']['file_id']}"


async def fetch(api: Api, address: str, span: str | None = None) -> tuple[ClientResponse, bytes]:
    headers = {"Range": span} if span else {}
    async with api.session.get(address, headers=headers) as response:
        return response, await response.read()


async def test_without_a_range_the_whole_comes(api: Api, song: str) -> None:
    response, body = await fetch(api, song)

    assert (response.status, body) == (200, TEN)
    assert response.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("span", "place", "part"),
    [
        ("bytes=0-", "0-9", TEN),
        ("bytes=4-5", "4-5", b"45"),
        ("bytes=8-99", "8-9", b"89"),
        ("bytes=-3", "7-9", b"789"),
        ("bytes=-99", "0-9", TEN),
    ],
)
async def test_a_range_gets_its_part(
    api: Api, song: str, span: str, place: str, part: bytes
) -> None:
    response, body = await fetch(api, song, span)

    assert (response.status, body) == (206, part)
    assert response.headers["Content-Range"] == f"bytes {place}/10"
    assert response.headers["Content-Type"] == "audio/mpeg"


async def test_a_range_beyond_the_end_is_refused(api: Api, song: str) -> None:
    response, _ = await fetch(api, song, "bytes=10-")

    assert (response.status, response.headers["Content-Range"]) == (416, "bytes */10")


@pytest.mark.parametrize("span", ["5-4", "1-2,4-5", "x", "9" * 5000])
async def test_a_range_that_makes_no_sense_gets_the_whole(api: Api, song: str, span: str) -> None:
    response, body = await fetch(api, song, f"bytes={span}")

    assert (response.status, body) == (200, TEN)


@pytest.mark.parametrize(
    ("name", "disposition"),
    [("a.png", ""), ("a.mp4", ""), ("a.svg", DOWNLOAD), ("a.html", DOWNLOAD), ("a", DOWNLOAD)],
)
async def test_only_pictures_films_and_sound_are_shown(
    api: Api, sandbox: Sandbox, driver: Driver, ann: int, name: str, disposition: str
) -> None:
    sent = await driver.attach(ann, document=attachment(png(1, 1), name))
    address = f"{sandbox.url}/sandbox/files/{sent['document']['file_id']}"

    response, _ = await fetch(api, address)

    assert response.headers.get("Content-Disposition", "") == disposition
    assert response.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("image/svg+xml; charset=utf-8", "image/svg+xml"),
        ("IMAGE/PNG", "image/png"),
        ("image/<b>", "application/octet-stream"),
        ("nonsense", "application/octet-stream"),
    ],
)
async def test_a_type_is_taken_only_when_it_is_one(
    api: Api, ann: int, said: str, kept: str
) -> None:
    head = "Content-Disposition: form-data; name="
    parts = [f'{head}"chat_id"\r\n\r\n{ann}']
    parts.append(f'{head}"document"; filename="x"\r\nContent-Type: {said}\r\n\r\nx')
    body = "".join(f"--B\r\n{part}\r\n" for part in parts) + "--B--\r\n"

    sent = await post(api, body)

    assert sent["result"]["document"]["mime_type"] == kept


async def post(api: Api, body: str) -> dict[str, Any]:
    kind = {"Content-Type": "multipart/form-data; boundary=B"}
    address = f"{api.base}/sendDocument"
    async with api.session.post(address, data=body, headers=kind) as response:
        envelope: dict[str, Any] = await response.json()
        return envelope
