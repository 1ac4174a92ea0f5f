"""Sets read from disk, kept while there is room for them: the least recently used goes first."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date

from pyroaring import BitMap

from bot.analytics.audience.notes import Key

OVERHEAD = 300  # bytes that an entry takes besides its set


@dataclass(slots=True)
class _Entry:
    members: BitMap
    size: int
    until: float


class Cache:
    """At most *room* bytes of sets by day and segment.  Nobody changes a set that is in here."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._entries: OrderedDict[Key, _Entry] = OrderedDict()
        self.bytes = 0

    def get(self, key: Key) -> BitMap | None:
        """The set; None when it is not here, or too old."""
        entry = self._entries.get(key)
        if entry is None or entry.until < time.monotonic():
            return None
        self._entries.move_to_end(key)
        return entry.members

    def put(self, key: Key, members: BitMap, size: int, seconds: float = math.inf) -> None:
        """Keep a set of *size* bytes for some seconds."""
        self.drop(key)
        self._entries[key] = _Entry(members, size + OVERHEAD, time.monotonic() + seconds)
        self.bytes += size + OVERHEAD
        while self.bytes > self._room:
            self.drop(next(iter(self._entries)))

    def grow(self, key: Key, members: BitMap) -> None:
        """Add *members* to a set, if it is here."""
        entry = self._entries.get(key)
        if entry is not None:
            # A new set: readers may still hold the old one.
            entry.members = entry.members | members

    def shrink(self, key: Key, number: int) -> None:
        """Take one person out of a set, if it is here."""
        entry = self._entries.get(key)
        if entry is not None:
            entry.members = entry.members - BitMap([number])

    def clear(self) -> None:
        """Keep nothing any longer."""
        self._entries.clear()
        self.bytes = 0

    def drop(self, key: Key) -> None:
        """Keep this set no longer."""
        entry = self._entries.pop(key, None)
        self.bytes -= entry.size if entry else 0

    def drop_day(self, day: date) -> None:
        """Keep no set of this day any longer."""
        for key in [key for key in self._entries if key[0] == day]:
            self.drop(key)

    def discard(self, number: int) -> None:
        """Take one person out of every set."""
        for entry in self._entries.values():
            if number in entry.members:
                entry.members = entry.members - BitMap([number])
