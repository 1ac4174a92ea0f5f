"""Errors: how many, of which category and type, when, and the last hundred of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.memory import REPORT_DAYS
from bot.analytics.reports import counts
from bot.analytics.reports.buckets import sums
from bot.analytics.reports.counts import Sum
from bot.analytics.reports.cuts import cut
from bot.analytics.reports.errors import ErrorGroup, recent_errors
from bot.analytics.reports.figure import Figure, Unknown, share
from bot.analytics.reports.kept import counted, kept, within
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query, Step
from bot.clock import MILLISECOND, from_milliseconds, to_milliseconds
from bot.database.tables import errors

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

LAST = 100
DAY = timedelta(days=1) // MILLISECOND


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorKind:
    """Errors of one category, or of one type.  before: in the period before, if that is known."""

    name: str
    count: int
    before: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorLine:
    """One error as lists show it; number finds its traceback."""

    at: datetime
    number: str
    category: str
    type: str
    location: str
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorPart:
    """One part of the period.  name: its first day, or hour."""

    name: date
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorLog:
    """Everything about the errors of the period, redacted when they were written.

    recorded_since: the oldest record of anything; None without any
    error_rate: updates that failed of all
    categories, types: the most errors first; groups: by place and type, the latest first
    last: LAST at most, the latest first
    kept_since: errors before it were removed; None: none of the period
    """

    period: Period
    step: Step
    recorded_since: datetime | None
    total: Figure
    error_rate: Figure
    categories: tuple[ErrorKind, ...]
    types: tuple[ErrorKind, ...]
    groups: tuple[ErrorGroup, ...]
    group_count: int
    last: tuple[ErrorLine, ...]
    timeline: tuple[ErrorPart, ...]
    kept_since: datetime | None


async def error_log(source: Source, query: Query) -> ErrorLog:
    """The errors of the query's period, cut into its steps."""
    period = query.period
    oldest = to_milliseconds(source.clock()) - REPORT_DAYS * DAY
    async with source.database.read("report.errors") as connection:
        grouped = await recent_errors(connection, period)
        known = await kept(connection, period)
        is_known = known.figure(0, 0).before is not None and oldest <= period.previous.start_at
        kinds = {
            name: await _kinds(connection, errors.c[name], period, is_known=is_known)
            for name in ("category", "type")
        }
        now, then = [await _count(connection, one) for one in (period, period.previous)]
        rate, rate_then = [await _rate(connection, one) for one in (period, period.previous)]
        last = await _last(connection, period)
        timeline = await _timeline(connection, query)
    is_whole = oldest <= period.start_at
    return ErrorLog(
        period=period,
        step=query.step,
        recorded_since=known.recorded_since,
        total=_total(known.figure(now, then), is_whole=is_whole, is_known=is_known),
        error_rate=known.figure(rate, rate_then),
        categories=kinds["category"],
        types=kinds["type"],
        groups=grouped.groups,
        group_count=grouped.group_count,
        last=last,
        timeline=timeline,
        kept_since=None if is_whole else from_milliseconds(oldest),
    )


def _total(figure: Figure, *, is_whole: bool, is_known: bool) -> Figure:
    if not is_whole:
        return Figure(
            value=None, before=None, unknown=Unknown.REMOVED, unknown_before=Unknown.REMOVED
        )
    if not is_known and figure.before is not None:
        return replace(figure, before=None, unknown_before=Unknown.REMOVED)
    return figure


async def _kinds(
    connection: AsyncConnection, key: ColumnElement[str], period: Period, *, is_known: bool
) -> tuple[ErrorKind, ...]:
    now = await counted(connection, key, within(errors.c.at, period))
    then = await counted(connection, key, within(errors.c.at, period.previous))
    return tuple(
        ErrorKind(name=name, count=count, before=then.get(name, 0) if is_known else None)
        for name, count in now.items()
    )


async def _count(connection: AsyncConnection, period: Period) -> int:
    query = select(func.count()).select_from(errors).where(within(errors.c.at, period))
    return int(await connection.scalar(query) or 0)


async def _rate(connection: AsyncConnection, period: Period) -> float | None:
    updates = await counts.counted(connection, "updates", period)
    whole = sum(one.count for one in updates.values())
    return share(updates.get("error", Sum()).count, whole)


async def _last(connection: AsyncConnection, period: Period) -> tuple[ErrorLine, ...]:
    row = errors.c
    query = (
        select(row.at, row.number, row.category, row.type, row.location, row.message)
        .where(within(row.at, period))
        .order_by(row.at.desc(), row.id.desc())
        .limit(LAST)
    )
    found = (await connection.execute(query)).mappings()
    return tuple(ErrorLine(**{**one, "at": from_milliseconds(one["at"])}) for one in found)


async def _timeline(connection: AsyncConnection, query: Query) -> tuple[ErrorPart, ...]:
    cuts = cut(query.period, query.step)
    mine = within(errors.c.at, query.period)
    tally = await sums(connection, cuts, errors.c.at, func.count(), mine)
    return tuple(
        ErrorPart(name=name, count=count) for name, count in zip(cuts.names, tally, strict=True)
    )
