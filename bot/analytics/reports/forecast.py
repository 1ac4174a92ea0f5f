"""Forecast: how many people to expect on each of the next 14 days, and how sure that is.

1. A weekday's weight is the median of its days, over the mean of the seven medians.
2. The level is the median of the last 7 days, each divided by its weekday's weight.
3. A day's forecast is level times weight (a seasonal median; robust against single odd days).
4. Bands: from each of the last 28 days that has four weeks before it, the 14 days after it are
   forecast in the same way (rolling origin; Tashman, Int. J. Forecasting 16, 2000).  The errors,
   each divided by its forecast, give the bands as their nearest-rank quantiles: 10 % to 90 % and
   2.5 % to 97.5 %; the first week has those of horizons 1 to 7, the second of 8 to 14, and is
   never narrower.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from statistics import fmean, median
from typing import TYPE_CHECKING

from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

DAY = timedelta(days=1)
WEEK = 7
AHEAD = 14
RECENT = WEEK  # two weeks lag behind a bot that grows, and its bands are twice as wide
# A median of four days is the least that one odd day cannot move much.
TRAINING = 4 * WEEK
LEAST = TRAINING + AHEAD
# What is longer ago says little about next week, and how sure it was about how sure it is now.
MOST = 16 * WEEK
ORIGINS = 4 * WEEK
BANDS = ((2.5, 97.5), (10.0, 90.0))


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """One day to come.  low, high: 95 % and 80 % of the last forecasts were right within these."""

    day: date
    value: float
    low95: float
    high95: float
    low80: float
    high80: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """Distinct active people of a segment: days that are over, and the 14 from today on.

    expected: empty if unknown says why
    typical_miss: median of |actual - forecast| / forecast, over those forecasts
    days_needed: further days until there is a forecast
    """

    period: Period
    segment: str
    history: tuple[tuple[date, int], ...]
    expected: tuple[Expected, ...]
    typical_miss: float | None
    unknown: Unknown | None
    days_needed: int


async def forecast(source: Source, query: Query) -> Forecast:
    """What to expect of the query's segment after the query's period."""
    period = query.period
    # Of a day that is not over nobody knows yet how it will be.
    begins = period.last_day + DAY if period.is_over else period.last_day
    last = begins - DAY
    since = await source.audience.since()
    first = None if since is None else max(since, last - (MOST - 1) * DAY)
    sets = await source.audience.days(query.segment, first, last) if first else []
    values = [len(members) for members in sets]
    history = tuple(zip(_dates(first, len(values)), values, strict=True)) if first else ()
    needed = max(LEAST - len(values), 0)
    if needed:
        unknown = Unknown.TOO_LITTLE if values else Unknown.NOTHING_RECORDED
        return _without(query, history, unknown, needed)
    # Hundreds of medians: away from the event loop.
    expected, miss = await asyncio.to_thread(predict, values, begins)
    return Forecast(
        period=period,
        segment=query.segment,
        history=history,
        expected=expected,
        typical_miss=miss,
        unknown=None,
        days_needed=0,
    )


def _without(
    query: Query, history: tuple[tuple[date, int], ...], unknown: Unknown, needed: int
) -> Forecast:
    return Forecast(
        period=query.period,
        segment=query.segment,
        history=history,
        expected=(),
        typical_miss=None,
        unknown=unknown,
        days_needed=needed,
    )


def _dates(first: date, count: int) -> list[date]:
    return [first + n * DAY for n in range(count)]


def predict(values: Sequence[float], today: date) -> tuple[tuple[Expected, ...], float | None]:
    """The 14 days from *today* on, and the typical miss.

    values: of the days that end with yesterday, at least LEAST of them
    """
    weeks = misses(values)
    miss = median(abs(one) for week in weeks for one in week) if any(weeks) else None
    early, late = ([_quantiles(week, band) for band in BANDS] for week in weeks)
    later = [_wider(*pair) for pair in zip(early, late, strict=True)]
    return tuple(
        _expected(today + place * DAY, value, early if place < WEEK else later)
        for place, value in enumerate(ahead(values))
    ), miss


def ahead(values: Sequence[float]) -> list[float]:
    """The AHEAD values after *values*, of which there is a week at least."""
    weights = _weights(values)
    length = len(values)
    recent = [
        values[at] / weights[at % WEEK]
        for at in range(max(length - RECENT, 0), length)
        if weights[at % WEEK]
    ]
    level = median(recent) if recent else 0.0
    return [level * weights[at % WEEK] for at in range(length, length + AHEAD)]


def _weights(values: Sequence[float]) -> list[float]:
    """By place in the week, which begins on the weekday of the first value."""
    medians = [median(values[place::WEEK]) for place in range(WEEK)]
    mean = fmean(medians)
    return [one / mean if mean else 0.0 for one in medians]


def misses(values: Sequence[float]) -> tuple[list[float], list[float]]:
    """(actual - forecast) / forecast of the last forecasts: of their first and second week."""
    weeks: tuple[list[float], list[float]] = ([], [])
    for origin in range(max(TRAINING, len(values) - ORIGINS), len(values)):
        for place, miss in _of_origin(values, origin):
            weeks[place // WEEK].append(miss)
    return weeks


def _of_origin(values: Sequence[float], origin: int) -> Iterator[tuple[int, float]]:
    for place, value in enumerate(ahead(values[:origin])):
        at = origin + place
        # Of nothing, one person more or less is a whole.
        if at < len(values):
            yield place, (values[at] - value) / max(value, 1.0)


def _quantiles(week: Sequence[float], band: tuple[float, float]) -> tuple[float, float]:
    """Nearest rank; the forecast itself is always within."""
    ordered = sorted(week)
    low, high = (ordered[max(ceil(len(ordered) * one / 100) - 1, 0)] for one in band)
    return min(low, 0.0), max(high, 0.0)


def _wider(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return min(one[0], other[0]), max(one[1], other[1])


def _expected(day: date, value: float, bands: Sequence[tuple[float, float]]) -> Expected:
    size = max(value, 1.0)
    (low95, high95), (low80, high80) = [
        (max(value + low * size, 0.0), value + high * size) for low, high in bands
    ]
    return Expected(day=day, value=value, low95=low95, high95=high95, low80=low80, high80=high80)
