"""Who is new, who stays, who comes back and who stays away: day by day, week by week, by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pyroaring import BitMap

from bot.analytics.audience.segments import NEW
from bot.analytics.audience.spans import Span, members, preceding, spans
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query, Step
from bot.analytics.reports.source import Source


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """People of one span t; new + returning + resurrecting = active.

    new: first ever seen in t; returning: active in t and in t-1, not new
    resurrecting: active in t, not in t-1, not new
    dormant: active in t-1 and not in t, as a negative number; None while t is not over
    """

    span: Span
    active: int
    new: int
    returning: int
    resurrecting: int
    dormant: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Lifecycle:
    """The stages of a segment's people, the last of them in the current span.

    recorded_since: the first day with anybody; pending_days: old days that are still counted
    """

    period: Period
    segment: str
    step: Step
    recorded_since: date | None
    pending_days: int
    stages: tuple[Stage, ...]


async def lifecycle(source: Source, query: Query) -> Lifecycle:
    """The lifecycle per *query*'s step; spans from before the records are left out."""
    since = await source.audience.since()
    wanted = spans(query.period, query.step)
    before = preceding(wanted[0], query.step)
    until = query.period.last_day
    active = await members(source.audience, query.segment, [before, *wanted], until)
    new = await members(source.audience, NEW, wanted, until)
    stages = [
        _stage(span, active[n], active[n + 1], new[n])
        for n, span in enumerate(wanted)
        if since and span.last >= since
    ]
    return Lifecycle(
        period=query.period,
        segment=query.segment,
        step=query.step,
        recorded_since=since,
        pending_days=source.audience.pending_days,
        stages=tuple(stages),
    )


def _stage(span: Span, before: BitMap, active: BitMap, new: BitMap) -> Stage:
    newcomers = active & new
    known = active - newcomers
    returning = known.intersection_cardinality(before)
    return Stage(
        span=span,
        active=len(active),
        new=len(newcomers),
        returning=returning,
        resurrecting=len(known) - returning,
        dormant=-before.difference_cardinality(active) if span.is_over else None,
    )
