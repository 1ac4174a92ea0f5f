"""Sink: the last facts, for whoever wants to look at them as they come."""

from __future__ import annotations

from collections import deque
from itertools import islice

from bot.analytics.events import Event
from bot.analytics.mentions import concerns

KEPT = 10_000


class Feed:
    """Remembers the last 10,000 facts and numbers them from 1.

    count: how many facts there have been; the newest has this number
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._facts: deque[Event | None] = deque(maxlen=kept)
        self.count = 0

    def __call__(self, event: Event) -> None:
        self._facts.append(event)
        self.count += 1

    def after(self, number: int) -> list[tuple[int, Event]]:
        """The remembered facts with a higher number, oldest first, each with its number."""
        first = self.count - len(self._facts) + 1
        start = max(number + 1, first)
        numbered = enumerate(islice(self._facts, start - first, None), start)
        return [(place, fact) for place, fact in numbered if fact is not None]

    def forget(self, user_id: int) -> None:
        """Drop what is remembered about one person; the numbers of the others stay."""
        kept = (None if fact is None or concerns(fact, user_id) else fact for fact in self._facts)
        self._facts = deque(kept, maxlen=self._facts.maxlen)
