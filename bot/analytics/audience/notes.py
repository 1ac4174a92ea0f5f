"""What has just been written about people, as sets: by day and segment, who is in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from pyroaring import BitMap

from bot.analytics.audience.days import Days
from bot.analytics.audience.segments import (
    ACTIVE,
    ACTS,
    NEW,
    SYSTEM,
    Sources,
    acted,
    did,
    traits,
)
from bot.analytics.batch import Batch
from bot.analytics.transaction import Written

Key = tuple[date, str]
Sets = Mapping[Key, BitMap]


class Notes:
    """Sets that grow with every batch.

    sets: who was noted, by day and segment
    """

    def __init__(self, days: Days, sources: Sources) -> None:
        self.sets: defaultdict[Key, BitMap] = defaultdict(BitMap)
        self._days = days
        self._sources = sources

    def add(self, batch: Batch, written: Written) -> None:
        """Note everyone in *batch*, which is on disk now."""
        numbers = written.numbers
        for user_id, day in batch.activity:
            number = numbers[user_id]
            self.sets[day, ACTIVE].add(number)
            if seen := batch.people[user_id].seen:
                source = written.sources.get(user_id)
                for one in traits(
                    self._sources, seen.language, source, is_premium=seen.is_premium
                ):
                    self.sets[day, one].add(number)
        for user_id in written.new:
            self.sets[self._days.of(batch.people[user_id].first_at or 0), NEW].add(
                numbers[user_id]
            )
        self._acts(batch, written)

    def _acts(self, batch: Batch, written: Written) -> None:
        for at, kind, user_id, _, label, *_ in batch.events:
            number = None if user_id is None else written.numbers.get(user_id)
            if number is None:
                continue
            day = self._days.of(at)
            if segment := did(kind, label):
                self.sets[day, segment].add(number)
            if kind in ACTS and label != SYSTEM:
                for one in acted(kind, self._days.hour(at)):
                    self.sets[day, one].add(number)

    def unite(self, sets: Sets) -> None:
        """Note all of *sets* too."""
        for key, members in sets.items():
            if members:
                self.sets[key] |= members

    def remove(self, sets: Sets) -> None:
        """Take *sets* out, which were put elsewhere."""
        for key, members in sets.items():
            self.sets[key] -= members
            if not self.sets[key]:
                del self.sets[key]

    def discard(self, number: int) -> None:
        """Take one person out of every set."""
        for members in self.sets.values():
            members.discard(number)
