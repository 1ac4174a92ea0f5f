"""Whole calendar days, weeks or months up to now: what lifecycles and cohorts are cut into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pyroaring import BitMap

from bot.analytics.audience.algebra import union
from bot.analytics.audience.audience import Audience
from bot.analytics.audience.days import DAY
from bot.analytics.reports.cuts import first_of, following
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Step

WEEK = 7
MONTH = 30.44  # days, on average


@dataclass(frozen=True, slots=True)
class Span:
    """A day, a week from Monday to Sunday, or a month.

    is_over: its last day is
    """

    first: date
    last: date
    is_over: bool


def spans(period: Period, step: Step) -> list[Span]:
    """As many whole spans as *period* is long, at least one; the last one is the current.

    They are never cut, so 12 weeks are 12 Mondays to Sundays, the last of them not over.
    """
    lengths = {"week": WEEK, "month": MONTH}
    count = max(1, round(period.days / lengths.get(step, 1)))
    day = period.last_day
    found = [_span(day, step, day if period.is_over else day - DAY)]
    while len(found) < count:
        found.append(preceding(found[-1], step))
    return found[::-1]


def preceding(span: Span, step: Step) -> Span:
    """The one before, which is over."""
    day = span.first - DAY
    return _span(day, step, day)


def _span(day: date, step: Step, complete: date) -> Span:
    """The one that *day* is in.  complete: the last day that is over"""
    first = first_of(day, step)
    last = following(first, step) - DAY
    return Span(first, last, last <= complete)


async def members(
    audience: Audience, segment: str, some: Sequence[Span], until: date
) -> list[BitMap]:
    """Who was in *segment* on any day of each of *some* spans, which follow each other.

    until: the last day that counts, as the last span may reach beyond it
    """
    first = some[0].first
    sets = await audience.days(segment, first, min(some[-1].last, until))
    return [union(sets[(span.first - first).days : (span.last - first).days + 1]) for span in some]
