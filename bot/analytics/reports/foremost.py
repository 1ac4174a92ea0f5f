"""Who did the most in some days, without adding up everybody.

Fagin's threshold algorithm (Fagin, Lotem, Naor: Optimal Aggregation Algorithms for Middleware,
2001).  For each day an index lists people by how much they did.

1. Take the first people of each day's list, and add up what each of them did on all days.
2. Whoever was not met yet did at most as much as the last one taken, on each day: these together
   are a bound for everybody unmet.
3. If the last of the wanted people did more than that, nobody else can be among them.
4. Otherwise take four times as many, and where the days differ too much, add up everybody.
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
# How many of each day's list; further steps take longer than to add up everybody.
DEPTHS = (16, 64, 256)
# More people than that in a step are too many to look up one by one.
MOST = 8_000


@dataclass(frozen=True, slots=True)
class Count:
    """What one person did.  activity: all acts, the messages among them."""

    messages: int
    activity: int


async def foremost(connection: AsyncConnection, period: Period, size: int) -> dict[int, Count]:
    """What people did, by their numbers; among them the *size* with the most of either."""
    counts: dict[int, Count] = {}
    for depth in DEPTHS:
        met, bound = await _heads(connection, period, depth)
        if len(met) > MOST:
            break
        counts |= await _sums(connection, period, met - counts.keys())
        if bound == 0 or _least(counts.values(), size) > bound:
            return counts
    return await _everybody(connection, period, size)


async def _heads(connection: AsyncConnection, period: Period, depth: int) -> tuple[set[int], int]:
    """Who is at the head of each day, and how much others can have done together."""
    lists = [
        select(
            select(day.activity_date, day.user_id, day.act_count)
            .where(day.activity_date == one)
            .order_by(day.act_count.desc())
            .limit(depth)
            .subquery()
        )
        for one in between(period.first_day, period.last_day)
    ]
    least: dict[Any, list[int]] = {}
    met: set[int] = set()
    for one, number, acts in await connection.execute(union_all(*lists)):
        met.add(number)
        least.setdefault(one, []).append(acts)
    return met, sum(min(acts) for acts in least.values() if len(acts) == depth)


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
