"""Synthetic history: days of invented facts, through the same store and ledger as real life.

Prometheus' series know nothing of it: they count what the process saw.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from operator import attrgetter
from zoneinfo import ZoneInfo

from bot.analytics.bus import Bus
from bot.analytics.store import Store
from bot.billing.ledger import Ledger, Payment
from bot.database.engine import Database
from bot.sandbox import history_marks
from bot.sandbox.crowd_people import SEED, settled
from bot.sandbox.history_facts import Fact, Scribe
from bot.sandbox.history_lives import Act, Life, Span

Progress = Callable[[int, int], object]


def _nobody(done: int, total: int) -> None:
    """Nobody watches."""


async def write_history(  # noqa: PLR0913  what it is made of, by name
    database: Database,
    *,
    days: int,
    now: datetime,
    zone: ZoneInfo,
    seed: int = SEED,
    progress: Progress = _nobody,
) -> None:
    """Fill *database* with *days* days that end at *now*, and mark it as synthetic.

    progress: is told how many days are written, of how many
    Raises HistoryError when history_marks.is_needed() says no.

    1. What an interrupted history left is removed, in one transaction with the mark "begun".
    2. Day by day the facts go to a store of their own, the payments to the ledger.
    3. The mark becomes "complete".
    """
    await history_marks.begin(database, now=now, seed=seed, days=days)
    writer = _Writer(database, zone, now)
    for done, facts in enumerate(facts_by_day(days=days, now=now, zone=zone, seed=seed)):
        await writer.write(facts)
        progress(min(done + 1, days), days)
    await history_marks.complete(database, now=now, seed=seed, days=days)


def facts_by_day(*, days: int, now: datetime, zone: tzinfo, seed: int) -> Iterator[list[Fact]]:
    """The facts of each whole day and of today so far, in the order of their time."""
    span, scribe = Span(days, now, zone), Scribe(seed)
    lives = [Life(person, span, seed).acts() for person in settled(seed, days)]
    if not lives:
        return
    acts: Iterator[Act] = heapq.merge(*lives, key=attrgetter("at"))
    facts = list(scribe.opening(span.moment(0, 0)))
    day = 0
    for act in acts:
        while span.day_of(act.at) > day:
            yield facts
            facts, day = [], day + 1
        facts.extend(scribe.facts(act))
    yield facts


class _Writer:
    """A store and a ledger that write the past, each fact at its time."""

    def __init__(self, database: Database, zone: ZoneInfo, now: datetime) -> None:
        self._at = now
        # Nobody hears this bus, and the store has no task: it writes when it is told to.
        self._store = Store(database, Bus(), zone=zone, clock=self._clock)
        self._ledger = Ledger(database, Bus(self._store), self._clock)

    async def write(self, facts: list[Fact]) -> None:
        """Put *facts* on disk."""
        for fact in facts:
            if isinstance(fact, Payment):
                self._at = fact.paid_at
                await self._ledger.record(fact)
            else:
                self._store(fact)
        await self._store.flush()

    def _clock(self) -> datetime:
        return self._at
