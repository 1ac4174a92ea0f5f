"""API usage: which methods of the Bot API the bot calls, how that ends and how long it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics import milestones
from bot.analytics.reports import counts
from bot.analytics.reports.buckets import beside
from bot.analytics.reports.counts import Sum
from bot.analytics.reports.cuts import cut
from bot.analytics.reports.daily import WAITING
from bot.analytics.reports.figure import Figure, Unknown, share
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query, Step
from bot.clock import from_milliseconds

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

NAME = "api"
OK = "ok"


@dataclass(frozen=True, kw_only=True, slots=True)
class Method:
    """Calls of one method.

    mean, p50, p95, p99: seconds; None: getUpdates, whose time is a wait for people
    outcomes: how they ended, the most frequent first
    """

    name: str
    count: int
    failed: int
    mean: float | None
    p50: float | None
    p95: float | None
    p99: float | None
    outcomes: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiPart:
    """One part of the period.  name: its first day, or hour; before: calls, as long before."""

    name: date
    calls: int
    failed: int
    before: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Api:
    """Calls of the Bot API in the period, against the one before.

    calls, failed, failure_rate, mean, p95, outcomes and the timeline leave out getUpdates, which
    is among the methods, without times
    failed: any outcome but ok; mean, p95: seconds, p95 within 19 % as histogram.py says
    timeline_unknown: why there is no timeline
    """

    period: Period
    step: Step
    recorded_since: datetime | None
    calls: Figure
    failed: Figure
    failure_rate: Figure
    mean: Figure
    p95: Figure
    methods: tuple[Method, ...]
    outcomes: Mapping[str, int]
    timeline: tuple[ApiPart, ...]
    timeline_unknown: Unknown | None


async def api(source: Source, query: Query) -> Api:
    """API usage in the query's period, cut into its steps."""
    period = query.period
    async with source.database.read("report.api") as connection:
        since = await counts.since(connection, NAME)
        now = await counts.counted(connection, NAME, period)
        then = await counts.counted(connection, NAME, period.previous)
        known = await milestones.read(connection)
        unknown = counts.unknown(known, period, query.step)
        timeline = () if unknown else await _timeline(connection, query, since)
    values, before = _whole(now), _whole(then)
    return Api(
        period=period,
        step=query.step,
        recorded_since=None if since is None else from_milliseconds(since),
        **{name: counts.figure(values[name], before[name], since, period) for name in values},
        methods=_methods(now),
        outcomes=_outcomes(_answered(now)),
        timeline=timeline,
        timeline_unknown=unknown,
    )


def _parted(label: str) -> tuple[str, str]:
    method, _, outcome = label.partition(",")
    return method, outcome


def _answered(found: Mapping[str, Sum]) -> dict[str, Sum]:
    """Without the calls that only wait."""
    return {label: one for label, one in found.items() if _parted(label)[0] != WAITING}


def _failed(found: Mapping[str, Sum]) -> int:
    return sum(one.count for label, one in found.items() if _parted(label)[1] != OK)


def _whole(found: Mapping[str, Sum]) -> dict[str, float | None]:
    answered = _answered(found)
    everything = sum(answered.values(), start=Sum())
    failed = _failed(answered)
    return {
        "calls": everything.count,
        "failed": failed,
        "failure_rate": share(failed, everything.count),
        "mean": everything.mean,
        "p95": everything.percentile(95),
    }


def _methods(found: Mapping[str, Sum]) -> tuple[Method, ...]:
    grouped: dict[str, dict[str, Sum]] = {}
    for label, one in found.items():
        grouped.setdefault(_parted(label)[0], {})[label] = one
    methods = [_method(name, group) for name, group in grouped.items()]
    return tuple(sorted(methods, key=lambda one: (-one.count, one.name)))


def _method(name: str, group: Mapping[str, Sum]) -> Method:
    everything = sum(group.values(), start=Sum())
    timed = Sum() if name == WAITING else everything
    return Method(
        name=name,
        count=everything.count,
        failed=_failed(group),
        mean=timed.mean,
        p50=timed.percentile(50),
        p95=timed.percentile(95),
        p99=timed.percentile(99),
        outcomes=_outcomes(group),
    )


def _outcomes(found: Mapping[str, Sum]) -> dict[str, int]:
    tally: dict[str, int] = {}
    for label, one in found.items():
        outcome = _parted(label)[1]
        tally[outcome] = tally.get(outcome, 0) + one.count
    return dict(sorted(tally.items(), key=lambda one: (-one[1], one[0])))


async def _timeline(
    connection: AsyncConnection, query: Query, since: int | None
) -> tuple[ApiPart, ...]:
    period, step = query.period, query.step
    cuts, cuts_then = cut(period, step), cut(period.previous, step)
    now = await counts.timeline(connection, NAME, period, cuts, step)
    then = await counts.timeline(connection, NAME, period.previous, cuts_then, step)
    is_unknown = counts.figure(0, 0, since, period).before is None
    before = beside([] if is_unknown else [_calls(part) for part in then], len(now))
    return tuple(
        ApiPart(
            name=name,
            calls=_calls(now[place]),
            failed=_failed(_answered(now[place])),
            before=before[place],
        )
        for place, name in enumerate(cuts.names)
    )


def _calls(part: Mapping[str, Sum]) -> int:
    return sum(one.count for one in _answered(part).values())
