"""Distinct people of each group, from the audience's sets of each day.

A person's day is what is looked at: they count in a group if there is a day on which they were
active, the filters are true of them and that day, and so is what the group says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pyroaring import BitMap

from bot.analytics.audience.audience import Audience
from bot.analytics.audience.days import between
from bot.analytics.audience.segments import (
    ACTIVE,
    COMMAND,
    FEATURE,
    HOUR,
    LANGUAGE,
    PLAN,
    SOURCE,
)
from bot.analytics.query.counting import Key
from bot.analytics.query.limits import Deadline
from bot.analytics.query.question import (
    TRAITS,
    Dimension,
    Either,
    Every,
    Filter,
    HasDone,
    Is,
    Not,
    Value,
    leaves,
)
from bot.analytics.reports.period import Period

PREFIXES: dict[Dimension, str] = {
    "hour": HOUR,
    "command": COMMAND,
    "feature": FEATURE,
    "language": LANGUAGE,
    "source": SOURCE,
    "plan": PLAN,
}
HOURS = range(24)


@dataclass(frozen=True, kw_only=True, slots=True)
class Crowd:
    """Sets by dimension, value and day, from the first day on; each set only of its value.

    active: everybody of each day; free: the plan of who is on no other
    """

    first: date
    active: Sequence[BitMap]
    sets: Mapping[Dimension, Mapping[Value, Sequence[BitMap]]]
    doers: Mapping[HasDone, BitMap]
    free: str


async def crowd(  # noqa: PLR0913  its parts
    audience: Audience,
    period: Period,
    dimensions: Iterable[Dimension],
    where: Filter | None,
    *,
    doers: Mapping[HasDone, BitMap],
    free: str,
    deadline: Deadline,
) -> Crowd:
    """The sets that a question about the people of *period* needs, read before *deadline*."""
    first, last = period.first_day, period.last_day
    used = {one.dimension for one in leaves(where) if isinstance(one, Is)}.union(dimensions)
    segments = await audience.segments() if used - {"day", "weekday", "hour"} else []
    sets: dict[Dimension, dict[Value, Sequence[BitMap]]] = {}
    for dimension in used & PREFIXES.keys():
        sets[dimension] = {}
        for value, segment in _named(dimension, segments):
            deadline.check()
            sets[dimension][value] = await audience.days(segment, first, last)
    active = await audience.days(ACTIVE, first, last)
    return Crowd(first=first, active=active, sets=sets, doers=doers, free=free)


def _named(dimension: Dimension, segments: Sequence[str]) -> Iterator[tuple[Value, str]]:
    prefix = PREFIXES[dimension]
    if dimension == "hour":
        yield from ((hour, f"{prefix}{hour:02}") for hour in HOURS)
        return
    for segment in segments:
        if segment.startswith(prefix):
            yield segment.removeprefix(prefix), segment


def people(
    crowd: Crowd, dimensions: Sequence[Dimension], where: Filter | None, deadline: Deadline
) -> dict[Key, int]:
    """How many people each group has; TooMuchError for too many groups, or too slow an answer."""
    found: dict[Key, BitMap] = {}
    for place, day in enumerate(between(crowd.first, _last(crowd))):
        one = _Day(crowd, place, day)
        deadline.check()
        for key, members in one.groups(dimensions, one.of(where), ()):
            deadline.check()
            if key in found:
                found[key] |= members
            else:
                found[key] = members.copy()
        deadline.check_rows(len(found))
    return {key: len(members) for key, members in found.items()}


def _last(crowd: Crowd) -> date:
    return date.fromordinal(crowd.first.toordinal() + len(crowd.active) - 1)


class _Day:
    """The sets of one day."""

    def __init__(self, crowd: Crowd, place: int, day: date) -> None:
        self._crowd = crowd
        self._place = place
        self._times: dict[Dimension, Value] = {"day": day, "weekday": day.weekday()}
        self._active = crowd.active[place]
        self._known: dict[Dimension, dict[Value, BitMap]] = {}

    def groups(
        self, dimensions: Sequence[Dimension], some: BitMap, key: Key
    ) -> Iterator[tuple[Key, BitMap]]:
        """*some* of its people, parted by the values that they have; no group is empty."""
        if not some:
            return
        if not dimensions:
            yield key, some
            return
        first, rest = dimensions[0], dimensions[1:]
        if first in self._times:
            yield from self.groups(rest, some, (*key, self._times[first]))
            return
        for value, members in self._values(first).items():
            yield from self.groups(rest, some & members, (*key, value))

    def of(self, where: Filter | None) -> BitMap:
        """Those active on the day of whom *where* is true."""
        match where:
            case None:
                return self._active
            case Is(dimension, values):
                return self._is(dimension, values)
            case HasDone():
                return self._active & self._crowd.doers[where]
            case Not(part):
                return self._active - self.of(part)
            case Every(parts):
                return BitMap.intersection(self._active, *map(self.of, parts))
            case Either(parts):
                return BitMap.union(BitMap(), *map(self.of, parts))

    def _is(self, dimension: Dimension, values: Sequence[Value]) -> BitMap:
        if dimension in self._times:
            return self._active if self._times[dimension] in values else BitMap()
        known = self._values(dimension)
        return BitMap.union(BitMap(), *(known[one] for one in values if one in known))

    def _values(self, dimension: Dimension) -> dict[Value, BitMap]:
        """Who of the active has each value; of what everybody has one, the rest has none."""
        if dimension not in self._known:
            found: dict[Value, BitMap] = {
                value: self._active & sets[self._place]
                for value, sets in self._crowd.sets[dimension].items()
            }
            if dimension in TRAITS:
                rest = self._active - BitMap.union(BitMap(), *found.values())
                none = self._crowd.free if dimension == "plan" else None
                found[none] = found.get(none, BitMap()) | rest
            self._known[dimension] = found
        return self._known[dimension]
