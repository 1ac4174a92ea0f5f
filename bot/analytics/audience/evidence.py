"""What the other tables say about one day: the sets as they would be, had nothing gone wrong.

The database joins the numbers of each group into one text or array, which is ten times faster
than a row for each person, and takes the memory of one day only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

import orjson
from pyroaring import BitMap
from sqlalchemy import BigInteger, Column, ColumnElement, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.audience.days import Days
from bot.analytics.audience.segments import (
    ACTIVE,
    ACTS,
    KINDS,
    NEW,
    SYSTEM,
    USED,
    Sources,
    acted,
    did,
    traits,
)
from bot.database.tables import events, user_activity, users

SOURCES_READ = 1_000
# Every zone's hours begin at a quarter of an hour in UTC.
QUARTER = 900_000


async def evidence(
    connection: AsyncConnection, day: date, days: Days, sources: Sources
) -> dict[str, BitMap]:
    """Every set of *day*, by segment.

    Languages, premium and sources are those of people now: what they were then is not written
    anywhere else.
    """
    sets: defaultdict[str, BitMap] = defaultdict(BitMap)
    await _active(connection, day, sources, sets)
    await _acts(connection, days.limits(day), sets)
    await _hours(connection, day, days, sets)
    found = _joined(connection, users.c.number)
    query = select(found).where(_within(users.c.first_seen_at, days.limits(day)))
    sets[NEW] |= _members(await connection.scalar(query))
    return sets


async def first_day(connection: AsyncConnection) -> date | None:
    """The first day on which anybody was active."""
    found: date | None = await connection.scalar(select(func.min(user_activity.c.activity_date)))
    return found


async def learn(connection: AsyncConnection, sources: Sources) -> None:
    """Make *sources* know the names that most people came from."""
    count = func.count()
    query = select(users.c.source).where(users.c.source.is_not(None)).group_by(users.c.source)
    order = query.order_by(count.desc(), users.c.source).limit(SOURCES_READ)
    for payload in await connection.scalars(order):
        sources.segment(payload)


async def _active(
    connection: AsyncConnection, day: date, sources: Sources, sets: defaultdict[str, BitMap]
) -> None:
    who = (users.c.language, users.c.is_premium, users.c.source)
    activity = user_activity.c
    query = (
        select(*who, _joined(connection, activity.user_id))
        .select_from(user_activity.outerjoin(users, users.c.number == activity.user_id))
        .where(activity.activity_date == day)
        .group_by(*who)
    )
    sets[ACTIVE] |= BitMap()
    for tag, is_premium, source, found in await connection.execute(query):
        members = _members(found)
        sets[ACTIVE] |= members
        for segment in traits(sources, tag, source, is_premium=bool(is_premium)):
            sets[segment] |= members


async def _acts(
    connection: AsyncConnection, limits: tuple[int, int], sets: defaultdict[str, BitMap]
) -> None:
    # Kind by kind: an index leads to the rows of a kind and a time.
    mine = [(events.c.kind == kind) & _within(events.c.at, limits) for kind in (USED, *KINDS)]
    query = (
        select(events.c.kind, events.c.label, _joined(connection, events.c.user_number))
        .where(or_(*mine), events.c.user_number.is_not(None))
        .group_by(events.c.kind, events.c.label)
    )
    for kind, label, found in await connection.execute(query):
        if segment := did(kind, label):
            sets[segment] |= _members(found)


async def _hours(
    connection: AsyncConnection, day: date, days: Days, sets: defaultdict[str, BitMap]
) -> None:
    # A number in the text, because PostgreSQL takes two parameters for two expressions.
    quarter = events.c.at // literal_column(str(QUARTER), BigInteger)
    mine = [(events.c.kind == kind) & _within(events.c.at, days.limits(day)) for kind in ACTS]
    is_written = func.coalesce(events.c.label, "") != SYSTEM
    query = (
        select(events.c.kind, quarter, _joined(connection, events.c.user_number))
        .where(or_(*mine), is_written, events.c.user_number.is_not(None))
        .group_by(events.c.kind, quarter)
    )
    for kind, number, found in await connection.execute(query):
        members = _members(found)
        for segment in acted(kind, days.hour(number * QUARTER)):
            sets[segment] |= members


def _within(column: Column[Any], limits: tuple[int, int]) -> ColumnElement[bool]:
    return (column >= limits[0]) & (column < limits[1])


def _joined(connection: AsyncConnection, column: Column[Any]) -> ColumnElement[Any]:
    is_sqlite = connection.dialect.name == "sqlite"
    return func.json_group_array(column) if is_sqlite else func.array_agg(column)


def _members(found: str | Iterable[int] | None) -> BitMap:
    return BitMap(orjson.loads(found) if isinstance(found, str) else found or ())
