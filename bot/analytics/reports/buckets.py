"""How many events each part of a period had; empty parts are 0."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.reports.cuts import Cuts, quarter
from bot.analytics.reports.kept import DAY, Kept
from bot.database.tables import events


async def by_part(
    connection: AsyncConnection, cuts: Cuts, where: ColumnElement[bool]
) -> list[int]:
    """How many events there are in each part of *cuts*; *where* says of which period."""
    parts = [0] * len(cuts.names)
    number = quarter(events.c.at)
    query = select(number, func.count()).where(where).group_by(number)
    for place, count in await connection.execute(query):
        parts[cuts.index_of_quarter(place)] += int(count)
    return parts


def kept_parts(known: Kept, cuts: Cuts, parts: Sequence[int]) -> list[int | None]:
    """*parts*, but None for those from which single events were removed."""
    since, kept = known.since, known.events_since
    if since is None or kept is None or since + DAY > kept:
        return list(parts)
    return [
        None if start + DAY < kept else count
        for start, count in zip(cuts.starts, parts, strict=True)
    ]


def beside(values: Sequence[int | None], size: int) -> list[int | None]:
    """*values* as long as what they stand beside: months and weeks differ in number."""
    return [*values, *[None] * size][:size]
