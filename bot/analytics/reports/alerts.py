"""Alerts: how often each rule fired, for how long, and how soon somebody knew and answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import TYPE_CHECKING

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.reports.buckets import kept_parts
from bot.analytics.reports.cuts import cut
from bot.analytics.reports.figure import Figure, share
from bot.analytics.reports.kept import Kept, kept, within
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query, Step
from bot.clock import to_milliseconds
from bot.database.alert_tables import WEBHOOK, alert_history, alert_outbox

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

SECOND = 1_000
# Where machines are told; people are told everywhere else.

history, outbox = alert_history.c, alert_outbox.c


@dataclass(frozen=True, kw_only=True, slots=True)
class Firing:
    """One time that a rule fired, as the figures need it.

    at: when, in UTC milliseconds
    seconds: how long, up to now where it is not over, without the time that nobody watched
    noticed: seconds from the first bad check until somebody was told; None: nobody was
    acknowledged: seconds from the firing until somebody said so; None: nobody did
    """

    rule: str
    at: int
    seconds: float
    is_over: bool
    noticed: float | None
    acknowledged: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleCounts:
    """One rule in the period; times in seconds, None where there is nothing to measure.

    before: how often in the period before; None where it cannot be known
    total: of all its firings together; median: of those that are over
    acknowledged: the share of its firings, 0 to 1; firing: how many are not over
    """

    rule: str
    count: int
    before: int | None
    total: float
    median: float | None
    noticed: float | None
    answered: float | None
    acknowledged: float | None
    firing: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertPart:
    """One part of the period.

    name: its first day, or hour; count: None where alerts were removed for their age
    """

    name: date
    count: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Alerts:
    """The alerts that began in the period, by rule, the most frequent first.

    kept_since: what ended before it was removed; None: nothing of the period was
    total, median, noticed, answered: seconds, as in RuleCounts, of all rules
    acknowledged: a share; firing: how many are not over
    """

    period: Period
    step: Step
    recorded_since: datetime | None
    kept_since: datetime | None
    count: Figure
    total: Figure
    median: Figure
    noticed: Figure
    answered: Figure
    acknowledged: Figure
    firing: int
    rules: tuple[RuleCounts, ...]
    timeline: tuple[AlertPart, ...]


async def alerts(source: Source, query: Query) -> Alerts:
    """The alerts of the query's period, cut into its steps."""
    period = query.period
    async with source.database.read("report.alerts") as connection:
        known = await kept(connection, period)
        now, then = [await _firings(connection, one) for one in (period, period.previous)]
    is_known = known.of_events(0, 0).before is not None
    return Alerts(
        period=period,
        step=query.step,
        recorded_since=known.recorded_since,
        kept_since=known.kept_since,
        count=_figure(known, len, now, then),
        total=_figure(known, _total, now, then),
        median=_figure(known, _median, now, then),
        noticed=_figure(known, _noticed, now, then),
        answered=_figure(known, _answered, now, then),
        acknowledged=_figure(known, _acknowledged, now, then),
        firing=_firing(now),
        rules=_rules(now, then, is_known=is_known),
        timeline=_timeline(known, query, now),
    )


async def _firings(connection: AsyncConnection, period: Period) -> list[Firing]:
    told_at = (
        select(func.min(outbox.sent_at))
        .where(outbox.history_id == history.id, outbox.lane != WEBHOOK)
        .scalar_subquery()
    )
    query = (
        select(alert_history, told_at.label("told_at"))
        .where(within(history.fired_at, period))
        .order_by(history.fired_at, history.id)
    )
    rows = (await connection.execute(query)).mappings()
    return [_one(row, to_milliseconds(period.now)) for row in rows]


def _one(row: RowMapping, now: int) -> Firing:
    fired, told, acked = row[history.fired_at], row["told_at"], row[history.acked_at]
    # What happened after the period has not happened yet in it.
    ended = _by(now, row[history.resolved_at])
    began = fired if row[history.pending_at] is None else row[history.pending_at]
    return Firing(
        rule=row[history.rule],
        at=fired,
        seconds=max((now if ended is None else ended) - fired - row[history.unwatched_ms], 0)
        / SECOND,
        is_over=ended is not None,
        noticed=_since(began, _by(now, told)),
        acknowledged=_since(fired, _by(now, acked)),
    )


def _by(now: int, moment: int | None) -> int | None:
    return moment if moment is not None and moment <= now else None


def _since(start: int, end: int | None) -> float | None:
    # A clock that was set back makes no time negative.
    return None if end is None else max(end - start, 0) / SECOND


def _figure(
    known: Kept,
    measure: Callable[[Sequence[Firing]], float | None],
    now: Sequence[Firing],
    then: Sequence[Firing],
) -> Figure:
    return known.of_events(measure(now), measure(then))


def _total(firings: Sequence[Firing]) -> float:
    return sum(one.seconds for one in firings)


def _median(firings: Sequence[Firing]) -> float | None:
    return _middle(one.seconds for one in firings if one.is_over)


def _noticed(firings: Sequence[Firing]) -> float | None:
    return _middle(one.noticed for one in firings)


def _answered(firings: Sequence[Firing]) -> float | None:
    return _middle(one.acknowledged for one in firings)


def _acknowledged(firings: Sequence[Firing]) -> float | None:
    return share(sum(one.acknowledged is not None for one in firings), len(firings))


def _firing(firings: Sequence[Firing]) -> int:
    return sum(not one.is_over for one in firings)


def _middle(values: Iterable[float | None]) -> float | None:
    measured = [value for value in values if value is not None]
    return median(measured) if measured else None


def _rules(
    now: Sequence[Firing], then: Sequence[Firing], *, is_known: bool
) -> tuple[RuleCounts, ...]:
    names = dict.fromkeys(one.rule for one in now)
    if is_known:
        names |= dict.fromkeys(one.rule for one in then)
    found = []
    for name in names:
        own = [one for one in now if one.rule == name]
        before = sum(one.rule == name for one in then)
        found.append(_rule(name, own, before if is_known else None))
    return tuple(sorted(found, key=lambda one: (-one.count, one.rule)))


def _rule(name: str, own: Sequence[Firing], before: int | None) -> RuleCounts:
    return RuleCounts(
        rule=name,
        count=len(own),
        before=before,
        total=_total(own),
        median=_median(own),
        noticed=_noticed(own),
        answered=_answered(own),
        acknowledged=_acknowledged(own),
        firing=_firing(own),
    )


def _timeline(known: Kept, query: Query, now: Sequence[Firing]) -> tuple[AlertPart, ...]:
    cuts = cut(query.period, query.step)
    counts = [0] * len(cuts.names)
    for one in now:
        counts[cuts.index(one.at)] += 1
    return tuple(
        AlertPart(name=name, count=count)
        for name, count in zip(cuts.names, kept_parts(known, cuts, counts), strict=True)
    )
