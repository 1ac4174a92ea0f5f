"""An internet on loopback: a site, names and addresses that lead to it, and the guard."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.downloads.addresses import Address
from bot.downloads.egress import EgressGuard
from bot.downloads.visit import Patience
from bot.downloads.wires import Wire, dial
from tests.waiting import PATIENCE

PUBLIC = "198.35.26.96"
PUBLIC_6 = "2620:0:862:ed1a::1"
NAME = "site.example"

Script = Callable[["Site", Wire], Awaitable[None]]


class Site:
    """A server on 127.0.0.1 that knows what reached it.

    heads, bodies: of the requests; visits: connections; is_open: whether the last one still is
    """

    def __init__(self, script: Script | None = None) -> None:
        self.heads: list[str] = []
        self.bodies: list[bytes] = []
        self.visits = 0
        self.is_open = False
        self.port = 0
        self._script = script or hello
        self._tasks: set[asyncio.Task[None]] = set()

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Play the script to whoever comes."""
        self.visits += 1
        task = asyncio.create_task(self._play(Wire(reader, writer)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def read(self, wire: Wire) -> None:
        """Read a head."""
        self.heads.append((await wire.reader.readuntil(b"\r\n\r\n")).decode())

    async def stop(self) -> None:
        """Send everybody away."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _play(self, wire: Wire) -> None:
        self.is_open = True
        try:
            await self._script(self, wire)
        except (OSError, asyncio.IncompleteReadError):
            pass  # whoever came has left
        finally:
            self.is_open = False
            wire.writer.close()


async def hello(site: Site, wire: Wire) -> None:
    """A site that says hello."""
    await site.read(wire)
    await wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")


async def silence(site: Site, wire: Wire) -> None:
    """A site that says nothing, as long as it is let."""
    while await wire.reader.read(2**16):
        pass


def saying(response: bytes) -> Script:
    """A site with one response for every request."""

    async def script(site: Site, wire: Wire) -> None:
        await site.read(wire)
        await wire.send(response)

    return script


@dataclass
class Internet:
    """names: what a resolver says the first time, the second, … and ever after
    sites: the local port behind a public address
    """

    names: dict[str, list[Sequence[str]]] = field(default_factory=dict)
    sites: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    dialled: list[str] = field(default_factory=list)

    async def resolve(self, name: str) -> Sequence[str]:
        """As the system's resolver would."""
        self.asked.append(name)
        await asyncio.sleep(0)
        if name not in self.names:
            raise OSError("no such name")
        answers = self.names[name]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def dial(self, address: Address, port: int) -> Wire:
        """To the site behind a public address; loopback is really dialled, nothing else is."""
        self.dialled.append(str(address))
        if str(address) in self.sites:
            return Wire(*await asyncio.open_connection("127.0.0.1", self.sites[str(address)]))
        if address.is_loopback:
            return await dial(address, port)
        raise ConnectionRefusedError


@dataclass
class Reply:
    """What came back."""

    status: int
    reason: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Scene:
    """A site called site.example at PUBLIC, the guard, and somebody who asks it."""

    internet: Internet
    site: Site
    guard: EgressGuard

    @property
    def password(self) -> str:
        """The header that opens the guard."""
        user = urlsplit(self.guard.url)
        token = base64.b64encode(f"{user.username}:{user.password}".encode()).decode()
        return f"Proxy-Authorization: Basic {token}"

    async def get(self, url: str, *headers: str, body: bytes = b"", method: str = "GET") -> Reply:
        """Ask for *url* as a client asks a proxy."""
        host = urlsplit(url).netloc
        return await self.say(f"{method} {url} HTTP/1.1", f"Host: {host}", *headers, body=body)

    async def connect(self, authority: str, then: bytes = b"") -> Reply:
        """Ask for a tunnel and say *then* in it."""
        return await self.say(f"CONNECT {authority} HTTP/1.1", f"Host: {authority}", body=then)

    async def say(self, *lines: str, body: bytes = b"") -> Reply:
        """Send these lines and the password."""
        return parsed(await self.shout(head(*lines, self.password) + body))

    async def shout(self, data: bytes) -> bytes:
        """Send *data*, and return all that comes until the guard closes."""
        async with self.line() as wire:
            await wire.send(data)
            async with asyncio.timeout(PATIENCE):
                return await wire.reader.read()

    @asynccontextmanager
    async def line(self) -> AsyncIterator[Wire]:
        """A connection to the guard."""
        wire = Wire(*await asyncio.open_connection("127.0.0.1", urlsplit(self.guard.url).port))
        try:
            yield wire
        finally:
            await wire.close()

    @asynccontextmanager
    async def tunnel(self, authority: str = f"{NAME}:443") -> AsyncIterator[Wire]:
        """A tunnel through the guard."""
        async with self.line() as wire:
            lines = f"CONNECT {authority} HTTP/1.1", f"Host: {authority}", self.password
            await wire.send(head(*lines))
            assert b" 200 " in await wire.reader.readuntil(b"\r\n\r\n")
            yield wire


@asynccontextmanager
async def scene(
    script: Script | None = None,
    *,
    allowed: Iterable[str] = (),
    patience: Patience | None = None,
    own: Callable[[], frozenset[Address]] = frozenset,
) -> AsyncIterator[Scene]:
    """The site and the guard, running; "PORT" in *allowed* is the site's."""
    site = Site(script)
    server = await asyncio.start_server(site.accept, "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    internet = Internet({NAME: [[PUBLIC]]}, {PUBLIC: site.port, PUBLIC_6: site.port})
    guard = EgressGuard(
        allowed=[entry.replace("PORT", str(site.port)) for entry in allowed],
        patience=patience,
        resolver=internet.resolve,
        own=own,
        dialler=internet.dial,
    )
    await guard.start()
    try:
        yield Scene(internet, site, guard)
    finally:
        await guard.stop()
        server.close()
        await site.stop()


def head(*lines: str) -> bytes:
    """These lines as a head."""
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def parsed(data: bytes) -> Reply:
    """A response, taken apart."""
    top, _, body = data.partition(b"\r\n\r\n")
    first, *rest = top.decode().split("\r\n")
    _, status, reason = first.split(" ", 2)
    headers = dict(line.lower().split(": ", 1) for line in rest)
    return Reply(int(status), reason, headers, body)
