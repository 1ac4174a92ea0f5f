"""HTTP/1.1 as plain as it can be: what a measurement's other end costs, the measured waits for.

Both ends know only what they need of each other: whole answers with a Content-Length.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import cast

LENGTH = re.compile(rb"(?i)content-length: *(\d+)")

Answer = Callable[[str, bytes], Awaitable[bytes]]


def split(read: bytearray) -> tuple[bytes, bytes] | None:
    """The head and the body of what was *read*, once it is whole."""
    head, found, body = read.partition(b"\r\n\r\n")
    length = LENGTH.search(head)
    if not found or len(body) < int(length[1] if length else 0):
        return None
    return bytes(head), bytes(body)


class Server(asyncio.Protocol):
    """One connection that is answered.  answer: the JSON for a path and a body"""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._transport: asyncio.WriteTransport | None = None
        self._read = bytearray()
        self._answering: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep where answers go."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer once all of a request is there."""
        self._read += data
        if whole := split(self._read):
            self._read.clear()
            head, body = whole
            path = head.split(b" ", 2)[1].decode()
            self._answering = asyncio.create_task(self._respond(path, body))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Whoever went away needs no answer."""
        if self._answering:
            self._answering.cancel()

    async def _respond(self, path: str, body: bytes) -> None:
        content = await self._answer(path, body)
        head = (
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        if self._transport:
            self._transport.write(head.encode() + content)


async def serve(answer: Answer, until: Awaitable[object]) -> None:
    """Print the port, and answer on it *until* something ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Server(answer), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await until
    server.close()


class Caller(asyncio.Protocol):
    """One connection that asks again and again, one request at a time.

    waiting: the moments at which requests were due, for whichever caller is free
    waited: seconds from such a moment to the whole answer; refused: answers other than 200
    """

    def __init__(self, request: bytes, waiting: deque[float]) -> None:
        self._request = request
        self._waiting = waiting
        self._transport: asyncio.WriteTransport | None = None
        self._asked: float | None = None
        self._read = bytearray()
        self.waited: list[float] = []
        self.refused = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep where requests go."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Take a part of an answer."""
        self._read += data
        if (whole := split(self._read)) and self._asked is not None:
            self.waited.append(time.perf_counter() - self._asked)
            self.refused += not whole[0].startswith(b"HTTP/1.1 200")
            self._read.clear()
            self._asked = None
            self.ask()

    def ask(self) -> bool:
        """Ask what waits longest; whether that was possible."""
        if self._asked is not None or not self._waiting or not self._transport:
            return False
        self._asked = self._waiting.popleft()
        self._transport.write(self._request)
        return True

    @property
    def is_free(self) -> bool:
        """Whether nothing is asked at the moment."""
        return self._asked is None
