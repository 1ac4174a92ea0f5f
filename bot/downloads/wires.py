"""TCP connections as the egress guard uses them: dialled by address, watched, always closed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.downloads.addresses import Address
from bot.downloads.refusals import RefusedError

CHUNK = 2**16
MOST_ADDRESSES = 4  # as many as are tried before a host counts as unreachable
FAREWELL = 2.0  # seconds for the other side to read our last words


@dataclass(frozen=True)
class Wire:
    """Both ends of a connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        """Write, and wait while the other side is slower than we are; OSError when it is gone."""
        if data:
            self.writer.write(data)
            await self.writer.drain()

    async def say_goodbye(self, data: bytes) -> None:
        """Send *data* and hear out what is still coming, or the answer is lost with the rest."""
        async with asyncio.timeout(FAREWELL):
            await self.send(data)
            self.writer.write_eof()
            while await self.reader.read(CHUNK):
                pass

    async def close(self) -> None:
        """Let what was written go out, for two seconds at the most."""
        try:
            async with asyncio.timeout(FAREWELL):
                self.writer.close()
                await self.writer.wait_closed()
        except OSError:  # the other side was faster, or TimeoutError
            pass
        finally:
            self.abort()

    def abort(self) -> None:
        """Close at once."""
        self.writer.transport.abort()


Dial = Callable[[Address, int], Awaitable[Wire]]


async def dial(address: Address, port: int) -> Wire:
    """Connect to one address, without asking any resolver; OSError."""
    return Wire(*await asyncio.open_connection(str(address), port))


async def dial_first(dialler: Dial, addresses: list[Address], port: int, seconds: float) -> Wire:
    """Connect to the first of *addresses* that answers, each in *seconds*; RefusedError 5xx."""
    refused = RefusedError(502, "unreachable")
    for address in addresses[:MOST_ADDRESSES]:
        try:
            async with asyncio.timeout(seconds):
                return await dialler(address, port)
        except TimeoutError:
            refused = RefusedError(504, "dial_timeout")
        except OSError:
            refused = RefusedError(502, "unreachable")
    raise refused


class Silence:
    """`async with Silence(60) as heard:` ends with TimeoutError after 60 s without `heard()`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._deadline = asyncio.timeout(seconds)

    async def __aenter__(self) -> Callable[[], None]:
        await self._deadline.__aenter__()
        return self._heard

    async def __aexit__(self, *exc_info: object) -> None:
        await self._deadline.__aexit__(*exc_info)  # type: ignore[arg-type]  # the usual three

    def _heard(self) -> None:
        # Too late counts as silence: a timeout that is running out cannot be moved.
        if not self._deadline.expired():
            self._deadline.reschedule(asyncio.get_running_loop().time() + self._seconds)
