"""One client of the egress guard, from its request's head to the last byte."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import h11
import structlog

from bot.downloads.heads import HEAD_BYTES, check_password, onward, read_request
from bot.downloads.judge import Judge
from bot.downloads.pipes import Exchange, tunnel
from bot.downloads.refusals import RefusedError
from bot.downloads.targets import Target, connect_target, http_target
from bot.downloads.wires import Dial, Wire, dial_first

CONNECTED = b"HTTP/1.1 200 Connection established\r\n\r\n"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Patience:
    """How long the guard waits, in seconds, and how many clients it serves at once.

    head: for a request's head; name: for the resolver; dial: for each address of a host;
    idle: while nothing moves in either direction
    """

    head: float = 10
    name: float = 10
    dial: float = 8
    idle: float = 60
    clients: int = 128


@dataclass(frozen=True)
class Rules:
    """What holds for every client."""

    judge: Judge
    dialler: Dial
    patience: Patience
    password: str


class Visit:
    """Reads one request, has it judged, and carries it."""

    def __init__(self, near: Wire, rules: Rules) -> None:
        self._near = near
        self._rules = rules
        self._client = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_BYTES)

    async def run(self) -> None:
        """Serve the client.

        RefusedError: it goes no further and has been told nothing yet; OSError: somebody is gone.
        """
        if request := await self._head():
            check_password(request, self._rules.password)
            carry = self._connect if request.method == b"CONNECT" else self._forward
            await carry(request, request.target.decode("ascii"))

    async def _head(self) -> h11.Request | None:
        try:
            async with asyncio.timeout(self._rules.patience.head):
                return await read_request(self._client, self._near.reader)
        except TimeoutError:
            raise RefusedError(408, "head_timeout") from None

    async def _connect(self, _: h11.Request, where: str) -> None:
        if not isinstance(self._client.next_event(), h11.EndOfMessage):
            raise RefusedError(400, "framing")  # CONNECT has no body, but this one says so
        async with self._reach(connect_target(where)) as far:
            await self._near.send(CONNECTED)
            # What came right behind the head belongs into the tunnel.
            await far.send(self._client.trailing_data[0])
            await tunnel(self._near, far, self._rules.patience.idle)

    async def _forward(self, request: h11.Request, where: str) -> None:
        target = http_target(where)
        head = onward(request, target)
        async with self._reach(target) as far:
            exchange = Exchange(self._client, self._near, far)
            try:
                await exchange.run(head, self._rules.patience.idle)
            except (RefusedError, OSError) as exc:
                # Cut off in the middle, a response must not look like a whole one.
                if exchange.has_begun:
                    raise ConnectionAbortedError from exc
                raise _fault(exc) from exc

    @asynccontextmanager
    async def _reach(self, target: Target) -> AsyncIterator[Wire]:
        """A connection to the target, at an address that was judged."""
        # Path and query stay out of the log: they say what somebody watches.
        log.debug("egress asked", host=target.host, port=target.port)
        patience = self._rules.patience
        addresses = await self._rules.judge.admit(target)
        far = await dial_first(self._rules.dialler, addresses, target.port, patience.dial)
        try:
            yield far
            await far.close()
        finally:
            far.abort()


def _fault(exc: RefusedError | OSError) -> RefusedError:
    if isinstance(exc, RefusedError):
        return exc
    if isinstance(exc, TimeoutError):
        return RefusedError(504, "response_timeout")
    return RefusedError(502, "cut_off")
