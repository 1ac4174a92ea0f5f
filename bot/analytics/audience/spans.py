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
    today = period.last_day
    found = [_span(today, step, today)]
    while len(found) < count:
        found.append(preceding(found[-1], step))
    return found[::-1]


def preceding(span: Span, step: Step) -> Span:
    """The one before, which is over."""
    day = span.first - DAY
    return _span(day, step, day + DAY)


def _span(day: date, step: Step, today: date) -> Span:
    first = first_of(day, step)
    last = following(first, step) - DAY
    return Span(first, last, last < today)


async def members(audience: Audience, segment: str, some: Sequence[Span]) -> list[BitMap]:
    """Who was in *segment* on any day of each of *some* spans, which follow each other."""
    first = some[0].first
    sets = await audience.days(segment, first, min(some[-1].last, audience.today))
    return [union(sets[(span.first - first).days : (span.last - first).days + 1]) for span in some]
