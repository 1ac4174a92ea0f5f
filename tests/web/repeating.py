"""A door that counts what it was asked, and connections that ask it byte by byte."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from bot.web.repeats import AGAIN
from tests.web.conftest import Running, Seconds, Serve

LENGTH = re.compile(rb"Content-Length: (\d+)")


def asking(path: str = "/door", *more: str, method: str = "GET") -> bytes:
    """A request's head."""
    lines = [f"{method} {path} HTTP/1.1", "Host: here", *more]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode()


@dataclass
class Door:
    """Counts what it was asked, tells the count, and lets it be repeated."""

    asked: list[str] = field(default_factory=list)
    connections: list[web.RequestHandler] = field(default_factory=list)
    is_open: bool = True
    padding: int = 0
    is_waiting: asyncio.Event = field(default_factory=asyncio.Event)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def door(self, request: web.Request) -> web.Response:
        """Whatever comes, at once."""
        self.asked.append(request.path_qs)
        self.connections.append(request.protocol)
        request[AGAIN] = lambda: self.is_open
        body = f"{len(self.asked)}:".encode() + b"." * self.padding
        return web.Response(body=body, headers={"ETag": '"one"'})

    async def slow(self, request: web.Request) -> web.Response:
        """The same, once may_answer is set."""
        self.is_waiting.set()
        await self.may_answer.wait()
        return await self.door(request)

    async def once(self, _: web.Request) -> web.Response:
        """An answer that nobody said may be repeated."""
        self.asked.append("once")
        return web.Response(text=str(len(self.asked)))

    async def had(self, request: web.Request) -> web.Response:
        """Nothing new."""
        await self.door(request)
        return web.Response(status=304, headers={"ETag": '"one"'})

    async def packed(self, request: web.Request) -> web.Response:
        """What aiohttp packs."""
        response = await self.door(request)
        response.enable_compression()
        return response

    def routes(self) -> list[web.RouteDef]:
        """Where each is."""
        return [
            web.route("*", "/door", self.door),
            web.get("/slow", self.slow),
            web.get("/once", self.once),
            web.get("/had/{name}", self.had),
            web.get("/packed", self.packed),
        ]


@dataclass
class Line:
    """A connection that sends bytes, and reads answers one by one."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, request: bytes) -> bytes:
        """The answer, head and body."""
        self.writer.write(request)
        return await self.answer()

    async def answer(self) -> bytes:
        """The next one."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        return head + (await self.reader.readexactly(int(length[1])) if length else b"")

    async def count(self, request: bytes) -> str:
        """What the door tells."""
        return counted(await self.ask(request))


def counted(answer: bytes) -> str:
    """The count in an answer of the door's."""
    return answer.partition(b"\r\n\r\n")[2].partition(b":")[0].decode()


@dataclass
class Place:
    """A server with a door, and the clock by which a moment is over."""

    running: Running
    door: Door
    clock: Seconds

    @asynccontextmanager
    async def line(self, receive_bytes: int = 0) -> AsyncIterator[Line]:
        """A connection."""
        sock = socket.socket()
        if receive_bytes:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        sock.connect(("127.0.0.1", self.running.server.port))
        reader, writer = await asyncio.open_connection(sock=sock)
        line = Line(reader, writer)
        try:
            yield line
        finally:
            writer.close()


async def a_place(serve: Serve) -> Place:
    """A server with a door, which a test's clock makes forget."""
    door, clock = Door(), Seconds()
    return Place(await serve(routes=door.routes(), monotonic=clock), door, clock)
