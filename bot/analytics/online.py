"""Sink: who acted within the last minutes, as a number for whoever asks how many are here now."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from itertools import takewhile
from math import inf

from bot.analytics.events import Event, UserSeen

WINDOW_SECONDS = 300.0
TIDY_SECONDS = 1.0
# More people at once than one process serves; the longest silent make room.
MOST = 100_000


class Online:
    """People by the moment they were last seen, on the monotonic clock, and no longer than that.

    A restart begins with nobody.
    """

    def __init__(
        self, monotonic: Callable[[], float] = time.monotonic, *, most: int = MOST
    ) -> None:
        self._monotonic = monotonic
        self._most = most
        # Oldest first.  A plain dict gets slow when it loses its first entry again and again.
        self._seen: OrderedDict[int, float] = OrderedDict()
        self._tidied_at = -inf

    def wants(self, kind: type[Event]) -> bool:
        """Only that somebody acted."""
        return kind is UserSeen

    def __call__(self, event: Event) -> None:
        if not isinstance(event, UserSeen):
            return
        now = self._monotonic()
        self._seen[event.user_id] = now
        self._seen.move_to_end(event.user_id)
        # Not at every fact: this is on the way of each update.
        if now >= self._tidied_at + TIDY_SECONDS or len(self._seen) > self._most:
            self._tidy(now)

    def people(self, seconds: float = WINDOW_SECONDS) -> int:
        """How many acted in the last *seconds*: the last 300 are known."""
        now = self._monotonic()
        self._tidy(now)
        if seconds >= WINDOW_SECONDS:
            return len(self._seen)
        newest_first = reversed(self._seen.values())
        return sum(1 for _ in takewhile(lambda seen: now - seen <= seconds, newest_first))

    def forget(self, user_id: int) -> None:
        """Remember nothing of one person."""
        self._seen.pop(user_id, None)

    def _tidy(self, now: float) -> None:
        self._tidied_at = now
        while len(self._seen) > self._most:
            self._seen.popitem(last=False)
        while self._seen and now - next(iter(self._seen.values())) > WINDOW_SECONDS:
            self._seen.popitem(last=False)
