"""What keeps guesses at secrets away from the database, and never whoever has a right one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from typing import TypeVar

from bot.buckets import Buckets
from bot.errors import BotError

# Wrong secrets of one address: guessing 256 bits takes for ever, this is for the database's sake.
WRONG_RATE, WRONG_BURST = 0.5, 20.0
# As many again for each secret whose id exists: who has only seen an id may guess at the rest.
NAMED_BURST = 200.0
# How old the list of what could be right may be.
LISTED_SECONDS = 1.0
T = TypeVar("T")

Find = Callable[[str], Awaitable[T | None]]
Ids = Callable[[], Awaitable[Collection[str]]]


class HasteError(BotError):
    """Too much that was wrong came from there.  seconds: until it may be tried again"""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds:g} s")
        self.seconds = seconds


class Guesses:
    """Looks secrets up, each for somebody at an address.

    An address that sent too much that was wrong waits, but for secrets with an id that exists:
    whoever is right may come from the same address, which behind a proxy is everybody's.
    ids: all there are, which nobody can guess either
    """

    def __init__(self, ids: Ids, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._ids = ids
        self._monotonic = monotonic
        self._wrong = Buckets(WRONG_RATE, WRONG_BURST, monotonic=monotonic)
        self._named = Buckets(WRONG_RATE, NAMED_BURST, monotonic=monotonic)
        self._listed: Collection[str] = ()
        self._list_again_at = -1.0
        self._listing = asyncio.Lock()

    async def look_up(self, sent: str, remote: str, find: Find[T]) -> T | None:
        """What *find* has for what was *sent*; HasteError when it should come later."""
        if not sent:  # nobody guesses by sending nothing
            return None
        # Before the look, because many may come at once; who was right gets it back.
        if wait := self._wrong.take(remote):
            return await self._look_up_named(sent, remote, find, wait)
        found = await find(sent)
        if found is not None:
            self._wrong.of(remote).tokens += 1
        return found

    async def _look_up_named(self, sent: str, remote: str, find: Find[T], wait: float) -> T:
        # Secrets of every kind are KIND_ID_REST.
        name = f"{sent}_".split("_", 2)[1]
        if not await self._is_listed(name):
            raise HasteError(wait)
        if longer := self._named.take((remote, name)):
            raise HasteError(longer)
        found = await find(sent)
        if found is None:
            raise HasteError(wait)
        self._named.of((remote, name)).tokens += 1
        return found

    async def _is_listed(self, name: str) -> bool:
        # One reads the list, and whoever comes meanwhile waits for it: an old one knows too few.
        async with self._listing:
            if self._monotonic() >= self._list_again_at:
                self._listed = frozenset(await self._ids())
                self._list_again_at = self._monotonic() + LISTED_SECONDS
        return name in self._listed
