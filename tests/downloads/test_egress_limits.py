"""The guard waits for nobody for ever, and it takes in neither too many nor too much."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
import structlog

from bot.downloads.visit import Patience
from bot.downloads.wires import Wire
from tests.downloads.egress_scene import (
    NAME,
    Site,
    head,
    parsed,
    scene,
    silence,
)
from tests.waiting import until

URL = f"http://{NAME}/"
LIMIT = 32 * 1024
BRIEF = 0.05  # seconds


@pytest.mark.parametrize("size", [LIMIT, 4 * LIMIT, 100 * LIMIT])
async def test_a_head_that_is_too_long_is_refused(size: int) -> None:
    async with scene() as world:
        reply = await world.get(URL, f"X: {'x' * size}")

        assert (reply.status, world.site.visits) == (431, 0)


async def test_a_head_of_the_longest_size_is_read() -> None:
    async with scene() as world:
        lines = [f"GET {URL} HTTP/1.1", f"Host: {NAME}", world.password, "X: "]
        lines[-1] += "x" * (LIMIT - len(head(*lines)))

        reply = parsed(await world.shout(head(*lines)))

        assert (reply.status, len(head(*lines))) == (200, LIMIT)


@pytest.mark.parametrize("start", [b"", b"GET http://site.example/ HTTP/1.1\r\nHost:"])
async def test_a_head_that_does_not_come_is_given_up(start: bytes) -> None:
    async with scene(patience=Patience(head=BRIEF)) as world:
        reply = parsed(await world.shout(start))

        assert (reply.status, world.site.visits) == (408, 0)


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET http://site.example/ HTTP/1.1\r\n\r\n",
        b"GET http://site.example/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET http://site.example/ HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET http://site.example/ x HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
async def test_what_is_no_head_is_refused(data: bytes) -> None:
    async with scene() as world:
        reply = parsed(await world.shout(data))

        assert (reply.status, reply.reason) == (400, "Egress failed: head")


@pytest.mark.parametrize("header", ["Content-Length: 3", "Transfer-Encoding: chunked"])
async def test_a_connect_with_a_body_is_refused(header: str) -> None:
    async with scene() as world:
        reply = await world.say(f"CONNECT {NAME}:443 HTTP/1.1", f"Host: {NAME}", header)

        assert (reply.status, world.site.visits) == (400, 0)


async def test_whoever_says_nothing_is_no_trouble() -> None:
    async with scene() as world:
        async with world.line():
            await until(lambda: world.guard.clients == 1)

        await until(lambda: world.guard.clients == 0)
        assert world.guard.refusals == {}


async def test_one_client_too_many_is_sent_away() -> None:
    async with scene(patience=Patience(clients=2)) as world, AsyncExitStack() as lines:
        for _ in range(2):
            await lines.enter_async_context(world.tunnel())

        reply = parsed(await world.shout(b""))

        assert (reply.status, reply.reason) == (503, "Egress failed: busy")


async def test_who_leaves_makes_room() -> None:
    async with scene(patience=Patience(clients=1)) as world:
        async with world.tunnel():
            pass
        await until(lambda: world.guard.clients == 0)

        assert (await world.get(URL)).status == 200


async def test_a_name_that_is_not_resolved_in_time_is_given_up() -> None:
    async with scene(patience=Patience(name=0)) as world:
        reply = await world.get(URL)

        assert (reply.status, reply.reason) == (504, "Egress failed: name_timeout")


async def test_an_address_that_does_not_answer_in_time_is_given_up() -> None:
    async with scene(patience=Patience(dial=0)) as world:
        reply = await world.get(URL)

        assert (reply.status, reply.reason) == (504, "Egress failed: dial_timeout")


async def test_a_site_that_says_nothing_is_given_up() -> None:
    async with scene(silence, patience=Patience(idle=BRIEF)) as world:
        reply = await world.get(URL)

        assert (reply.status, reply.reason) == (504, "Egress failed: response_timeout")


async def test_a_tunnel_in_which_nothing_moves_is_closed() -> None:
    async with scene(silence, patience=Patience(idle=BRIEF)) as world, world.tunnel() as wire:
        assert await wire.reader.read() == b""

        await until(lambda: not world.site.is_open)


async def test_a_tunnel_lives_while_one_side_speaks() -> None:
    async with scene(_dripping, patience=Patience(idle=0.5)) as world, world.tunnel() as wire:
        assert await wire.reader.read() == b"." * 20


async def test_a_later_version_of_http_is_refused() -> None:
    async with scene() as world:
        reply = await world.say(f"GET {URL} HTTP/2.0", f"Host: {NAME}")

        assert (reply.status, world.site.visits) == (505, 0)


async def test_refusals_are_counted_by_their_reason() -> None:
    async with scene() as world:
        for host in ("127.0.0.1", "10.0.0.1", "[::1]"):
            await world.get(f"http://{host}/")

        assert world.guard.refusals == {"loopback": 2, "private": 1}


async def test_the_log_has_neither_paths_nor_passwords() -> None:
    with structlog.testing.capture_logs() as lines:
        async with scene() as world:
            await world.get(f"http://{NAME}/path?query")
            await world.get("http://10.0.0.1/path?query")
            secret = world.password.split()[-1]

    text = str(lines)
    assert NAME in text and "private" in text
    assert not [word for word in ("path", "query", secret) if word in text]


async def test_hosts_are_named_for_debugging_only() -> None:
    with structlog.testing.capture_logs() as lines:
        async with scene() as world:
            await world.get("http://10.0.0.1/")

    assert [
        line for line in lines if "10.0.0.1" in str(line) and line["log_level"] != "debug"
    ] == []


async def _dripping(site: Site, wire: Wire) -> None:
    for _ in range(20):
        await wire.send(b".")
        await asyncio.sleep(0.05)
