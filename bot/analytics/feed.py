"""Sink: the last facts, for whoever wants to look at them as they come."""

from __future__ import annotations

import asyncio
from collections import deque
from itertools import islice

from bot.analytics.events import Event
from bot.analytics.mentions import concerns

KEPT = 10_000


class Feed:
    """Remembers the last 10,000 facts and numbers them from 1.

    A reader keeps the number of the last fact it took, waits for news() and asks for what comes
    after(): it costs nothing while it is slow, and whoever forgets a person forgets for all.
    count: how many facts there have been; the newest has this number
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._facts: deque[Event | None] = deque(maxlen=kept)
        self._news: asyncio.Event | None = None
        self.count = 0

    def __call__(self, event: Event) -> None:
        self._facts.append(event)
        self.count += 1
        # Only while somebody waits: facts are many, and readers few.
        if self._news is not None:
            self._news.set()
            self._news = None

    async def news(self, number: int) -> None:
        """Return when there is a fact with a higher number."""
        while self.count <= number:
            if self._news is None:
                self._news = asyncio.Event()
            await self._news.wait()

    def after(self, number: int) -> list[tuple[int, Event]]:
        """The remembered facts with a higher number, oldest first, each with its number."""
        newer = min(self.count - number, len(self._facts))
        # From the newest backwards, because a reader in step wants few of many.
        numbered = enumerate(islice(reversed(self._facts), max(newer, 0)))
        found = [(self.count - back, fact) for back, fact in numbered if fact is not None]
        found.reverse()
        return found

    def lost(self, number: int) -> int:
        """How many facts with a higher number are too old to be remembered."""
        return max(0, self.count - len(self._facts) - number)

    def forget(self, user_id: int) -> None:
        """Drop what is remembered about one person; the numbers of the others stay."""
        kept = (None if fact is None or concerns(fact, user_id) else fact for fact in self._facts)
        self._facts = deque(kept, maxlen=self._facts.maxlen)
