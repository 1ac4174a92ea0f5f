"""What flows through the guard keeps its shape: pressure, ends of one side, and the end of all."""

from __future__ import annotations

import asyncio
import socket
import struct
from socket import SO_LINGER, SOL_SOCKET

import pytest
import structlog

from bot.downloads.wires import Wire
from tests.downloads.egress_scene import NAME, Site, head, hello, saying, scene, silence
from tests.waiting import PATIENCE, until

URL = f"http://{NAME}/"


async def test_a_side_that_has_said_all_still_hears_the_other() -> None:
    async with scene(_hearing_out) as world, world.tunnel() as wire:
        await wire.send(b"all of it")
        wire.writer.write_eof()

        assert await wire.reader.read() == b"heard all of it"


async def test_a_client_that_does_not_read_slows_the_site_down() -> None:
    flood = _Flood()
    async with scene(flood) as world, world.tunnel():
        await until(lambda: flood.is_stuck)

        # What is under way fits into the buffers of two connections.
        assert flood.sent < flood.size


async def test_a_site_that_does_not_read_slows_the_client_down() -> None:
    flood = _Flood()
    async with scene(_deaf) as world, world.tunnel() as wire:
        flooding = asyncio.create_task(flood.pour(wire))
        await until(lambda: flood.is_stuck)

        assert flood.sent < flood.size

        flooding.cancel()
        wire.abort()


async def test_half_a_body_does_not_look_like_a_whole_one() -> None:
    async with scene(_wanting_a_body) as world:
        async with world.line() as wire:
            lines = f"POST {URL} HTTP/1.1", f"Host: {NAME}", world.password, "Content-Length: 9"
            await wire.send(head(*lines) + b"half")
            wire.writer.write_eof()
            await wire.reader.read()

        await until(lambda: world.site.visits and not world.site.is_open)
        assert world.site.bodies == []


async def test_a_site_may_answer_before_it_has_heard_all() -> None:
    early = saying(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
    async with scene(early) as world, world.line() as wire:
        lines = f"POST {URL} HTTP/1.1", f"Host: {NAME}", world.password, "Content-Length: 9"
        await wire.send(head(*lines))

        async with asyncio.timeout(PATIENCE):
            assert b"413 Too Large" in await wire.reader.readuntil(b"\r\n\r\n")


async def test_who_breaks_off_is_no_error() -> None:
    with structlog.testing.capture_logs() as lines:
        async with scene(silence) as world:
            async with world.tunnel() as wire:
                # Closed so, the other side reads an error instead of an end.
                linger = struct.pack("ii", 1, 0)
                wire.writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, linger)
                wire.abort()
            await until(lambda: world.guard.clients == 0)

    assert [line["error"] for line in lines if "error" in line] == ["ConnectionResetError"]


async def test_stopping_cuts_every_line() -> None:
    async with scene(silence) as world, world.tunnel() as tunnel, world.line() as idle:
        await until(lambda: world.guard.clients == 2)

        await world.guard.stop()

        assert (await tunnel.reader.read(), await idle.reader.read()) == (b"", b"")
        await until(lambda: not world.site.is_open)


async def test_stopping_does_not_wait_for_who_does_not_read() -> None:
    flood = _Flood()
    async with scene(flood) as world, world.tunnel():
        await until(lambda: flood.is_stuck)

        await world.guard.stop()

        assert world.guard.clients == 0


async def test_a_guard_that_stopped_takes_nobody_in() -> None:
    async with scene() as world:
        url = world.guard.url
        await world.guard.stop()

        with socket.socket() as one, pytest.raises(ConnectionRefusedError):
            one.connect(("127.0.0.1", int(url.rpartition(":")[2])))


async def test_stopping_twice_is_as_good_as_once() -> None:
    async with scene() as world:
        await world.guard.stop()
        await world.guard.stop()

        assert world.guard.clients == 0


async def _hearing_out(site: Site, wire: Wire) -> None:
    await wire.send(b"heard " + await wire.reader.read())


async def _deaf(site: Site, wire: Wire) -> None:
    await asyncio.Event().wait()


async def _wanting_a_body(site: Site, wire: Wire) -> None:
    await site.read(wire)
    site.bodies.append(await wire.reader.readexactly(9))
    await hello(site, wire)


class _Flood:
    """64 MB on their way from a site or a client; stuck when a piece does not get away."""

    size = 64 * 2**20

    def __init__(self) -> None:
        self.sent = 0
        self.is_stuck = False

    async def __call__(self, site: Site, wire: Wire) -> None:
        await self.pour(wire)

    async def pour(self, wire: Wire) -> None:
        piece = b"x" * 2**16
        while self.sent < self.size:
            wire.writer.write(piece)
            self.sent += len(piece)
            await self._drain(wire)

    async def _drain(self, wire: Wire) -> None:
        draining = asyncio.ensure_future(wire.writer.drain())
        _, waiting = await asyncio.wait([draining], timeout=0.5)
        self.is_stuck = bool(waiting)
        await draining
