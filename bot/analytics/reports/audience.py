"""How many people there are: today, in a week, in a month; and how often they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pyroaring import BitMap

from bot.analytics.audience.algebra import frequencies, union, window_sizes
from bot.analytics.audience.audience import WINDOWS, Window
from bot.analytics.audience.days import DAY
from bot.analytics.reports.figure import Figure, Unknown, share
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query
from bot.analytics.reports.source import Source

MONTH = WINDOWS["month"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """Distinct people in the days up to today, which is not over.

    people: before: in as many days before the first
    """

    window: Window
    first: date
    last: date
    people: Figure


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """Distinct people on a day (DAU), and in the 7 (WAU) and 30 (MAU) days that end with it."""

    day: date
    dau: int
    wau: int
    mau: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AudienceSize:
    """People in a segment.

    recorded_since: the first day with anybody; None without any
    pending_days: old days that are still being counted, so that numbers are too low
    points: for the days of the period, from the first record on
    stickiness: mean DAU / MAU of the last 30 days (of those with records, while there are fewer)
    frequency: how many people came on exactly 1, 2, … 30 of the last 30 days
    """

    period: Period
    segment: str
    recorded_since: date | None
    pending_days: int
    reach: tuple[Reach, ...]
    points: tuple[Point, ...]
    stickiness: Figure
    frequency: tuple[int, ...]


async def audience(source: Source, query: Query) -> AudienceSize:
    """DAU, WAU, MAU and stickiness of *query*'s segment; a window's days are cut in its zone."""
    period = query.period
    today, since = period.last_day, await source.audience.since()
    first = min(period.first_day - (MONTH - 1) * DAY, today - (2 * MONTH - 1) * DAY)
    sets = await source.audience.days(query.segment, first, today)
    return AudienceSize(
        period=period,
        segment=query.segment,
        recorded_since=since,
        pending_days=source.audience.pending_days,
        reach=tuple(_reach(window, sets, today, since) for window in WINDOWS),
        points=_points(sets, period, since),
        stickiness=compared(
            _stickiness(sets[-MONTH:], today, since),
            _stickiness(sets[-2 * MONTH : -MONTH], today - MONTH * DAY, since),
            since,
            today - (2 * MONTH - 1) * DAY,
        ),
        frequency=tuple(frequencies(sets[-MONTH:])),
    )


def compared(
    value: float | None, before: float | None, since: date | None, first_before: date
) -> Figure:
    """A figure that is unknown without records.

    first_before: the first day that `before` is about
    """
    if since is None:
        gap, gap_before = Unknown.NOTHING_RECORDED, Unknown.NOTHING_RECORDED
        return Figure(value=None, before=None, unknown=gap, unknown_before=gap_before)
    is_known = since <= first_before
    empty = Unknown.NO_UPDATES if is_known else Unknown.NOT_RECORDED_THEN
    return Figure(
        value=value,
        before=before if is_known else None,
        unknown=Unknown.NO_UPDATES if value is None else None,
        unknown_before=empty if before is None or not is_known else None,
    )


def _reach(window: Window, sets: Sequence[BitMap], today: date, since: date | None) -> Reach:
    days = WINDOWS[window]
    first = today - (days - 1) * DAY
    value, before = len(union(sets[-days:])), len(union(sets[-2 * days : -days]))
    people = compared(value, before, since, first - days * DAY)
    return Reach(window=window, first=first, last=today, people=people)


def _points(sets: Sequence[BitMap], period: Period, since: date | None) -> tuple[Point, ...]:
    if since is None:
        return ()
    days = [period.first_day + n * DAY for n in range(period.days)]
    sizes = [window_sizes(sets, width)[-len(days) :] for width in WINDOWS.values()]
    return tuple(
        Point(day=day, dau=dau, wau=wau, mau=mau)
        for day, dau, wau, mau in zip(days, *sizes, strict=True)
        if day >= since
    )


def _stickiness(sets: Sequence[BitMap], last: date, since: date | None) -> float | None:
    """The mean of the days' sizes over the size of their union."""
    recorded = min((last - since).days + 1, len(sets)) if since else 0
    if recorded <= 0:
        return None
    return share(sum(map(len, sets)) / recorded, len(union(sets)))
