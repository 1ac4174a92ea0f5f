"""Counts over any time: from sums where there are any, from minutes or single events elsewhere.

A name is one of metric_aggregates ("updates", "api", "command", "handler", "activity"), or that of
an event with EVENT before it ("event:message").  A sum counts to the millisecond where minutes
or single events are kept (two days, and RETENTION_DAYS); a time that ends within an older hour or
day is counted to the nearest whole one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics import histogram, milestones
from bot.analytics.audience.days import Days
from bot.analytics.milestones import Milestones
from bot.analytics.reports.cuts import QUARTER, Cuts, quarter
from bot.analytics.reports.figure import Figure, Unknown
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Step
from bot.analytics.rollups import EVENT, HOUR, event_label
from bot.clock import from_milliseconds
from bot.database.tables import HISTOGRAM, events, metric_aggregates

Grain = Literal["hour", "day"]
table = metric_aggregates.c
SUMS = [func.sum(table[name]) for name in ("count", "total", *HISTOGRAM)]
# All labels are one group.
ALL: Any = literal_column("''")


@dataclass(frozen=True, slots=True)
class Sum:
    """How often, and how many seconds (or what else is measured) that took together.

    took: counts by duration, for histogram.percentile(); empty where nothing is timed
    """

    count: int = 0
    total: float = 0.0
    took: tuple[int, ...] = ()

    def __add__(self, other: Sum) -> Sum:
        longer, shorter = sorted((self.took, other.took), key=len, reverse=True)
        took = tuple(map(sum, zip(longer, shorter, strict=True))) if shorter else longer
        return Sum(self.count + other.count, self.total + other.total, took)

    @property
    def mean(self) -> float | None:
        """Of what is measured; None of nothing."""
        return self.total / self.count if self.count else None

    def percentile(self, percent: int) -> float | None:
        """Seconds that so many percent did not exceed, within 19 %; None where none is timed."""
        return histogram.percentile(self.took, percent, self.total)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time that is counted in one way.  step: what rows are of; fine: minutes or events."""

    step: Literal["fine", "hour", "day"]
    start: int
    end: int


def unknown(known: Milestones, period: Period, step: Step = "day") -> Unknown | None:
    """Why a timeline of sums in such steps has to stay empty; None if it has not."""
    is_gone = step == "hour" and period.start_at < known.hours_since
    return Unknown.REMOVED if is_gone else None


async def counted(
    connection: AsyncConnection, name: str, period: Period, known: Milestones | None = None
) -> dict[str, Sum]:
    """How often *name* happened in *period*, by label, the most frequent first.

    known: for whoever counts a lot and asked before
    """
    return await between(connection, name, period.start_at, period.end_at, period.zone, known)


async def between(  # noqa: PLR0913, PLR0917  what a count is
    connection: AsyncConnection,
    name: str,
    start: int,
    end: int,
    zone: tzinfo,
    known: Milestones | None = None,
) -> dict[str, Sum]:
    """As counted(), from *start* until *end* in UTC milliseconds."""
    found: dict[str, Sum] = {}
    known = known or await milestones.read(connection)
    for stretch in _stretches(known, name, start, end, zone, "day"):
        for label, count, total, *took in await connection.execute(_totals(name, stretch)):
            one = Sum(int(count), float(total or 0), tuple(map(int, took)))
            found[label] = found.get(label, Sum()) + one
    return dict(sorted(found.items(), key=lambda one: (-one[1].count, one[0])))


async def total(
    connection: AsyncConnection, name: str, period: Period, known: Milestones | None = None
) -> Sum:
    """All labels together, which is faster where many single events have to be counted."""
    found = Sum()
    span = (period.start_at, period.end_at)
    known = known or await milestones.read(connection)
    for stretch in _stretches(known, name, *span, period.zone, "day"):
        for _, count, sums, *took in await connection.execute(_totals(name, stretch, ALL)):
            found += Sum(int(count or 0), float(sums or 0), tuple(int(one or 0) for one in took))
    return found


async def timeline(
    connection: AsyncConnection, name: str, period: Period, cuts: Cuts, step: Step
) -> list[dict[str, Sum]]:
    """By part of *cuts* and label; without durations.  Ask unknown() first."""
    span = (period.start_at, period.end_at)
    return await timeline_between(connection, name, span, period.zone, cuts, step)


async def timeline_between(  # noqa: PLR0913, PLR0917  what a timeline is
    connection: AsyncConnection,
    name: str,
    span: tuple[int, int],
    zone: tzinfo,
    cuts: Cuts,
    step: Step,
) -> list[dict[str, Sum]]:
    """As timeline(), for a *span* (start, end) in UTC milliseconds that *cuts* begin with."""
    parts: list[dict[str, Sum]] = [{} for _ in cuts.names]
    grain: Grain = "hour" if step == "hour" else "day"
    known = await milestones.read(connection)
    for stretch in _stretches(known, name, *span, zone, grain):
        for label, at, count, total_ in await connection.execute(_timed(name, stretch)):
            part = parts[cuts.index(max(at, span[0]))]
            part[label] = part.get(label, Sum()) + Sum(int(count), float(total_ or 0))
    return parts


async def since(connection: AsyncConnection, name: str) -> int | None:
    """When *name* was counted for the first time, in UTC milliseconds; None: never."""
    queries: list[Select[Any]] = [
        select(func.min(table.bucket_at)).where(table.name == name, table.step == step)
        for step in ("minute", "hour", "day")
    ]
    if name.startswith(EVENT):
        kind = name.removeprefix(EVENT)
        queries.append(select(func.min(events.c.at)).where(events.c.kind == kind))
    oldest = [await connection.scalar(query) for query in queries]
    return min((int(at) for at in oldest if at is not None), default=None)


def figure(
    value: float | None, before: float | None, recorded_since: int | None, period: Period
) -> Figure:
    """Both, with why one may be missing; recorded_since: of what is counted, from since()."""
    gap = Unknown.NOTHING_RECORDED if recorded_since is None else None
    gap_then = None
    if recorded_since is None or recorded_since > period.previous.start_at:
        gap_then = Unknown.NOT_RECORDED_THEN
    return Figure(
        value=None if gap else value,
        before=None if gap_then else before,
        unknown=gap or (Unknown.NO_UPDATES if value is None else None),
        unknown_before=gap_then or (Unknown.NO_UPDATES if before is None else None),
    )


def kept_hours(
    known: Milestones, cuts: Cuts, parts: Sequence[int], zone: tzinfo
) -> list[int | None]:
    """*parts* of timeline() by the hour, but None on days of which only the sum is left."""
    until = Days(zone).limits(Days(zone).of(known.hours_since))[1] if known.hours_since else 0
    return [
        None if start < until else count for start, count in zip(cuts.starts, parts, strict=True)
    ]


def summed_until(known: Milestones, period: Period) -> datetime | None:
    """Before it, *period* is known by sums only; None: its single events are all kept."""
    until = known.events_since
    return from_milliseconds(until) if until > period.start_at else None


def _stretches(  # noqa: PLR0913, PLR0917  what a count is
    known: Milestones, name: str, start: int, end: int, zone: tzinfo, grain: Grain
) -> Sequence[Stretch]:
    if name.startswith(EVENT):
        known = replace(known, minutes_since=known.events_since)
    return stretches(start, end, known, zone, grain)


def stretches(
    start: int, end: int, known: Milestones, zone: tzinfo, grain: Grain
) -> Sequence[Stretch]:
    """From *start* until *end*, in as few and as large rows as there are; neighbours joined."""
    found: list[Stretch] = []
    for stretch in _walk(start, end, known, Days(zone), grain):
        last = found[-1] if found else None
        if last and last.step == stretch.step and last.end == stretch.start:
            found[-1] = replace(last, end=stretch.end)
        else:
            found.append(stretch)
    return found


def _walk(start: int, end: int, known: Milestones, days: Days, grain: Grain) -> Iterator[Stretch]:
    at = start
    while at < end:
        if at >= known.rolled_until:
            yield Stretch("fine", at, end)
            return
        whole = _whole(at, days, known, grain, end)
        until = min(end, whole.end)
        if (whole.start, whole.end) == (at, until):
            yield whole
        elif whole.step == "hour" and at >= known.minutes_since:
            yield Stretch("fine", at, until)
        elif 2 * (until - at) >= whole.end - whole.start:
            yield whole
        at = until


def _whole(at: int, days: Days, known: Milestones, grain: Grain, end: int) -> Stretch:
    """The largest row that *at* is in: of its day if all of that is wanted, or nothing else is
    left; else of its hour.
    """
    day_start, day_end = days.limits(days.of(at))
    is_day = at == day_start and day_end <= min(end, known.rolled_until)
    if (grain == "day" and is_day) or at < known.hours_since:
        return Stretch("day", day_start, day_end)
    hour = at - (at - day_start) % HOUR
    return Stretch("hour", hour, min(hour + HOUR, day_end))


def _totals(name: str, stretch: Stretch, one: ColumnElement[Any] | None = None) -> Select[Any]:
    """By label, or in *one* group."""
    if _is_raw(name, stretch):
        label = event_label(name.removeprefix(EVENT)) if one is None else one
        query = select(label, func.count(), func.sum(events.c.value))
        return query.where(*_raw(name, stretch)).group_by(*([label] if one is None else []))
    labels = table.labels if one is None else one
    query = select(labels, *SUMS).where(*_rows(name, stretch))
    return query.group_by(*([labels] if one is None else []))


def _timed(name: str, stretch: Stretch) -> Select[Any]:
    if _is_raw(name, stretch):
        label, at = event_label(name.removeprefix(EVENT)), _quarter(events.c.at)
        query = select(label, at, func.count(), func.sum(events.c.value))
        return query.where(*_raw(name, stretch)).group_by(label, at)
    if stretch.step != "fine":
        query = select(table.labels, table.bucket_at, table.count, table.total)
        return query.where(*_rows(name, stretch))
    at = _quarter(table.bucket_at)
    query = select(table.labels, at, func.sum(table.count), func.sum(table.total))
    return query.where(*_rows(name, stretch)).group_by(table.labels, at)


def _quarter(at: ColumnElement[Any]) -> ColumnElement[Any]:
    return quarter(at) * literal_column(str(QUARTER))


def _is_raw(name: str, stretch: Stretch) -> bool:
    return stretch.step == "fine" and name.startswith(EVENT)


def _raw(name: str, stretch: Stretch) -> list[ColumnElement[bool]]:
    at = events.c.at
    return [events.c.kind == name.removeprefix(EVENT), at >= stretch.start, at < stretch.end]


def _rows(name: str, stretch: Stretch) -> list[ColumnElement[bool]]:
    step = "minute" if stretch.step == "fine" else stretch.step
    at = table.bucket_at
    return [table.name == name, table.step == step, at >= stretch.start, at < stretch.end]
