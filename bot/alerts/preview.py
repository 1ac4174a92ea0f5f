"""What a rule would have done in the last week, as far as there is a record of what it reads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from math import isnan
from typing import Any, Literal

import msgspec
from sqlalchemy import BigInteger, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.alerts import tallies
from bot.alerts.own_fields import OwnRule
from bot.alerts.own_series import Track
from bot.alerts.own_shapes import built, question_of
from bot.alerts.records import READINGS_KEPT
from bot.alerts.rehearsal import Act, Figure, Rehearsal, rehearse, thinned
from bot.clock import Clock, from_milliseconds, to_milliseconds, utc_now
from bot.database.alert_tables import alert_readings
from bot.database.engine import Database

Source = Literal["readings", "counts"]

STEP = tallies.MINUTE
# Checks of a week, one every half a minute; of checks that are closer together the last ones.
ROWS = 20_160
CHUNK = 2_016
# Whether anybody checked is known as finely as this, in milliseconds.
WATCHED = 600_000
COUNTS = "counts by the minute of the same facts, as if it had been checked once a minute"
READINGS = "what a rule that asks the same has read at its checks"
NOTHING = "nothing was recorded yet"
TOO_MANY = "of these more than two million are kept: to count them again would take too long"
NOT_ASKED = "no rule that is asked reads just this"

at = alert_readings.c.at


@dataclass(frozen=True, kw_only=True, slots=True)
class Basis:
    """Where some of the figures come from.  what: the same for people"""

    source: Source
    what: str
    act: Act

    @property
    def since(self) -> datetime:
        """The first figure."""
        return self.act.figures[0][0]

    @property
    def until(self) -> datetime:
        """The last figure."""
        return self.act.figures[-1][0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What *rule* would have done from *since* to *until*.

    based_on: empty where there is no record, for the *reason*; points: some hundreds of figures
    """

    rule: OwnRule
    since: datetime
    until: datetime
    based_on: tuple[Basis, ...] = ()
    reason: str = ""
    points: Sequence[Figure] = ()
    rehearsal: Rehearsal = field(default_factory=Rehearsal)


class Previews:
    """Looks at the record; never writes.  interval: seconds between two checks"""

    def __init__(self, database: Database, interval: float, clock: Clock = utc_now) -> None:
        self._database = database
        self._interval = interval
        self._clock = clock
        # One after the other: they read much, and nobody is in a hurry.
        self._turn = asyncio.Lock()

    async def of(self, rule: OwnRule) -> Preview:
        """What *rule* would have done in the last seven days.

        1. What a rule that asks the same read at its checks is just what this one would have read.
        2. Before the first of those checks: counts by the minute of the same facts, as if it had
           been asked once a minute, without times in which nobody checked anything.
        3. Where there is neither the reason says why.
        """
        async with self._turn:
            until = self._clock()
            since = until - READINGS_KEPT
            readings = await self._readings(rule, since)
            begun = readings[0][0] if readings else until
            counts, reason = await self._counts(rule, since, begun)
            return await asyncio.to_thread(
                self._told, rule, (since, until), counts, readings, reason
            )

    def _told(
        self,
        rule: OwnRule,
        span: tuple[datetime, datetime],
        counts: Sequence[Figure],
        readings: Sequence[Figure],
        reason: str,
    ) -> Preview:
        minute = STEP / 1000
        some = (
            Basis(source="counts", what=COUNTS, act=Act(figures=counts, interval=minute)),
            Basis(
                source="readings",
                what=READINGS,
                act=Act(figures=readings, interval=self._interval),
            ),
        )
        bases = tuple(one for one in some if one.act.figures)
        acts = [(built(rule, "stored", one.act.interval), one.act) for one in bases]
        every = [figure for one in bases for figure in one.act.figures]
        since, until = span
        return Preview(
            rule=rule,
            since=since,
            until=until,
            based_on=bases,
            reason="" if bases else f"{reason}; {NOT_ASKED}",
            points=thinned(every, partial(_badness, rule)),
            rehearsal=rehearse(acts),
        )

    async def _readings(self, rule: OwnRule, since: datetime) -> list[Figure]:
        """What some rule with the same question read, ascending."""
        mark, found = question_of(rule), list[Figure]()
        before, rows = to_milliseconds(self._clock()) + 1, 0
        query = select(at, alert_readings.c.readings).order_by(at.desc()).limit(CHUNK)
        while rows < ROWS:
            is_next = (at < before) & (at >= to_milliseconds(since))
            async with self._database.read("alerts.preview_readings") as connection:
                chunk = (await connection.execute(query.where(is_next))).all()
            if not chunk:
                break
            found += await asyncio.to_thread(_with_mark, chunk, mark)
            before, rows = chunk[-1][0], rows + len(chunk)
        return found[::-1]

    async def _counts(
        self, rule: OwnRule, since: datetime, until: datetime
    ) -> tuple[list[Figure], str]:
        """What *rule* would have read once a minute, and else why nobody can tell."""
        if reason := tallies.lacking(rule):
            return [], reason
        tally, end = tallies.TALLIES[rule.series], _floor(to_milliseconds(until))
        # The facts of the minute that is not over wait in memory yet.
        end = min(end, _floor(to_milliseconds(self._clock()) - tallies.MINUTE))
        async with self._database.read("alerts.preview_counts") as connection:
            begun = await tallies.beginning(connection, tally)
            if begun is None:
                return [], NOTHING
            if await tallies.too_many(connection, tally, end):
                return [], TOO_MANY
            start = _floor(max(to_milliseconds(since) - round(rule.span * 1000), begun))
            grown = await tallies.by_minute(connection, rule, start, end)
            is_watched = await _watch(connection)
        figures = await asyncio.to_thread(_figures, rule, grown, range(start, end + 1, STEP))
        return [one for one in figures if one[0] >= since and is_watched(one[0])], NOTHING


def _badness(rule: OwnRule, figure: Figure) -> float | None:
    value = figure[1]
    return value if value is None or rule.is_high_bad else -value


def _floor(moment: int) -> int:
    return moment - moment % STEP


def _with_mark(rows: Sequence[Any], mark: str) -> list[Figure]:
    """The readings of whichever rule has the *mark*, one for each row."""
    found = []
    for moment, text in rows:
        if mark not in text:
            continue
        seen: Mapping[str, list[Any]] = msgspec.json.decode(text)
        values = [one[0] for one in seen.values() if one[2:] == [mark]]
        found += [(from_milliseconds(moment), value) for value in values[:1]]
    return found


def _figures(rule: OwnRule, grown: Mapping[int, float], moments: range) -> list[Figure]:
    """What *rule* is told at *moments*, from how much its series grew in the minute before."""
    # Its labels were respected when it was counted.
    track, total, found = Track(rule.model_copy(update={"labels": {}})), 0.0, []
    for moment in moments:
        total += grown.get(moment - STEP, 0.0)
        value = track.figure(track.see(moment / 1000, [_Sample(total)]))
        is_known = value is not None and not isnan(value)
        found.append((from_milliseconds(moment), value if is_known else None))
    return found


@dataclass(frozen=True, slots=True)
class _Sample:
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


async def _watch(connection: AsyncConnection) -> Callable[[datetime], bool]:
    """Whether there were checks at some moment.

    Before the first that is kept nobody can tell, and there are taken to have been some.
    """
    stretch = at // literal_column(str(WATCHED), BigInteger)
    watched = frozenset(await connection.scalars(select(stretch).distinct()))
    first = min(watched, default=0)

    def is_watched(moment: datetime) -> bool:
        place = to_milliseconds(moment) // WATCHED
        return place < first or not watched or place in watched

    return is_watched
