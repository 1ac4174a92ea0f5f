"""Peak hours: when in the week people come.

Of everybody: from the sets of each hour of each day.  Of a chat or a person: from single events.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

import orjson
from pyroaring import BitMap
from sqlalchemy import ColumnElement, and_, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.audience.algebra import union
from bot.analytics.audience.days import DAY
from bot.analytics.audience.segments import HOUR
from bot.analytics.reports.acts import acts, narrowed
from bot.analytics.reports.buckets import kept_parts
from bot.analytics.reports.cuts import cut, quarter, quarter_start
from bot.analytics.reports.figure import share
from bot.analytics.reports.kept import Kept, kept
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query
from bot.clock import from_milliseconds
from bot.database.tables import events

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

DAYS, HOURS = range(7), range(24)
# Monday is 0.
Place = tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """One hour of the week.  people: distinct in all its times; times: how often it occurred."""

    people: int
    times: int

    @property
    def mean(self) -> float | None:
        """people / times; None if the period had no such hour."""
        return share(self.people, self.times)


@dataclass(frozen=True, kw_only=True, slots=True)
class Peak:
    """Seven weekdays (Monday first) of 24 hours each, in the period's zone.

    An hour that a clock change skips has not occurred, one that it repeats has occurred twice.
    busiest: weekday and hour with the highest mean; None before anything happened
    """

    period: Period
    recorded_since: datetime | None
    slots: tuple[tuple[Slot, ...], ...]
    busiest: Place | None


async def peak(source: Source, query: Query) -> Peak:
    """When people were active in the query's period, chat and person."""
    period = query.period
    is_single = query.chat_id is not None or query.user_id is not None
    async with source.database.read("report.peak") as connection:
        known = await kept(connection, period)
        if is_single or source.audience.pending_days:
            where = and_(await narrowed(connection, query), acts(period))
            people = await _people(connection, where, period.zone)
            times = _times(period, known)
        else:
            people = await _sets(source, period)
            times = _times(period)
    slots = {
        (day, hour): Slot(people=len(people[day, hour]), times=times[day, hour])
        for day in DAYS
        for hour in HOURS
    }
    busy = [place for place, slot in slots.items() if slot.people and slot.times]
    return Peak(
        period=period,
        recorded_since=known.recorded_since,
        slots=tuple(tuple(slots[day, hour] for hour in HOURS) for day in DAYS),
        busiest=max(busy, key=lambda place: slots[place].mean or 0, default=None),
    )


async def _sets(source: Source, period: Period) -> defaultdict[Place, BitMap]:
    """Who was active in each hour of the week, from whole days."""
    found: defaultdict[Place, BitMap] = defaultdict(BitMap)
    for hour in HOURS:
        sets = await source.audience.days(f"{HOUR}{hour:02}", period.first_day, period.last_day)
        for n in range(min(len(DAYS), len(sets))):
            day = (period.first_day + n * DAY).weekday()
            found[day, hour] = union(sets[n :: len(DAYS)])
    return found


async def _people(
    connection: AsyncConnection, where: ColumnElement[bool], zone: tzinfo
) -> defaultdict[Place, BitMap]:
    """Who was active in each hour of the week; one quarter of an hour at a time is in memory."""
    number = quarter(events.c.at)
    is_sqlite = connection.dialect.name == "sqlite"
    joined = func.json_group_array if is_sqlite else func.array_agg
    query = select(number, joined(distinct(events.c.user_number)))
    query = query.where(where, events.c.user_number.is_not(None)).group_by(number)
    found: defaultdict[Place, BitMap] = defaultdict(BitMap)
    async with connection.stream(query) as rows:
        async for place, members in rows:
            numbers = orjson.loads(members) if is_sqlite else members
            found[_place(quarter_start(place), zone)] |= BitMap(numbers)
    return found


def _times(period: Period, known: Kept | None = None) -> Counter[Place]:
    """How often each hour of the week occurred; known: as far as single events are kept."""
    cuts = cut(period, "hour")
    parts: list[int | None] = [0] * len(cuts.starts)
    are_kept = kept_parts(known, cuts, [0] * len(cuts.starts)) if known else parts
    return Counter(
        _place(from_milliseconds(start), period.zone)
        for start, is_kept in zip(cuts.starts, are_kept, strict=True)
        if is_kept is not None
    )


def _place(at: datetime, zone: tzinfo) -> Place:
    local = at.astimezone(zone)
    return local.weekday(), local.hour
