"""A period cut into hours, days, weeks or months of its zone: what timelines are made of."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, literal_column

from bot.analytics.audience.days import Days
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Step
from bot.clock import MILLISECOND, from_milliseconds

HOUR = timedelta(hours=1) // MILLISECOND
# Every zone's days begin at a quarter of an hour in UTC, so quarters can be put together to
# hours and days of any of them.
QUARTER = timedelta(minutes=15) // MILLISECOND


def quarter(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """SQL: the number of the quarter of an hour since 1970 in which *column* is."""
    # A number in the text, because PostgreSQL takes two parameters for two expressions.
    return column // literal_column(str(QUARTER), BigInteger)


def quarter_start(number: int) -> datetime:
    """When that quarter began, in UTC."""
    return from_milliseconds(number * QUARTER)


@dataclass(frozen=True, slots=True)
class Cuts:
    """names: the first day, or the hour, of each part; starts: UTC milliseconds, rising.

    The first and the last part may be shorter than others: the period cuts them.
    """

    names: tuple[date, ...]
    starts: tuple[int, ...]

    def index(self, at: int) -> int:
        """Which part *at* (UTC milliseconds, in the period) belongs to."""
        return bisect_right(self.starts, at) - 1

    def index_of_quarter(self, number: int) -> int:
        """Which part a quarter of an hour belongs to."""
        return self.index(number * QUARTER)


def cut(period: Period, step: Step) -> Cuts:
    """*period* in parts of one *step*; weeks begin on Mondays."""
    if step == "hour":
        starts = tuple(range(period.start_at, period.end_at, HOUR)) or (period.start_at,)
        return Cuts(tuple(from_milliseconds(at) for at in starts), starts)
    names = tuple(_firsts(period, step))
    days = Days(period.zone)
    starts = tuple(days.limits(max(name, period.first_day))[0] for name in names)
    return Cuts(names, starts)


def _firsts(period: Period, step: Step) -> Iterator[date]:
    """The first day of each part, also where that is before the period."""
    day = first_of(period.first_day, step)
    while day <= period.last_day:
        yield day
        day = following(day, step)


def following(first: date, step: Step) -> date:
    """The first day of the part after the one that begins with *first*."""
    # No month has more than 31 days and no week more than 7.
    further = {"week": 7, "month": 32}.get(step, 1)
    return first_of(first + timedelta(days=further), step)


def first_of(day: date, step: Step) -> date:
    """The first day of the week, from Monday, or the month that *day* is in; else *day*."""
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day
