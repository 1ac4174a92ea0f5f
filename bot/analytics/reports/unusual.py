"""Unusual activity: hours with far more, or far fewer, acts of people than such an hour has.

x is how often people acted in an hour (bot/analytics/events.py: UserSeen).
1. A = 2 √(x + 3/8): its noise is about 1 whatever the size of x (Anscombe, Biometrika 35, 1948).
2. E = the median of A at the same hour of the same weekday, in the 4 weeks before; r = A - E.
3. level = the median of r over the last 24 hours, clipped to ±3: how much busier it is these days.
4. s = max(1.4826 · MAD of r over the last 336 hours, 1): the usual noise.
5. An hour is unusual if |r - level| / s > 3.5; activity has shifted for long if |level| > 2.
Both spans end with the hour itself.  Hours are local, as sums are cut; of clock changes each hour
stands for itself.  Before six weeks of data nothing is said.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from math import sqrt
from statistics import median
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics import milestones
from bot.analytics.audience.days import Days
from bot.analytics.reports import counts
from bot.analytics.reports.cuts import Cuts
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query
from bot.analytics.rollups import HOUR, hour_start
from bot.clock import MILLISECOND, from_milliseconds
from bot.database.tables import metric_aggregates

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

NAME = "activity"
DAY = timedelta(days=1) // MILLISECOND
LEARNING_DAYS = 42
WEEKS_BEFORE = 28 * DAY
LEVEL_HOURS = 24
NOISE_HOURS = 336
LEAST_NOISE = 1.0
MAD_TO_SIGMA = 1.4826
CLIP = 3.0
THRESHOLD = 3.5
SHIFT = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Hour:
    """One hour that is over.

    count: acts; expected: of such an hour these days; low, high: outside it is unusual
    score: (r - level) / s, negative for too few; level: the lasting shift, in units of noise
    """

    at: datetime
    count: int
    expected: float
    low: float
    high: float
    score: float
    level: float

    @property
    def is_unusual(self) -> bool:
        """Whether somebody should look."""
        return abs(self.score) > THRESHOLD

    @property
    def is_shifted(self) -> bool:
        """Whether activity has changed for long."""
        return abs(self.level) > SHIFT


@dataclass(frozen=True, kw_only=True, slots=True)
class Unusual:
    """The hours of the period that are over and can be judged.

    hours: all of them, rising; unknown: why there are none
    silent_until: when the first hour can be judged; None without any record
    """

    period: Period
    hours: tuple[Hour, ...]
    unknown: Unknown | None
    silent_until: datetime | None

    @property
    def unusual(self) -> tuple[Hour, ...]:
        """Those that somebody should look at."""
        return tuple(one for one in self.hours if one.is_unusual)

    @property
    def is_shifted(self) -> bool:
        """Whether activity has changed for long, up to now."""
        return bool(self.hours) and self.hours[-1].is_shifted


async def unusual(source: Source, query: Query) -> Unusual:
    """The hours of the query's period, judged by the six weeks before each."""
    period = query.period
    days = Days(period.zone)
    async with source.database.read("report.unusual") as connection:
        since = await _since(connection)
        if since is None:
            return Unusual(
                period=period, hours=(), unknown=Unknown.NOTHING_RECORDED, silent_until=None
            )
        first = hour_start(days, max(since, period.start_at - LEARNING_DAYS * DAY))
        starts = _hours(days, first, period.end_at)
        found = await _counted(connection, period, starts)
    silent_until = hour_start(days, since) + LEARNING_DAYS * DAY
    begin = max(period.start_at, silent_until)
    # Thousands of medians: away from the event loop.
    hours = await asyncio.to_thread(judge, starts[:-1], found[:-1], begin, period.zone)
    return Unusual(
        period=period,
        hours=hours,
        unknown=None if hours else Unknown.TOO_LITTLE,
        silent_until=from_milliseconds(silent_until),
    )


async def _since(connection: AsyncConnection) -> int | None:
    """The first hour that is still there: hours go with RETENTION_DAYS, days do not."""
    row = metric_aggregates.c
    oldest = [
        await connection.scalar(
            select(func.min(row.bucket_at)).where(row.name == NAME, row.step == step)
        )
        for step in ("minute", "hour")
    ]
    known = await milestones.read(connection)
    found = [int(at) for at in oldest if at is not None]
    return max(min(found), known.hours_since) if found else None


def _hours(days: Days, first: int, end: int) -> list[int]:
    """When each hour from *first* on began; the last one is that of *end*, which is not over."""
    starts = [first]
    while starts[-1] + HOUR <= end:
        _, day_end = days.limits(days.of(starts[-1]))
        starts.append(min(starts[-1] + HOUR, day_end))
    return starts


async def _counted(
    connection: AsyncConnection, period: Period, starts: Sequence[int]
) -> list[int]:
    cuts = Cuts(tuple(from_milliseconds(at) for at in starts), tuple(starts))
    parts = await counts.timeline_between(
        connection, NAME, (starts[0], period.end_at), period.zone, cuts, "hour"
    )
    return [sum(one.count for one in part.values()) for part in parts]


def judge(
    starts: Sequence[int], found: Sequence[int], begin: int, zone: tzinfo
) -> tuple[Hour, ...]:
    """The hours from *begin* on, in UTC milliseconds.

    starts, found: hours one after the other, and how many acts each had
    """
    recent: deque[float] = deque(maxlen=NOISE_HOURS)
    hours = []
    for at, count, expected in _expected(starts, found, zone):
        recent.append(anscombe(count) - expected)
        if at >= begin:
            hours.append(_judged(at, count, expected, tuple(recent)))
    return tuple(hours)


def anscombe(count: float) -> float:
    """A count with about the same noise as any other."""
    return 2 * sqrt(count + 3 / 8)


def _expected(
    starts: Sequence[int], found: Sequence[int], zone: tzinfo
) -> Iterator[tuple[int, int, float]]:
    """Each hour that has its like in the weeks before it: when, count and E."""
    before: Mapping[tuple[int, int], deque[tuple[int, float]]] = defaultdict(deque)
    for at, count in zip(starts, found, strict=True):
        local = from_milliseconds(at).astimezone(zone)
        same = before[local.weekday(), local.hour]
        # A clock change makes four weeks an hour longer.
        while same and same[0][0] < at - WEEKS_BEFORE - HOUR:
            same.popleft()
        if same:
            yield at, count, median(value for _, value in same)
        same.append((at, anscombe(count)))


def _judged(at: int, count: int, expected: float, recent: Sequence[float]) -> Hour:
    middle = median(recent[-LEVEL_HOURS:])
    level = max(-CLIP, min(CLIP, middle))
    center = median(recent)
    noise = max(MAD_TO_SIGMA * median(abs(one - center) for one in recent), LEAST_NOISE)
    usual = expected + level
    return Hour(
        at=from_milliseconds(at),
        count=count,
        expected=_count(usual),
        low=_count(usual - THRESHOLD * noise),
        high=_count(usual + THRESHOLD * noise),
        score=(recent[-1] - level) / noise,
        level=level,
    )


def _count(transformed: float) -> float:
    """The count that anscombe() made so; never below zero."""
    return max((max(transformed, 0.0) / 2) ** 2 - 3 / 8, 0.0)
