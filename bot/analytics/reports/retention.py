"""Whether people come back: cohorts by when they were first seen, and who is still there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from pyroaring import BitMap

from bot.analytics.audience.segments import ACTIVE, NEW
from bot.analytics.audience.spans import Span, members, spans
from bot.analytics.reports.figure import Unknown, share
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Mode, Query, Step
from bot.analytics.reports.source import Source


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """Part of a cohort, or of all cohorts, that was there n spans later.

    None: unknown says why (the span is not over, or nobody is in the cohort)
    """

    people: int | None = None
    share: float | None = None
    unknown: Unknown | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Cohort:
    """People first ever seen in a span.

    cells: the span itself (n = 0) and each one after it, up to the current
    """

    span: Span
    size: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Retention:
    """Cohorts, the oldest first.

    mode: "on": active n spans later; "on_or_after": active then or in any span since, up to today
    means: for each n, people who came over people who could have, which is the mean of the
        cohorts' shares weighted by their size; unfinished spans are left out
    """

    period: Period
    segment: str
    step: Step
    mode: Mode
    recorded_since: date | None
    pending_days: int
    cohorts: tuple[Cohort, ...]
    means: tuple[Cell, ...]


async def retention(source: Source, query: Query) -> Retention:
    """Retention per *query*'s step and mode.

    Of a segment other than "active": of the newcomers that were in it when they were new; coming
    back is doing anything at all.
    """
    since = await source.audience.since()
    wanted = [span for span in spans(query.period, query.step) if since and span.last >= since]
    cohorts = await _cohorts(source, query, wanted) if wanted else []
    return Retention(
        period=query.period,
        segment=query.segment,
        step=query.step,
        mode=query.mode,
        recorded_since=since,
        pending_days=source.audience.pending_days,
        cohorts=tuple(cohorts),
        means=tuple(_mean(cohorts, n) for n in range(len(cohorts))),
    )


async def _cohorts(source: Source, query: Query, some: Sequence[Span]) -> list[Cohort]:
    until = query.period.last_day
    new = await members(source.audience, NEW, some, until)
    if query.segment != ACTIVE:
        within = await members(source.audience, query.segment, some, until)
        new = [one & other for one, other in zip(new, within, strict=True)]
    there = await members(source.audience, ACTIVE, some, until)
    if query.mode == "on_or_after":
        there = list(accumulate(reversed(there), BitMap.__or__))[::-1]
    return [
        Cohort(
            span=span,
            size=len(new[c]),
            cells=tuple(_cell(new[c], there[n], some[n]) for n in range(c, len(some))),
        )
        for c, span in enumerate(some)
    ]


def _cell(cohort: BitMap, there: BitMap, span: Span) -> Cell:
    if not span.is_over:
        return Cell(unknown=Unknown.NOT_OVER)
    if not cohort:
        return Cell(unknown=Unknown.NO_UPDATES)
    people = cohort.intersection_cardinality(there)
    return Cell(people=people, share=share(people, len(cohort)))


def _mean(cohorts: Sequence[Cohort], n: int) -> Cell:
    old = [cohort for cohort in cohorts if len(cohort.cells) > n]
    finished = [one for one in old if one.cells[n].unknown is not Unknown.NOT_OVER]
    if not finished:
        return Cell(unknown=Unknown.NOT_OVER)
    people = sum(one.cells[n].people or 0 for one in finished)
    mean = share(people, sum(one.size for one in finished))
    if mean is None:
        return Cell(unknown=Unknown.NO_UPDATES)
    return Cell(people=people, share=mean)
