"""Parts of the audience: how large each is, how two of them overlap, and how they grow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pyroaring import BitMap

from bot.analytics.audience.segments import ACTIVE
from bot.analytics.audience.spans import Span, members, spans
from bot.analytics.reports.audience import compared
from bot.analytics.reports.figure import Figure, share
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query, Step
from bot.analytics.reports.source import Source


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """Distinct people of a segment in the period.

    share: of everybody active in it; None when nobody was
    """

    segment: str
    people: Figure
    share: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlap:
    """Two segments in the period.

    similarity: both / (either) (Jaccard 1901); None when nobody is in either
    """

    both: int
    only_first: int
    only_second: int
    share_of_first: float | None
    share_of_second: float | None
    similarity: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Growth:
    """Distinct people of both segments in one span; second: None when there is only one."""

    span: Span
    first: int
    second: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Segments:
    """All segments by size, and the one or two that were asked for.

    second: "" when one only was asked for; overlap: None then
    """

    period: Period
    step: Step
    first: str
    second: str
    recorded_since: date | None
    pending_days: int
    sizes: tuple[Size, ...]
    overlap: Overlap | None
    growth: tuple[Growth, ...]


async def segments(source: Source, query: Query) -> Segments:
    """Sizes of all segments in *query*'s period; overlap and growth of its two per step."""
    since = await source.audience.since()
    first, second = await _people(source, query.segment, query), None
    if query.other_segment:
        second = await _people(source, query.other_segment, query)
    return Segments(
        period=query.period,
        step=query.step,
        first=query.segment,
        second=query.other_segment,
        recorded_since=since,
        pending_days=source.audience.pending_days,
        sizes=await _sizes(source, query.period, since),
        overlap=None if second is None else _overlap(first, second),
        growth=await _growth(source, query, since),
    )


async def _people(source: Source, segment: str, query: Query) -> BitMap:
    period = query.period
    return await source.audience.union(segment, period.first_day, period.last_day)


async def _sizes(source: Source, period: Period, since: date | None) -> tuple[Size, ...]:
    now, then = period, period.previous
    everybody = len(await source.audience.union(ACTIVE, now.first_day, now.last_day))
    sizes = []
    for segment in await source.audience.segments():
        people = len(await source.audience.union(segment, now.first_day, now.last_day))
        before = len(await source.audience.union(segment, then.first_day, then.last_day))
        figure = compared(people, before, since, then.first_day)
        if people or before:
            sizes.append(Size(segment=segment, people=figure, share=share(people, everybody)))
    return tuple(sorted(sizes, key=lambda one: (-(one.people.value or 0), one.segment)))


def _overlap(first: BitMap, second: BitMap) -> Overlap:
    both = first.intersection_cardinality(second)
    return Overlap(
        both=both,
        only_first=len(first) - both,
        only_second=len(second) - both,
        share_of_first=share(both, len(first)),
        share_of_second=share(both, len(second)),
        similarity=share(both, first.union_cardinality(second)),
    )


async def _growth(source: Source, query: Query, since: date | None) -> tuple[Growth, ...]:
    wanted = [span for span in spans(query.period, query.step) if since and span.last >= since]
    if not wanted:
        return ()
    until = query.period.last_day
    first = [len(one) for one in await members(source.audience, query.segment, wanted, until)]
    second: list[int | None] = [None] * len(wanted)
    if query.other_segment:
        sets = await members(source.audience, query.other_segment, wanted, until)
        second = [len(one) for one in sets]
    return tuple(
        Growth(span=span, first=one, second=other)
        for span, one, other in zip(wanted, first, second, strict=True)
    )
