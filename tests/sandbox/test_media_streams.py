"""Slow and large files come as they say, whole or in parts, and end with their reader."""

from __future__ import annotations

import asyncio

import pytest

from bot.sandbox.media_melody import melody
from bot.sandbox.server import Sandbox
from tests.sandbox.extraction import look
from tests.sandbox.plain import Api


async def test_a_slow_file_comes_piece_by_piece(api: Api, sandbox: Sandbox) -> None:
    address = f"{sandbox.url}/media/slow/melody.wav?speed=1000"

    async with api.session.get(address) as response:
        first = await response.content.readany()

    assert response.content_length == len(melody())
    assert melody().startswith(first) and 0 < len(first) < 10_000


async def test_a_slow_file_is_the_melody_in_the_end(api: Api, sandbox: Sandbox) -> None:
    address = f"{sandbox.url}/media/slow/melody.wav?speed=1000000000"

    async with api.session.get(address) as response:
        assert await response.read() == melody()


async def test_a_stop_does_not_wait_for_a_slow_reader(api: Api) -> None:
    other = Sandbox()
    await other.start()
    response = await api.session.get(f"{other.url}/media/slow/melody.wav?speed=10")
    await response.content.readany()

    await asyncio.wait_for(other.stop(), 10)

    response.close()


@pytest.mark.parametrize(
    ("wanted", "place"),
    [("bytes=8-11", "8-11/2116844"), ("bytes=2116800-", "2116800-2116843/2116844")],
)
async def test_a_broken_download_goes_on(
    api: Api, sandbox: Sandbox, wanted: str, place: str
) -> None:
    address = f"{sandbox.url}/media/slow/melody.wav?speed=1000000000"

    async with api.session.get(address, headers={"Range": wanted}) as response:
        part = await response.read()

    first, _, last = place.partition("/")[0].partition("-")
    assert (response.status, response.headers["Content-Range"]) == (206, f"bytes {place}")
    assert part == melody()[int(first) : int(last) + 1]


async def test_a_range_beyond_the_end_is_refused(api: Api, sandbox: Sandbox) -> None:
    address, headers = f"{sandbox.url}/media/large/silence.wav", {"Range": "bytes=60000000-"}

    async with api.session.get(address, headers=headers) as response:
        assert (response.status, response.headers["Content-Range"]) == (416, "bytes */60000000")


async def test_a_range_nobody_can_read_gets_the_whole(api: Api, sandbox: Sandbox) -> None:
    address = f"{sandbox.url}/media/large/silence.wav?megabytes=1"

    async with api.session.get(address, headers={"Range": "pages=1-2"}) as response:
        assert response.content_length == 1_000_000


async def test_a_large_file_has_the_size_that_was_ordered(api: Api, sandbox: Sandbox) -> None:
    async with api.session.get(f"{sandbox.url}/media/large/silence.wav?megabytes=3") as response:
        content = await response.read()

    assert (len(content), content[:4], set(content[44:])) == (3_000_000, b"RIFF", {0})


@pytest.mark.parametrize(
    ("query", "size", "kind"),
    [
        ("megabytes=7", 7_000_000, "wav"),
        ("megabytes=7&as=mp4", 7_000_000, "mp4"),
        ("megabytes=7&said=0", None, "wav"),
    ],
)
async def test_a_large_file_tells_its_size_or_keeps_it_to_itself(
    sandbox: Sandbox, query: str, size: int | None, kind: str
) -> None:
    found = await look(f"{sandbox.url}/media/large?{query}")

    assert (found.get("filesize"), found["ext"]) == (size, kind)


async def test_asking_for_the_head_sends_no_body(api: Api, sandbox: Sandbox) -> None:
    async with api.session.head(f"{sandbox.url}/media/large/silence.mp4") as response:
        assert response.headers["Content-Length"] == "60000000"
        assert await response.read() == b""


@pytest.mark.parametrize(
    "path",
    ["slow?speed=0", "slow?speed=x", "large?megabytes=0", "large?megabytes=4001", "large?as=exe"],
)
async def test_an_unusable_measure_is_refused(api: Api, sandbox: Sandbox, path: str) -> None:
    field = path.partition("?")[2].partition("=")[0]

    async with api.session.get(f"{sandbox.url}/media/{path}") as response:
        told = await response.json()

    assert response.status == 400
    assert told["error"].startswith(f"{field} must")
