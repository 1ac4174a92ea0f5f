"""Facts that came long after they happened: what they change in the sets of days that are over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pyroaring import BitMap
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.audience import disk
from bot.analytics.audience.days import Days
from bot.analytics.audience.notes import Key, Sets
from bot.analytics.audience.segments import NEW

# users.number → when they were first seen, as everybody thought and as it is known now.
Moved = Mapping[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Newcomers:
    """People who were new on one day and turn out to have been new on an earlier one."""

    moved: Moved
    days: Days

    @property
    def found(self) -> Sets:
        """On which days they were new."""
        return self._by_day(1)

    @property
    def former(self) -> Sets:
        """On which days they are new no longer."""
        return self._by_day(0)

    def leaving(self) -> Iterator[tuple[Key, int]]:
        """Out of which set which number has to go."""
        for key, numbers in self.former.items():
            for number in numbers:
                yield key, number

    def _by_day(self, which: int) -> Sets:
        sets: defaultdict[Key, BitMap] = defaultdict(BitMap)
        for number, moments in self.moved.items():
            then, earlier = map(self.days.of, moments)
            if then != earlier:
                sets[(then, earlier)[which], NEW].add(number)
        return sets


async def keep(  # noqa: PLR0913, PLR0917  what is written, and how
    connection: AsyncConnection,
    sets: Sets,
    newcomers: Newcomers,
    since: date,
    owner: str,
    at: int,
) -> None:
    """Put on disk *sets* of days before *since*, which nobody looks at again after a crash."""
    old = {key: members for key, members in sets.items() if key[0] < since and members}
    if old:
        await disk.add(connection, old, owner, at)
    for (day, segment), numbers in newcomers.former.items():
        await disk.take_out(connection, day, segment, numbers, at)
