"""What a rule saw lately, when it fired and when it was silenced: for its chart."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, Select, or_, select

from bot.alerts.records import silence_of
from bot.alerts.states import Alert
from bot.alerts.terms import Terms
from bot.clock import from_milliseconds, to_milliseconds
from bot.database.alert_tables import alert_history, alert_readings, silences
from bot.database.engine import Database

SPAN = timedelta(hours=3)
# Of an alert that is over it is told how it ended, and a little of what followed.
AFTER = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Point:
    """One check.  value: what the rule saw, None where nobody could tell; both in its unit"""

    at: datetime
    value: float | None
    threshold: float | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time that began, and ended or goes on."""

    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """A rule from *since* to *until*.

    points: ascending; firings, silenced: within that time
    """

    rule: str
    since: datetime
    until: datetime
    points: tuple[Point, ...]
    firings: tuple[Stretch, ...]
    silenced: tuple[Stretch, ...]


def until(alert: Alert, now: datetime) -> datetime:
    """Up to when there is something to tell of *alert*."""
    return min(now, alert.resolved_at + AFTER) if alert.resolved_at else now


class Traces:
    """Asks the alert tables; never writes to them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, terms: Terms, until: datetime, span: timedelta = SPAN) -> Trace:
        """The *span* before *until* of the rule with these *terms*."""
        since = until - span
        queries = (
            _readings(since, until),
            _firings(terms.name, since, until),
            _silences(since, until),
        )
        async with self._database.read("alerts.trace") as connection:
            checks, fired, quiet = [
                (await connection.execute(query)).mappings().all() for query in queries
            ]
        own = [row for row in quiet if silence_of(row).names(terms)]
        return Trace(
            rule=terms.name,
            since=since,
            until=until,
            # In a thread: there may be a check every second.
            points=await asyncio.to_thread(_points, checks, terms.name),
            firings=_stretches(fired, "fired_at", "resolved_at", since, until),
            silenced=_stretches(own, "starts_at", "ends_at", since, until),
        )


def _readings(since: datetime, until: datetime) -> Select[Any]:
    at = alert_readings.c.at
    is_within = at.between(to_milliseconds(since), to_milliseconds(until))
    return select(alert_readings).where(is_within).order_by(at)


def _firings(rule: str, since: datetime, until: datetime) -> Select[Any]:
    row = alert_history.c
    is_after = or_(row.resolved_at.is_(None), row.resolved_at > to_milliseconds(since))
    return (
        select(row.fired_at, row.resolved_at)
        .where(row.rule == rule, row.fired_at < to_milliseconds(until), is_after)
        .order_by(row.fired_at)
    )


def _silences(since: datetime, until: datetime) -> Select[Any]:
    row = silences.c
    return (
        select(silences)
        .where(row.starts_at < to_milliseconds(until), row.ends_at > to_milliseconds(since))
        .order_by(row.starts_at)
    )


def _points(rows: Iterable[RowMapping], rule: str) -> tuple[Point, ...]:
    """The checks in which the rule was asked: one that is new or was removed has gaps."""
    found = ((row["at"], json.loads(row["readings"]).get(rule)) for row in rows)
    return tuple(Point(from_milliseconds(at), *one[:2]) for at, one in found if one)


def _stretches(
    rows: Sequence[RowMapping], start: str, end: str, since: datetime, until: datetime
) -> tuple[Stretch, ...]:
    return tuple(
        Stretch(
            max(from_milliseconds(row[start]), since),
            until if row[end] is None else min(from_milliseconds(row[end]), until),
        )
        for row in rows
    )
