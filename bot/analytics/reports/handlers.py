"""Handlers: how often each takes an update, how often it fails, and how long that takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics import milestones
from bot.analytics.memory import REPORT_DAYS
from bot.analytics.reports import counts
from bot.analytics.reports.counts import Sum
from bot.analytics.reports.figure import Figure
from bot.analytics.reports.kept import within
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query
from bot.clock import MILLISECOND, from_milliseconds, to_milliseconds
from bot.database.tables import errors

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

NAME = "handler"
# What UpdateHandled calls it when no handler took the update.
NOBODY = "none"
# Errors that end an update; the others are of jobs, the store and the side server.
OF_UPDATES = ("handler", "telegram")
KEPT = timedelta(days=REPORT_DAYS) // MILLISECOND


@dataclass(frozen=True, kw_only=True, slots=True)
class Handler:
    """One handler.

    name: as in the code; NOBODY: updates that no handler took
    uses_before, p95_before: None where they cannot be known
    failed: None where errors were removed for their age
    p50, p95, p99: seconds from the update to the end of its handling, within 19 %; None: not used
    """

    name: str
    uses: int
    uses_before: int | None
    failed: int | None
    p50: float | None
    p95: float | None
    p95_before: float | None
    p99: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Handlers:
    """Updates of the period by handler, the most used first, against the period before.

    p50, p95, p99: seconds, of all updates together
    kept_since: errors before it were removed; None: none of the period
    """

    period: Period
    recorded_since: datetime | None
    uses: Figure
    p50: Figure
    p95: Figure
    p99: Figure
    handlers: tuple[Handler, ...]
    kept_since: datetime | None


async def handlers(source: Source, query: Query) -> Handlers:
    """The handlers of the query's period."""
    period = query.period
    oldest = to_milliseconds(source.clock()) - KEPT
    async with source.database.read("report.handlers") as connection:
        known = await milestones.read(connection)
        since = await counts.since(connection, NAME)
        now = await counts.counted(connection, NAME, period, known)
        then = await counts.counted(connection, NAME, period.previous, known)
        failed = None if period.start_at < oldest else await _failed(connection, period)
    values, before = _whole(now), _whole(then)
    figures = {name: counts.figure(values[name], before[name], since, period) for name in values}
    is_known = figures["uses"].before is not None
    return Handlers(
        period=period,
        recorded_since=None if since is None else from_milliseconds(since),
        **figures,
        handlers=_handlers(now, then if is_known else None, failed),
        kept_since=from_milliseconds(oldest) if failed is None else None,
    )


async def _failed(connection: AsyncConnection, period: Period) -> dict[str, int]:
    row = errors.c
    query = (
        select(row.location, func.count())
        .where(within(row.at, period), row.category.in_(OF_UPDATES))
        .group_by(row.location)
    )
    return {location: int(count) for location, count in await connection.execute(query)}


def _whole(found: Mapping[str, Sum]) -> dict[str, float | None]:
    everything = sum(found.values(), start=Sum())
    times = {f"p{percent}": everything.percentile(percent) for percent in (50, 95, 99)}
    return {"uses": everything.count, **times}


def _handlers(
    now: Mapping[str, Sum], then: Mapping[str, Sum] | None, failed: Mapping[str, int] | None
) -> tuple[Handler, ...]:
    """Also those that were used only before: that nobody uses them any more is news."""
    names = now.keys() | (then or {}).keys()
    found = [_handler(name, now, then, failed) for name in names]
    return tuple(sorted(found, key=lambda one: (-one.uses, one.name)))


def _handler(
    name: str,
    now: Mapping[str, Sum],
    then: Mapping[str, Sum] | None,
    failed: Mapping[str, int] | None,
) -> Handler:
    one, before = now.get(name, Sum()), None if then is None else then.get(name, Sum())
    return Handler(
        name=name,
        uses=one.count,
        uses_before=None if before is None else before.count,
        failed=None if failed is None else failed.get(name, 0),
        p50=one.percentile(50),
        p95=one.percentile(95),
        p95_before=None if before is None else before.percentile(95),
        p99=one.percentile(99),
    )
