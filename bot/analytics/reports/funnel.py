"""The funnel: how many people went on to each step, and how long they took."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.reports.figure import Figure, share
from bot.analytics.reports.kept import Kept, kept, of_kind, streamed
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query
from bot.analytics.reports.source import Source
from bot.clock import MILLISECOND
from bot.database.tables import events
from bot.errors import BotError

WINDOW = timedelta(days=14)
# What a step is called → the kind of its events.
STEPS = {
    "start": "start",
    "message": "message",
    "command": "command",
    "download_queued": "download_queued",
    "download_succeeded": "download",
    "quiz_started": "quiz_started",
    "conversation_started": "conversation",
    "invoice_sent": "invoice",
    "checkout_started": "checkout",
    "paid": "payment",
    "subscription_started": "subscription_started",
    "subscription_renewed": "subscription_renewed",
}
DEFAULT = ("start", "download_queued", "invoice_sent", "paid")
MOST_STEPS = 10


class UnknownStepError(BotError):
    """A funnel was asked for with a step that no event makes, or with too few or many steps."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FunnelStep:
    """One step.

    people: who reached it; overall: of those of the first step; relative: of the step before
    seconds: median since the first step; step_seconds: median since the step before
    """

    name: str
    people: Figure
    overall: Figure
    relative: Figure
    seconds: Figure
    step_seconds: Figure


@dataclass(frozen=True, kw_only=True, slots=True)
class Funnel:
    """Who did the first step in the period and which further ones they did in it, in order.

    Each step is within `window` of the first and is an event of its own, later than the step
    before; who tries again counts by their best try.  Times are of the quickest try that ended
    where a person first reached a step.  Who began less than a window ago may still go on.
    """

    period: Period
    window: timedelta
    steps: tuple[FunnelStep, ...]


@dataclass(slots=True)
class _Reached:
    """Milliseconds of everybody who reached a step: since the first, and since the one before."""

    since_first: array[int]
    since_last: array[int]

    def note(self, since_first: int, since_last: int) -> None:
        self.since_first.append(since_first)
        self.since_last.append(since_last)


class _Person:
    """How far one person got; for each step the latest try, because it has the most time left."""

    def __init__(self, reached: Sequence[_Reached]) -> None:
        self._reached = reached
        self._tries: list[tuple[int, int] | None] = [None] * len(reached)  # its start, its last

    def did(self, places: Sequence[int], at: int) -> None:
        """Note an event that can be any of the steps *places*, the last first: it is one."""
        for place in places:
            one = (at, at) if place == 0 else self._tries[place - 1]
            if one is None or at - one[0] > WINDOW // MILLISECOND:
                continue
            start, last = one
            if self._tries[place] is None:
                self._reached[place].note(at - start, at - last)
            self._tries[place] = max(self._tries[place] or (start, at), (start, at))


async def funnel(source: Source, query: Query, steps: Sequence[str] = DEFAULT) -> Funnel:
    """The funnel of *steps*, names of STEPS; raises UnknownStepError."""
    kinds = _kinds(steps)
    async with source.database.read("report.funnel") as connection:
        known = await kept(connection, query.period)
        now = await _reached(connection, query.period, kinds)
        then = await _reached(connection, query.period.previous, kinds)
    measured = [_step(known, name, place, now, then) for place, name in enumerate(steps)]
    return Funnel(period=query.period, window=WINDOW, steps=tuple(measured))


def _kinds(steps: Sequence[str]) -> list[str]:
    if not 1 < len(steps) <= MOST_STEPS:
        raise UnknownStepError(f"a funnel has 2 to {MOST_STEPS} steps")
    for name in steps:
        if name not in STEPS:
            raise UnknownStepError(f"{name[:40]!r} is no step; there are {', '.join(STEPS)}")
    return [STEPS[name] for name in steps]


async def _reached(
    connection: AsyncConnection, period: Period, kinds: Sequence[str]
) -> list[_Reached]:
    """What each step took everybody who reached it; rows come in small parts, by person."""
    reached = [_Reached(array("q"), array("q")) for _ in kinds]
    places = {
        kind: [place for place in reversed(range(len(kinds))) if kinds[place] == kind]
        for kind in set(kinds)
    }
    table = events.c
    query = (
        select(table.user_number, table.kind, table.at)
        .where(or_(*[of_kind(kind, period) for kind in sorted(places)]))
        .where(table.user_number.is_not(None))
        .order_by(table.user_number, table.at, table.id)
    )
    number, person = None, _Person(reached)
    async for user_number, kind, at in streamed(connection, query):
        if user_number != number:
            number, person = user_number, _Person(reached)
        person.did(places[kind], at)
    return reached


def _step(
    known: Kept, name: str, place: int, now: Sequence[_Reached], then: Sequence[_Reached]
) -> FunnelStep:
    both = (now, then)
    people = [[len(one.since_first) for one in side] for side in both]
    before = max(place - 1, 0)
    overall = [share(side[place], side[0]) for side in people]
    relative = [share(side[place], side[before]) for side in people]
    return FunnelStep(
        name=name,
        people=known.of_events(people[0][place], people[1][place]),
        overall=known.of_events(overall[0], overall[1]),
        relative=known.of_events(relative[0], relative[1]),
        seconds=known.of_events(*[_median(side[place].since_first) for side in both]),
        step_seconds=known.of_events(*[_median(side[place].since_last) for side in both]),
    )


def _median(milliseconds: array[int]) -> float | None:
    """In seconds; None of nothing."""
    return median(milliseconds) / 1000 if milliseconds else None
