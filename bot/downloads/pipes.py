"""What flows through the egress guard: a tunnel's bytes, or one plain request and its response."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import h11

from bot.downloads.heads import HEAD_BYTES, back
from bot.downloads.refusals import RefusedError
from bot.downloads.wires import CHUNK, Silence, Wire

Heard = Callable[[], None]


async def tunnel(near: Wire, far: Wire, idle: float) -> None:
    """Carry bytes both ways until both sides have said all; OSError, or *idle* seconds' silence.

    A side that closes only its half goes on being served.
    """
    async with Silence(idle) as heard:
        pouring = [
            asyncio.create_task(_pour(near, far, heard)),
            asyncio.create_task(_pour(far, near, heard)),
        ]
        try:
            await asyncio.gather(*pouring)
        finally:
            await _end(*pouring)


async def _pour(source: Wire, sink: Wire, heard: Heard) -> None:
    while data := await source.reader.read(CHUNK):
        await sink.send(data)
        heard()
    sink.writer.write_eof()


async def _end(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class Exchange:
    """One plain request and its response, both taken apart and put together again.

    So nothing that h11 did not understand gets through, and no second request follows the first.
    has_begun: whether the client has been sent anything
    """

    def __init__(self, client: h11.Connection, near: Wire, far: Wire) -> None:
        self._client = client
        self._server = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_BYTES)
        self._near = near
        self._far = far
        self.has_begun = False

    async def run(self, request: h11.Request, idle: float) -> None:
        """Until the response is complete.

        RefusedError 502 for what is no response; OSError, or *idle* seconds' silence.
        """
        async with Silence(idle) as heard:
            await self._far.send(self._server.send(request) or b"")
            # Side by side, because a server may answer before it has heard all, or instead.
            asking = asyncio.create_task(self._ask(heard))
            try:
                await self._answer(heard)
            except h11.ProtocolError:
                raise RefusedError(502, "response") from None
            finally:
                await _end(asking)

    async def _ask(self, heard: Heard) -> None:
        try:
            while not isinstance(event := self._client.next_event(), h11.EndOfMessage):
                if event is h11.NEED_DATA:
                    self._client.receive_data(await self._near.reader.read(CHUNK))
                elif isinstance(event, h11.Data):
                    await self._far.send(self._server.send(event) or b"")
                    heard()
            await self._far.send(self._server.send(h11.EndOfMessage()) or b"")
        except (h11.ProtocolError, OSError):
            # Half a request must not look like a whole one.
            self._far.abort()

    async def _answer(self, heard: Heard) -> None:
        while not isinstance(event := self._server.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                self._server.receive_data(await self._far.reader.read(CHUNK))
                heard()
            elif isinstance(event, h11.Response):
                await self._say(back(event))
            elif isinstance(event, h11.Data):
                await self._say(event)
            elif not isinstance(event, h11.InformationalResponse):
                raise RefusedError(502, "response")
        await self._say(h11.EndOfMessage())

    async def _say(self, event: h11.Event) -> None:
        self.has_begun = True
        await self._near.send(self._client.send(event) or b"")
