"""How a talk with a reader of facts ends: why, which reason comes first, and the goodbye."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

# Codes that IANA keeps for what HTTP calls 401, 403 and 408.
UNAUTHORIZED, FORBIDDEN, TIMEOUT = 3000, 3003, 3008
CLOSED = {WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a talk ends.  name: for the fact about it; code, words: for the reader"""

    name: str
    code: int
    words: str = ""


LEFT = Ending("left", WSCloseCode.OK)
SILENT = Ending("silent", TIMEOUT, "nothing was heard from you")
REVOKED = Ending("revoked", UNAUTHORIZED, "the token or session has ended")
STOPPED = Ending("stopped", WSCloseCode.GOING_AWAY, "the bot stops")
BROKEN = Ending("broken", WSCloseCode.INTERNAL_ERROR, "something broke here; the log says what")
NOT_TEXT = Ending("refused", WSCloseCode.UNSUPPORTED_DATA, "only text is understood")
NONSENSE = Ending("refused", WSCloseCode.POLICY_VIOLATION, "that was not understood")
HASTE = Ending("refused", WSCloseCode.POLICY_VIOLATION, "too many messages")
# What the API refuses with these statuses.
BY_STATUS = {
    401: Ending("refused", UNAUTHORIZED, "no valid token or session"),
    403: Ending("refused", FORBIDDEN, "the token is for something else"),
    429: Ending("refused", WSCloseCode.TRY_AGAIN_LATER, "too many requests"),
    503: Ending("refused", WSCloseCode.TRY_AGAIN_LATER, "too many readers"),
}


def refused(heard: WSMessage) -> Ending | None:
    """How what was *heard* ends the talk; None for words to listen to."""
    if heard.type in CLOSED:
        return LEFT
    if heard.type is WSMsgType.ERROR:
        # No answer to a ping, or no WebSocket: aiohttp has closed it with the code for that.
        return SILENT if isinstance(heard.data, TimeoutError) else NONSENSE
    return None if heard.type is WSMsgType.TEXT else NOT_TEXT


async def first(*parts: Coroutine[Any, Any, Ending]) -> Ending:
    """The ending of the part that ends first; the others are cancelled."""
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return _ending(next(task for task in tasks if task.done()))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _ending(task: asyncio.Task[Ending]) -> Ending:
    if task.cancelled():
        # aiohttp cancels whoever waits to write when it gives a connection up.
        return SILENT
    trouble = task.exception()
    if isinstance(trouble, ConnectionError):
        return LEFT
    if trouble:
        log.error("live failed", exc_info=trouble)
        return BROKEN
    return task.result()


async def close(
    request: web.Request, socket: web.WebSocketResponse, ending: Ending, seconds: float
) -> None:
    """Say goodbye and hang up, within *seconds* for who does not answer."""
    transport = request.transport
    if transport is None:
        return
    is_deaf = request.protocol.writing_paused or (socket.closed and ending is SILENT)
    if is_deaf:
        # Nobody reads, so a goodbye would lie with the rest and keep the connection open.
        transport.abort()
        return
    try:
        async with asyncio.timeout(seconds):
            await socket.close(code=ending.code, message=ending.words.encode())
    except TimeoutError:
        transport.abort()
