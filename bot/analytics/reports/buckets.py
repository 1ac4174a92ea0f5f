"""How many rows, or how much of what they say, each part of a period had; empty parts are 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.reports.cuts import Cuts, quarter
from bot.analytics.reports.kept import Kept
from bot.database.tables import events


async def by_part(
    connection: AsyncConnection, cuts: Cuts, where: ColumnElement[bool], end_at: int
) -> list[int]:
    """How many events there are in each part of *cuts*, the last of which ends at *end_at*.

    where: which events, whenever they were
    """
    if connection.dialect.name == "sqlite":
        return await _by_range(connection, cuts, where, end_at)
    at = events.c.at
    mine = and_(where, at >= cuts.starts[0], at < end_at)
    return await sums(connection, cuts, at, func.count(), mine)


async def sums(
    connection: AsyncConnection,
    cuts: Cuts,
    at: ColumnElement[Any],
    value: ColumnElement[Any],
    where: ColumnElement[bool],
) -> list[int]:
    """What *value*, an aggregate of rows by the time in *at*, is in each part of *cuts*.

    where: which rows, all of the period that was cut
    """
    parts = [0] * len(cuts.names)
    number = quarter(at)
    query = select(number, value).where(where).group_by(number)
    for place, some in await connection.execute(query):
        parts[cuts.index_of_quarter(place)] += int(some)
    return parts


async def _by_range(
    connection: AsyncConnection, cuts: Cuts, where: ColumnElement[bool], end_at: int
) -> list[int]:
    """The same, part by part: SQLite counts within an index, but sorts whatever it groups."""
    limits = orjson.dumps([*zip(cuts.starts, [*cuts.starts[1:], end_at], strict=True)]).decode()
    part = func.json_each(limits).table_valued("key", "value").alias("part")
    start, end = (func.json_extract(part.c.value, f"$[{place}]") for place in (0, 1))
    mine = select(func.count()).select_from(events)
    mine = mine.where(where, events.c.at >= start, events.c.at < end).correlate(part)
    query = select(mine.scalar_subquery()).select_from(part).order_by(part.c.key)
    return [int(count) for count in await connection.scalars(query)]


def kept_parts(known: Kept, cuts: Cuts, parts: Sequence[int]) -> list[int | None]:
    """*parts*, but None for those from which single events were removed."""
    return [
        None if start < known.removed_until else count
        for start, count in zip(cuts.starts, parts, strict=True)
    ]


def beside(values: Sequence[int | None], size: int) -> list[int | None]:
    """*values* as long as what they stand beside: months and weeks differ in number."""
    return [*values, *[None] * size][:size]
