"""The table audience_sets: sets are read, added to, closed for good, and rid of a person.

Each process saves what it found under its own name, and readers unite all rows of a day.  A day
that is over gets one row a segment, of nobody in particular.  Whoever writes is alone: on SQLite
by the nature of it, on PostgreSQL by a lock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Row, Select, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.audience.days import DAY
from bot.analytics.audience.notes import Sets
from bot.analytics.audience.segments import ACTIVE, BLOCKED, FEATURE, NEW
from bot.database.audience_tables import audience_sets
from bot.database.locks import AUDIENCE, alone
from bot.database.statements import insert_into
from bot.database.tables import user_activity

EVERYBODY = ""  # the owner of what is final
# Rows about the sets, not about a segment: the day is complete; who was forgotten on the day.
COMPLETE = ".complete"
FORGOTTEN = ".forgotten"
MARKS = (COMPLETE, FORGOTTEN)
# A day on which somebody was not active, nor the day before, has them in these sets at most, and
# in those of features.
UNPROMPTED = (BLOCKED, NEW)

table = audience_sets.c


async def load(
    connection: AsyncConnection, segment: str, first: date, last: date
) -> dict[date, tuple[BitMap, int]]:
    """The set of each day that has one, and its size in bytes."""
    query = select(table.day, table.bits).where(
        table.day.between(first, last), table.segment == segment
    )
    found: dict[date, tuple[BitMap, int]] = {}
    for day, bits in await connection.execute(query):
        members, size = BitMap.deserialize(bits), len(bits)
        if day in found:
            members, size = members | found[day][0], size + found[day][1]
        found[day] = members, size
    return found


async def segments(connection: AsyncConnection, first: date) -> set[str]:
    """The names in use since *first*."""
    query = select(table.segment).where(table.day >= first, table.segment.not_in(MARKS))
    return set(await connection.scalars(query.distinct()))


async def complete(connection: AsyncConnection) -> set[date]:
    """The days that are over and whose sets are whole."""
    return set(await connection.scalars(select(table.day).where(table.segment == COMPLETE)))


async def forgotten(connection: AsyncConnection, since: date) -> BitMap:
    """Who was forgotten since that day."""
    query = select(table.bits).where(table.day >= since, table.segment == FORGOTTEN)
    return BitMap.union(
        BitMap(), *(BitMap.deserialize(bits) for bits in await connection.scalars(query))
    )


async def add(connection: AsyncConnection, sets: Sets, owner: str, at: int) -> None:
    """Add *sets* to those of *owner*, without anybody who was forgotten meanwhile."""
    await alone(connection, AUDIENCE)
    gone = await forgotten(connection, min(day for day, _ in sets))
    by_day: dict[date, dict[str, BitMap]] = defaultdict(dict)
    for (day, segment), members in sets.items():
        by_day[day][segment] = members
    for day, some in by_day.items():
        is_mine = (table.day == day, table.owner == owner, table.segment.in_(some))
        query = select(table.segment, table.bits).where(*is_mine)
        there = {
            segment: BitMap.deserialize(bits) for segment, bits in await connection.execute(query)
        }
        whole = {one: (members | there.get(one, BitMap())) - gone for one, members in some.items()}
        await _put(connection, day, whole, owner, at)


async def close(  # noqa: PLR0913  what is written, and how
    connection: AsyncConnection,
    day: date,
    found: Mapping[str, BitMap],
    at: int,
    *,
    is_exact: bool = False,
    is_over: bool = True,
) -> None:
    """Make one row a segment of all rows of *day* and of what was *found* in other tables.

    is_exact: people active and new are those found, whatever the rows said
    is_over: the day is complete now
    """
    await alone(connection, AUDIENCE)
    is_set = (table.day == day, table.segment.not_in(MARKS))
    rows = (await connection.execute(select(table.segment, table.bits).where(*is_set))).all()
    whole = _united(rows)
    for segment, members in found.items():
        whole[segment] |= members
    if is_exact:
        whole |= {one: found.get(one, BitMap()) for one in (ACTIVE, NEW)}
    gone = await forgotten(connection, day)
    await connection.execute(delete(audience_sets).where(*is_set))
    kept = {one: members - gone for one, members in whole.items()}
    marks = {COMPLETE: BitMap()} if is_over else {}
    await _put(connection, day, {**kept, **marks}, EVERYBODY, at)


def _united(rows: Iterable[Row[Any, Any]]) -> defaultdict[str, BitMap]:
    whole: defaultdict[str, BitMap] = defaultdict(BitMap)
    for segment, bits in rows:
        whole[segment] |= BitMap.deserialize(bits)
    return whole


async def erase(connection: AsyncConnection, number: int, today: date, at: int) -> None:
    """Take one person out of every set, and remember their number, which is nobody's from now on.

    To be called while user_activity still says on which days they were there.
    """
    await alone(connection, AUDIENCE)
    for day, segment, owner, bits in await connection.execute(await _traces(connection, number)):
        members = BitMap.deserialize(bits)
        if number in members:
            members.discard(number)
            await _put(connection, day, {segment: members}, owner, at)
    gone = {FORGOTTEN: await forgotten(connection, today) | BitMap([number])}
    await _put(connection, today, gone, EVERYBODY, at)


async def take_out(
    connection: AsyncConnection, day: date, segment: str, numbers: BitMap, at: int
) -> None:
    """Take *numbers* out of one set of that day."""
    await alone(connection, AUDIENCE)
    where = (table.day == day, table.segment == segment)
    for owner, bits in await connection.execute(select(table.owner, table.bits).where(*where)):
        await _put(connection, day, {segment: BitMap.deserialize(bits) - numbers}, owner, at)


async def _traces(connection: AsyncConnection, number: int) -> Select[Any, Any, Any, Any]:
    activity = user_activity.c
    query = select(activity.activity_date).where(activity.user_id == number)
    active = set(await connection.scalars(query))
    # An answer that began before midnight may be counted after it.
    days = active | {day + DAY for day in active}
    # What a restart found undone, such as a lost payment, is noted on a day without the person.
    is_later = table.segment.startswith(FEATURE)
    where = or_(table.day.in_(days), table.segment.in_(UNPROMPTED), is_later)
    return select(table.day, table.segment, table.owner, table.bits).where(
        where, table.segment.not_in(MARKS)
    )


async def tidy(connection: AsyncConnection, today: date) -> None:
    """Remove what was remembered about who was forgotten, once every process has heard of it."""
    is_old = table.day < today - timedelta(days=7)
    await connection.execute(delete(audience_sets).where(is_old, table.segment == FORGOTTEN))


async def _put(
    connection: AsyncConnection, day: date, sets: Mapping[str, BitMap], owner: str, at: int
) -> None:
    rows = [
        {
            "day": day,
            "segment": segment,
            "owner": owner,
            "bits": members.serialize(),
            "saved_at": at,
        }
        for segment, members in sets.items()
    ]
    if not rows:
        return
    statement = insert_into(connection.dialect.name, audience_sets)
    changed = {name: statement.excluded[name] for name in ("bits", "saved_at")}
    keys = list(audience_sets.primary_key)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=changed), rows
    )
