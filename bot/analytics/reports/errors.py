"""What went wrong lately: errors of one kind in one place are one line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, Subquery, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.reports.period import Period
from bot.clock import from_milliseconds
from bot.database.tables import errors

SHOWN = 15


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorGroup:
    """Errors of one type in one place.  number: the last one's, to look it up."""

    location: str
    type: str
    count: int
    first_at: datetime
    last_at: datetime
    number: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Errors:
    """The groups with the latest errors first.

    group_count: how many groups there are, shown or not
    """

    period: Period
    groups: tuple[ErrorGroup, ...]
    group_count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorDetail:
    """One error, redacted when it was written."""

    at: datetime
    number: str
    category: str
    type: str
    location: str
    message: str
    traceback: str


async def recent_errors(connection: AsyncConnection, period: Period) -> Errors:
    """The errors of *period*, grouped by place and type."""
    groups = _groups(period)
    query = (
        select(groups, errors.c.location, errors.c.type, errors.c.number)
        .join(errors, errors.c.id == groups.c.last_id)
        .order_by(groups.c.last_at.desc(), groups.c.last_id.desc())
        .limit(SHOWN)
    )
    found = (await connection.execute(query)).mappings()
    count = await connection.scalar(select(func.count()).select_from(groups))
    return Errors(
        period=period, groups=tuple(_group(row) for row in found), group_count=int(count or 0)
    )


def _groups(period: Period) -> Subquery:
    return (
        select(
            func.max(errors.c.id).label("last_id"),
            func.count().label("count"),
            func.min(errors.c.at).label("first_at"),
            func.max(errors.c.at).label("last_at"),
        )
        .where(errors.c.at >= period.start_at, errors.c.at < period.end_at)
        .group_by(errors.c.location, errors.c.type)
        .subquery()
    )


def _group(row: RowMapping) -> ErrorGroup:
    return ErrorGroup(
        location=row["location"],
        type=row["type"],
        count=row["count"],
        first_at=from_milliseconds(row["first_at"]),
        last_at=from_milliseconds(row["last_at"]),
        number=row["number"],
    )


async def find_error(connection: AsyncConnection, number: str) -> ErrorDetail | None:
    """The latest error that was told to somebody under *number*."""
    query = select(errors).where(errors.c.number == number).order_by(errors.c.id.desc()).limit(1)
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        return None
    texts = {name: value for name, value in row.items() if name not in {"id", "at"}}
    return ErrorDetail(at=from_milliseconds(row["at"]), **texts)
