"""A moment's day, hour and weekday in a time zone, worked out by the database itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta, tzinfo
from itertools import pairwise
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, literal_column

from bot.analytics.query.question import Dimension
from bot.analytics.reports.period import Period
from bot.clock import EPOCH, MILLISECOND, from_milliseconds

HOUR = timedelta(hours=1) // MILLISECOND
DAY = 24 * HOUR
# No zone changes its clocks twice in so short a time.
STEP = 6 * HOUR
WEEK = 7
THURSDAY = 3  # the weekday of 1970-01-01; Monday is 0


def offsets(zone: tzinfo, start: int, end: int) -> list[tuple[int, int]]:
    """From which moment on a zone's clocks are how far before UTC, all in milliseconds.

    The first is valid at *start*; the others are the changes of the clocks until *end*.
    """
    return [(start, _offset(zone, start)), *_changes(zone, start, end)]


def _changes(zone: tzinfo, start: int, end: int) -> Iterator[tuple[int, int]]:
    at, now = start, _offset(zone, start)
    while at < end:
        after = at + STEP
        later = _offset(zone, after)
        if later != now:
            yield _moment(zone, at, after, now), later
        at, now = after, later


def _moment(zone: tzinfo, before: int, after: int, offset: int) -> int:
    """The first moment after *before* at which the offset is another."""
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(zone: tzinfo, at: int) -> int:
    offset = from_milliseconds(at).astimezone(zone).utcoffset()
    return (offset or timedelta()) // MILLISECOND


def times(at: ColumnElement[Any], period: Period) -> dict[Dimension, ColumnElement[Any]]:
    """SQL: days since 1970, the hour and the weekday of *at* in the zone of *period*."""
    local = _local(at, offsets(period.zone, period.start_at, period.end_at))
    day = local // _number(DAY)
    return {
        "day": day,
        "hour": (local // _number(HOUR)) % _number(24),
        "weekday": (day + _number(THURSDAY)) % _number(WEEK),
    }


def _local(at: ColumnElement[Any], known: list[tuple[int, int]]) -> ColumnElement[Any]:
    (_, last) = known[-1]
    earlier = [
        (at < _number(until), _number(offset)) for (_, offset), (until, _) in pairwise(known)
    ]
    return at + (case(*earlier, else_=_number(last)) if earlier else _number(last))


def _number(value: int) -> ColumnElement[Any]:
    # In the text, because PostgreSQL takes two parameters for two expressions.
    return literal_column(str(value), BigInteger)


def day_number(day: date) -> int:
    """Days since 1970."""
    return (day - EPOCH.date()).days


def day_of(number: int) -> date:
    """The day that is so many days after 1970."""
    return EPOCH.date() + timedelta(days=number)
