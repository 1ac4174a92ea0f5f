"""One WebSocket from the handshake to the goodbye: who it is, the talk, how it ended."""

from __future__ import annotations

import asyncio
import socket as sockets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from aiohttp import WSMsgType, web

from bot.analytics.events import Event
from bot.analytics.operations import LiveEnded
from bot.clock import Clock
from bot.tokens import Scope
from bot.web.api.access import ApiAccess, Caller
from bot.web.api.live_endings import (
    BY_STATUS,
    NONSENSE,
    SILENT,
    STOPPED,
    Ending,
    close,
    first,
    refused,
)
from bot.web.api.live_reader import Reader, Tally, Told
from bot.web.api.live_terms import MESSAGE_BYTES, Kinds, Opening, packed
from bot.web.api.params import ParamsError, understood_json


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who reads.  secret: by which they came, because it may end"""

    secret: str
    caller: Caller


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """Where meetings take place.

    publish: hears LiveEnded; stopping: set when the server stops
    check_room: HTTPServiceUnavailable when there is no seat for that caller
    """

    told: Told
    publish: Callable[[Event], object]
    clock: Clock
    stopping: asyncio.Event
    check_room: Callable[[Caller], None]


class Meeting:
    """One request that becomes a WebSocket.

    visitor: None while nobody knows who it is
    """

    def __init__(self, ground: Ground, access: ApiAccess, request: web.Request) -> None:
        limits = ground.told.limits
        self._ground = ground
        self._limits = limits
        self._access = access
        self._request = request
        self._tally = Tally()
        self._socket = web.WebSocketResponse(
            # Ours ends first, which also hangs up.
            timeout=2 * limits.closing_seconds,
            heartbeat=limits.ping_seconds,
            # Small messages, and 50 readers who would have memory for packing each.
            compress=False,
            max_msg_size=MESSAGE_BYTES,
            # Every message waits until the one before is on its way.
            writer_limit=0,
        )
        self.visitor: Visitor | None = None

    async def hold(self, kinds: Kinds) -> web.StreamResponse:
        """Open it, talk of *kinds* until somebody ends that, publish how, and close."""
        try:
            await self._socket.prepare(self._request)
        except ConnectionError:
            return self._socket
        _bound_buffer(self._request, self._limits.buffer_bytes)
        started = time.monotonic()
        ending = await first(self._talk(kinds), self._stop())
        self._ground.publish(
            LiveEnded(
                at=self._ground.clock(),
                ending=ending.name,
                seconds=time.monotonic() - started,
                sent=self._tally.sent,
                skipped=self._tally.skipped,
            )
        )
        await close(self._request, self._socket, ending, self._limits.closing_seconds)
        return self._socket

    async def admit(self, secret: str) -> None:
        """Let whoever has *secret* in, if there is room; else raises as ApiAccess.require()."""
        caller = await self._access.admit(secret, self._request.remote or "", Scope.READ)
        self._ground.check_room(caller)
        self.visitor = Visitor(secret, caller)

    async def _talk(self, kinds: Kinds) -> Ending:
        if self.visitor is None and (ending := await self._introduced()):
            return ending
        if self.visitor is None:
            raise RuntimeError("nobody was admitted, and nobody refused")
        reader = Reader(
            self._socket,
            self._ground.told,
            caller=self.visitor.caller,
            known=partial(self._access.known, self.visitor.secret, self._request.remote or ""),
            kinds=kinds,
            tally=self._tally,
        )
        return await reader.talk()

    async def _introduced(self) -> Ending | None:
        """None once a guest has said who they are; else how that ends.

        Pages cannot send headers with a WebSocket, and in Telegram's web clients no cookie either.
        """
        try:
            heard = await self._socket.receive(timeout=self._limits.opening_seconds)
        except TimeoutError:
            return SILENT
        if ending := refused(heard):
            return ending
        try:
            opening = understood_json(Opening, heard.data.encode())
            await self.admit(opening.authorization.partition(" ")[2].strip())
        except ParamsError as exc:
            await self._say(400, str(exc))
            return NONSENSE
        except web.HTTPException as exc:
            await self._say(exc.status, exc.text or exc.reason)
            return BY_STATUS[exc.status]
        return None

    async def _stop(self) -> Ending:
        await self._ground.stopping.wait()
        return STOPPED

    async def _say(self, status: int, detail: str) -> None:
        message = packed(type="error", status=status, detail=detail)
        await self._socket.send_frame(message, WSMsgType.TEXT)


def _bound_buffer(request: web.Request, size: int) -> None:
    """The system would keep megabytes for a slow reader, who then sees what was minutes ago."""
    socket = request.transport and request.transport.get_extra_info("socket")
    if socket:
        socket.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, size)
