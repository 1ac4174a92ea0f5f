"""The egress guard: a proxy on loopback, the only way out for whoever fetches people's links."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable, Iterable

import structlog

from bot.downloads.addresses import Address, own_addresses
from bot.downloads.heads import USER
from bot.downloads.judge import Judge, Names, Resolver
from bot.downloads.refusals import RefusedError, response
from bot.downloads.targets import read_holes
from bot.downloads.visit import Patience, Rules, Visit
from bot.downloads.wires import Dial, Wire, dial

HOST = "127.0.0.1"

log = structlog.get_logger(__name__)


class EgressGuard:
    """Carries requests to public addresses, and to *allowed* hosts wherever they are.

    It resolves each name itself, once, judges every address and dials one that it judged.  Whoever
    uses it must know the password in `url`, which is new with each guard.
    allowed: "host" or "host:port", as in DOWNLOAD_ALLOWED_HOSTS; ConfigError if one is neither
    resolver, own, dialler: names to addresses, this machine's addresses, how to connect
    refusals: how often each reason was given
    """

    def __init__(
        self,
        *,
        allowed: Iterable[str] = (),
        patience: Patience | None = None,
        resolver: Resolver | None = None,
        own: Callable[[], frozenset[Address]] = own_addresses,
        dialler: Dial = dial,
    ) -> None:
        patience = patience or Patience()
        password = secrets.token_urlsafe(32)
        self._names = Names()
        judge = Judge(
            holes=read_holes(allowed),
            resolver=resolver or self._names,
            own=own,
            seconds=patience.name,
        )
        self._rules = Rules(judge, dialler, patience, password)
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.refusals: Counter[str] = Counter()

    @property
    def url(self) -> str:
        """What goes into a proxy setting, password included; RuntimeError while it is stopped."""
        if self._server is None:
            raise RuntimeError("the egress guard is not running")
        port = self._server.sockets[0].getsockname()[1]
        return f"http://{USER}:{self._rules.password}@{HOST}:{port}"

    @property
    def clients(self) -> int:
        """How many are connected now."""
        return len(self._tasks)

    async def start(self) -> None:
        """Listen on a port of loopback that is free; OSError."""
        self._server = await asyncio.start_server(self._accept, HOST, 0)

    async def stop(self) -> None:
        """Cut every connection and stop listening, for good."""
        if server := self._server:
            self._server = None
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await server.wait_closed()
        self._names.close()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        near = Wire(reader, writer)
        if self._server is None:  # accepted in the moment of stopping
            near.abort()
        elif len(self._tasks) >= self._rules.patience.clients:
            writer.write(self._refuse(RefusedError(503, "busy")))
            writer.close()
        else:
            task = asyncio.create_task(self._serve(near))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _serve(self, near: Wire) -> None:
        try:
            await self._visit(near)
            await near.close()
        except OSError as exc:  # somebody left, or was silent for too long
            log.debug("egress cut off", error=type(exc).__name__)
        except Exception:
            log.exception("egress connection failed")
        finally:
            near.abort()

    async def _visit(self, near: Wire) -> None:
        try:
            await Visit(near, self._rules).run()
        except RefusedError as refused:
            await near.say_goodbye(self._refuse(refused))

    def _refuse(self, refused: RefusedError) -> bytes:
        self.refusals[refused.reason] += 1
        log.info("egress refused", status=refused.status.value, reason=refused.reason)
        return response(refused)
