"""One reader of facts as they happen: what they are told, and what they may say."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import WSMsgType, web

from bot.analytics.events import Event
from bot.analytics.feed import Feed
from bot.analytics.online import Online
from bot.analytics.telling import told
from bot.buckets import Buckets
from bot.tokens import Scope
from bot.web.api.access import Caller
from bot.web.api.live_endings import HASTE, NONSENSE, REVOKED, Ending, first, refused
from bot.web.api.live_terms import Filter, Kinds, Limits, kinds_of, names_of, packed
from bot.web.api.params import ParamsError, understood_json


@dataclass(slots=True)
class Tally:
    """How many facts a reader got, and how many of those asked for they did not."""

    sent: int = 0
    skipped: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a reader is told of, and how much of it."""

    feed: Feed
    online: Online
    limits: Limits


class Reader:
    """Tells facts to one socket, which is open already.

    No fact waits for a reader: they keep a number, and take from the feed what is newer when they
    are ready for it.  What was too much is counted instead.
    known: who they still are, None once their token has ended
    """

    def __init__(  # noqa: PLR0913  a reader is all of this
        self,
        socket: web.WebSocketResponse,
        source: Told,
        *,
        caller: Caller,
        known: Callable[[], Awaitable[Caller | None]],
        kinds: Kinds,
        tally: Tally,
    ) -> None:
        self._socket = socket
        self._feed = source.feed
        self._online = source.online
        self._limits = source.limits
        self._caller = caller
        self._known = known
        self._kinds = kinds
        self._tally = tally
        self._words = Buckets(self._limits.words_a_second, self._limits.words)

    async def talk(self) -> Ending:
        """Until the reader leaves, or may read no longer."""
        number = self._feed.count
        await self._say(type="hello", kinds=names_of(self._kinds), online=self._online.people())
        return await first(self._hear(), self._watch(), self._tell(number), self._count())

    async def _hear(self) -> Ending:
        """What the reader says: other kinds, or goodbye."""
        while True:
            heard = await self._socket.receive()
            if ending := refused(heard):
                return ending
            if self._words.take(None):
                return HASTE
            try:
                wanted = understood_json(Filter, heard.data.encode())
                self._kinds = kinds_of(wanted.kinds)
            except ParamsError as exc:
                await self._say(type="error", status=400, detail=str(exc), errors=exc.faults)
                return NONSENSE
            await self._say(type="kinds", kinds=names_of(self._kinds))

    async def _tell(self, number: int) -> Ending:
        """Facts after that *number*, the newest of them when there are too many."""
        while True:
            await self._feed.news(number)
            lost, newer = self._feed.lost(number), self._feed.after(number)
            number = self._feed.count
            await self._tell_of(newer, lost)
            await asyncio.sleep(self._limits.pace_seconds)

    async def _tell_of(self, newer: list[tuple[int, Event]], lost: int) -> None:
        kinds, is_personal = self._kinds, self._caller.allows(Scope.ADMIN)
        wanted = [(number, fact) for number, fact in newer if type(fact) in kinds]
        shown, left = wanted[-self._limits.facts :], wanted[: -self._limits.facts]
        # Nobody knows any more of which kinds those were that are lost.
        skipped = len(left) + (lost if kinds else 0)
        if not shown and not skipped:
            return
        self._tally.sent += len(shown)
        self._tally.skipped += skipped
        await self._say(
            type="facts",
            facts=[told(number, fact, is_personal=is_personal) for number, fact in shown],
            skipped=skipped,
            left_out=Counter(type(fact).__name__ for _, fact in left),
        )

    async def _count(self) -> Ending:
        """How many people are here."""
        while True:
            await asyncio.sleep(self._limits.online_seconds)
            await self._say(type="online", people=self._online.people())

    async def _watch(self) -> Ending:
        """Whether the reader may still read."""
        while True:
            await asyncio.sleep(self._limits.check_seconds)
            caller = await self._known()
            if caller is None or not caller.allows(Scope.READ):
                return REVOKED
            self._caller = caller

    async def _say(self, **message: Any) -> None:
        # Waits while the reader is slow: nothing more is made for them meanwhile.
        await self._socket.send_frame(packed(**message), WSMsgType.TEXT)
