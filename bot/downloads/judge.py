"""Decides whether a target may be reached, and at which addresses."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address

from bot.downloads.addresses import Address, kind_of, own_addresses
from bot.downloads.ports import is_web
from bot.downloads.refusals import RefusedError
from bot.downloads.targets import Hole, Target

RESOLVER_THREADS = 8

# A name's addresses, in the order in which they should be tried; OSError if it has none.
Resolver = Callable[[str], Awaitable[Sequence[str]]]


class Names:
    """The system's resolver, in threads of its own.

    A hostile name server that never answers keeps a thread for half a minute.  The loop's threads
    are few, and everything else in this process resolves and writes with them.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(RESOLVER_THREADS, thread_name_prefix="egress-names")

    async def __call__(self, name: str) -> list[str]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _look_up, name)

    def close(self) -> None:
        """Take no more questions."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class Judge:
    """Resolves a name once, judges every address it has, and hands out those it judged.

    holes: hosts that may be anywhere, on purpose
    own: this machine's addresses
    seconds: how long the resolver may take
    """

    def __init__(
        self,
        *,
        holes: Iterable[Hole],
        resolver: Resolver,
        own: Callable[[], frozenset[Address]] = own_addresses,
        seconds: float = 10,
    ) -> None:
        self._holes = frozenset(holes)
        self._resolver = resolver
        self._own = own
        self._seconds = seconds

    async def admit(self, target: Target) -> list[Address]:
        """Where to dial; RefusedError 403 with what is wrong, 502 or 504 for unknown names.

        1. A port must be one of the web's, unless a hole names just this one.
        2. The name is resolved, the only time anybody does.
        3. Each address must be public and not ours, unless a hole names the host.
        """
        is_named = Hole(target.host, target.port) in self._holes
        if not (is_named or is_web(target.port)):
            raise RefusedError(403, "port")
        addresses = await self._addresses(target.host)
        if not (is_named or Hole(target.host, None) in self._holes):
            self._check(addresses)
        return addresses

    def _check(self, addresses: list[Address]) -> None:
        own = self._own()
        for address in addresses:
            kind = kind_of(address)
            if kind == "public" and address in own:
                kind = "own"
            # One bad address spoils the name: a good one beside it is how such names are made.
            if kind != "public":
                raise RefusedError(403, kind)

    async def _addresses(self, host: str) -> list[Address]:
        try:
            return [ip_address(host)]
        except ValueError:
            return [ip_address(text) for text in await self._resolved(host)]

    async def _resolved(self, name: str) -> Sequence[str]:
        try:
            async with asyncio.timeout(self._seconds):
                found = await self._resolver(name)
        except TimeoutError:
            raise RefusedError(504, "name_timeout") from None
        except (OSError, UnicodeError):  # the latter from names that IDNA cannot encode
            found = []
        if not found:
            raise RefusedError(502, "name_unknown")
        return found


def _look_up(name: str) -> list[str]:
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
