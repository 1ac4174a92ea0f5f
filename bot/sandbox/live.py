"""The page's WebSocket: every change as it happens."""

from __future__ import annotations

import asyncio

import orjson
from aiohttp import WSCloseCode, web

from bot.sandbox.keys import WORLD
from bot.sandbox.params import Json

# A page that does not read for so long is cut off instead of filling the memory.
BACKLOG = 1000
HEARTBEAT_SECONDS = 20
GOODBYE_SECONDS = 0.5  # for a page that no longer reads to say goodbye, too

SOCKETS: web.AppKey[set[web.WebSocketResponse]] = web.AppKey("sockets", set)


async def watch(request: web.Request) -> web.WebSocketResponse:
    """Send changes until the page goes."""
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, timeout=GOODBYE_SECONDS)
    await socket.prepare(request)
    changes: asyncio.Queue[bytes] = asyncio.Queue(BACKLOG)
    sender = asyncio.create_task(_send(socket, changes))

    def note(change: Json) -> None:
        # Written down at once: what it tells of may change before it is sent.
        if changes.full():
            sender.cancel()
        else:
            changes.put_nowait(orjson.dumps(change))

    world, sockets = request.app[WORLD], request.app[SOCKETS]
    world.watchers.add(note)
    sockets.add(socket)
    try:
        await _until_gone(socket, sender)
    finally:
        sockets.discard(socket)
        world.watchers.discard(note)
        sender.cancel()
    return socket


async def close(app: web.Application) -> None:
    """Say goodbye to every open page."""
    sockets = app[SOCKETS]
    for socket in tuple(sockets):
        await socket.close(code=WSCloseCode.GOING_AWAY)


async def _until_gone(socket: web.WebSocketResponse, sender: asyncio.Task[None]) -> None:
    """Read, which answers pings and sees the end, for as long as sending works."""
    reader = asyncio.create_task(_read(socket))
    await asyncio.wait({reader, sender}, return_when=asyncio.FIRST_COMPLETED)
    reader.cancel()
    await asyncio.wait({reader})
    if not socket.closed:
        await socket.close(code=WSCloseCode.TRY_AGAIN_LATER)


async def _read(socket: web.WebSocketResponse) -> None:
    async for _ in socket:
        pass


async def _send(socket: web.WebSocketResponse, changes: asyncio.Queue[bytes]) -> None:
    while not socket.closed:
        await socket.send_str((await changes.get()).decode())


def routes() -> list[web.RouteDef]:
    """The address of this file."""
    return [web.get("/sandbox/live", watch)]
