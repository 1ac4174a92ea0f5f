"""Who did the most in some days, without adding up everybody.

The three-phase uniform threshold (Cao and Wang: Efficient Top-K Query Calculation in Distributed
Networks, 2004).  For each day an index lists people by how much they did.

1. Take the first people of some days' lists and add up what each did on all days.  The last of
   the *size* best among them is a bound that the last of those wanted reaches for sure.
2. Whoever did less than the bound divided by the days on each day is below it.  Take everybody
   who did that much on some day.
3. Add up what each of them did, but for whom even that bound on all other days would not lift.
4. Where these are too many, because the days or the people are too much alike, add up everybody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.audience.days import between
from bot.analytics.reports.engagement import WRITTEN
from bot.analytics.reports.period import Period
from bot.database.tables import user_activity

day = user_activity.c
# Of how many days the first are taken, and how many of each.
SAMPLES, DEPTH = 10, 64
# More rows, or more people, are too many to look up one by one.
MOST_ROWS, MOST = 40_000, 4_000


@dataclass(frozen=True, slots=True)
class Count:
    """What one person did.  activity: all acts, the messages among them."""

    messages: int
    activity: int


async def foremost(connection: AsyncConnection, period: Period, size: int) -> dict[int, Count]:
    """What people did, by their numbers; among them the *size* with the most of either."""
    counts = await _sums(connection, period, await _heads(connection, period))
    least = _least(counts.values(), size)
    if least < period.days:  # an act a day would be enough
        return await _everybody(connection, period, size)
    much = -(-least // period.days)
    found = await _much(connection, period, much)
    # Who is not lifted by just less than that on every other day.
    met = {
        number
        for number, (acts, days) in found.items()
        if acts + (period.days - days) * (much - 1) >= least
    } - counts.keys()
    if len(met) > MOST or sum(days for _, days in found.values()) > MOST_ROWS:
        return await _everybody(connection, period, size)
    return counts | await _sums(connection, period, met)


async def _heads(connection: AsyncConnection, period: Period) -> set[int]:
    """Who is at the head of some days."""
    days = between(period.first_day, period.last_day)
    # Today has hardly begun, perhaps.
    chosen = days[:: -(-len(days) // SAMPLES)]
    lists = [
        select(
            select(day.user_id)
            .where(day.activity_date == one)
            .order_by(day.act_count.desc())
            .limit(DEPTH)
            .subquery()
        )
        for one in chosen
    ]
    return set(await connection.scalars(union_all(*lists)))


async def _much(
    connection: AsyncConnection, period: Period, much: int
) -> dict[int, tuple[int, int]]:
    """Who did so *much* on a day: what they did on such days, and how many these are."""
    days = between(period.first_day, period.last_day)
    # Day by day, so that the index leads to those rows alone.
    query = (
        select(day.user_id, day.act_count)
        .where(day.activity_date.in_(days), day.act_count >= much)
        .limit(MOST_ROWS + 1)
    )
    found: dict[int, tuple[int, int]] = {}
    for number, acts in await connection.execute(query):
        total, times = found.get(number, (0, 0))
        found[number] = total + acts, times + 1
    return found


def _least(counts: Collection[Count], size: int) -> int:
    """How much the last of the first *size* did, of messages as of activity; -1: too few."""
    if len(counts) < size:
        return -1
    return sorted((count.messages for count in counts), reverse=True)[size - 1]


async def _sums(
    connection: AsyncConnection, period: Period, numbers: Iterable[int]
) -> dict[int, Count]:
    some = list(numbers)
    return _counts(await connection.execute(_query(period).where(day.user_id.in_(some))))


async def _everybody(connection: AsyncConnection, period: Period, size: int) -> dict[int, Count]:
    counts: dict[int, Count] = {}
    for by in (func.sum(WRITTEN), func.sum(day.act_count)):
        first: ColumnElement[Any] = by.desc()
        query = _query(period).order_by(first, day.user_id).limit(size)
        counts |= _counts(await connection.execute(query))
    return counts


def _query(period: Period) -> Select[Any]:
    return (
        select(day.user_id, func.sum(WRITTEN), func.sum(day.act_count))
        .where(day.activity_date.between(period.first_day, period.last_day))
        .group_by(day.user_id)
    )


def _counts(rows: Iterable[Any]) -> dict[int, Count]:
    return {number: Count(int(written), int(acts)) for number, written, acts in rows}
