"""Sink: what went well and what did not in the last hour, for alerts and health."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from bot.analytics.events import Event, UpdateHandled
from bot.analytics.operations import QueryTimed

SLOT_SECONDS = 15
KEPT_SLOTS = 3600 // SLOT_SECONDS + 1


@dataclass(frozen=True, slots=True)
class Share:
    """*bad* of *total*."""

    bad: int
    total: int


class Recent:
    """Counts in slots of 15 seconds, on the monotonic clock: a wall clock may be set back.

    Names are "updates" (bad: an error) and "queries" (bad: the database refused).
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._slots: deque[tuple[int, dict[str, list[int]]]] = deque(maxlen=KEPT_SLOTS)

    def wants(self, kind: type[Event]) -> bool:
        """Updates and queries only."""
        return kind in {UpdateHandled, QueryTimed}

    def __call__(self, event: Event) -> None:
        if isinstance(event, UpdateHandled):
            self._add("updates", bad=event.outcome == "error")
        elif isinstance(event, QueryTimed):
            self._add("queries", bad=event.error is not None)

    def restore(self, name: str, age_seconds: float, share: Share) -> None:
        """Count what happened before a restart, *age_seconds* ago; oldest first."""
        counts = self._slot(int((self._monotonic() - age_seconds) // SLOT_SECONDS), name)
        counts[0] += share.bad
        counts[1] += share.total

    def share(self, name: str, seconds: float) -> Share:
        """How much of *name* went wrong in the last *seconds* (3,600 at most)."""
        since = (self._monotonic() - seconds) // SLOT_SECONDS
        found = [counts[name] for slot, counts in self._slots if slot > since and name in counts]
        return Share(sum(bad for bad, _ in found), sum(total for _, total in found))

    def _add(self, name: str, *, bad: bool) -> None:
        counts = self._slot(int(self._monotonic() // SLOT_SECONDS), name)
        counts[0] += bad
        counts[1] += 1

    def _slot(self, slot: int, name: str) -> list[int]:
        if not self._slots or self._slots[-1][0] != slot:
            self._slots.append((slot, {}))
        return self._slots[-1][1].setdefault(name, [0, 0])
