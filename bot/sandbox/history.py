"""Synthetic history: days of invented facts, through the same store and ledger as real life.

Prometheus' series know nothing of it: they count what the process saw.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from operator import attrgetter
from zoneinfo import ZoneInfo

from bot.clock import MILLISECOND
from bot.database.engine import Database
from bot.plans import Plans, load_plans
from bot.sandbox import history_marks
from bot.sandbox.crowd_people import SEED, dice, settled
from bot.sandbox.history_acts import Act, Span, moods
from bot.sandbox.history_admin import ask_for_silence
from bot.sandbox.history_alerts import Watch
from bot.sandbox.history_customers import Customer, is_customer
from bot.sandbox.history_facts import Fact, Scribe
from bot.sandbox.history_incidents import Calendar, incidents
from bot.sandbox.history_lives import Life
from bot.sandbox.history_writing import Writer

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
    2. Day by day the facts go to a store of their own, payments to the ledger, rows to tables,
       while the rules of the alerts look on.
    3. The mark becomes "complete".
    """
    await history_marks.begin(database, now=now, seed=seed, days=days)
    await ask_for_silence(database, incidents(_span(days, now, zone, seed)))
    watch = Watch(database, zone, now, dice(seed, "answers"))
    # The shipped plans, whatever the operator sells: a history is the same everywhere.
    writer = Writer(database, zone, load_plans(), now, watch)
    for done, facts in enumerate(facts_by_day(days=days, now=now, zone=zone, seed=seed)):
        await writer.write(facts)
        progress(min(done + 1, days), days)
    await writer.finish()
    await watch.until(now)
    await history_marks.complete(database, now=now, seed=seed, days=days)


def facts_by_day(*, days: int, now: datetime, zone: tzinfo, seed: int) -> Iterator[list[Fact]]:
    """The facts of each whole day and of today so far, in the order of their time."""
    span, plans = _span(days, now, zone, seed), load_plans()
    acts, scribe = _acts(span, plans, seed), Scribe(seed, plans, Calendar(incidents(span)))
    first = next(acts, None)
    if first is None:
        return
    facts = list(scribe.opening(span.moment(0, 0)))
    day, midnight = 0, span.moment(1, 0)
    for fact in _in_order(itertools.chain([first], acts), scribe, now):
        while fact.at >= midnight:
            yield facts
            facts, day = [], day + 1
            midnight = span.moment(day + 1, 0)
        facts.append(fact)
    yield facts


def _span(days: int, now: datetime, zone: tzinfo, seed: int) -> Span:
    return Span(days, now, zone, moods(seed, days))


def _acts(span: Span, plans: Plans, seed: int) -> Iterator[Act]:
    """What everybody does, in order."""
    streams = []
    for person in settled(seed, span.days):
        life = Life(person, span, seed)
        streams.append(life.acts())
        if is_customer(person, seed):
            streams.append(Customer(person, life.arrival, span, seed, plans).acts())
    return heapq.merge(*streams, key=attrgetter("at"))


def _in_order(acts: Iterator[Act], scribe: Scribe, now: datetime) -> Iterator[Fact]:
    """The facts of *acts*: those of one go on while others have begun."""
    later: list[tuple[datetime, int, Fact]] = []
    number = itertools.count()
    for act in acts:
        while later and later[0][0] <= act.at:
            yield heapq.heappop(later)[2]
        for fact in scribe.facts(act):
            if fact.at <= act.at:
                yield fact
            else:
                heapq.heappush(later, (fact.at, next(number), fact))
    yield from (fact for _, _, fact in sorted(later, key=lambda one: one[:2]))
    yield from scribe.closing(now - MILLISECOND)
