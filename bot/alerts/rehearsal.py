"""A rule asked about figures of the past: when it would have fired.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import inf, nan
from typing import TypeVar

from bot.alerts.rules import Rule
from bot.alerts.snapshot import Snapshot
from bot.alerts.states import State, resumed, step

# As many as a chart has room for.
POINTS = 500
# So many intervals without a figure are a time in which nobody checked (manager.py).
HOLE = 3

Some = TypeVar("Some")

# When a check was or would have been, and what it saw; None: nobody could tell.
Figure = tuple[datetime, float | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """A stretch of the past.  figures: ascending; interval: seconds between two of them"""

    figures: Sequence[Figure]
    interval: float


@dataclass(slots=True)
class Fired:
    """A firing that there would have been.

    end: None while it would go on; unwatched: seconds of it in which nobody checked
    """

    start: datetime
    end: datetime | None = None
    unwatched: float = 0.0


@dataclass(slots=True)
class Rehearsal:
    """What a rule would have done.

    checks: how many there were; bad: with a figure beyond the threshold; unknown: without one
    """

    firings: list[Fired] = field(default_factory=list)
    checks: int = 0
    bad: int = 0
    unknown: int = 0

    def seconds(self, until: datetime) -> float:
        """How long it would have been seen to fire, up to *until*."""
        return sum(
            ((one.end or until) - one.start).total_seconds() - one.unwatched
            for one in self.firings
        )


def rehearse(acts: Iterable[tuple[Rule, Act]]) -> Rehearsal:
    """The states that a rule would have gone through, as the manager moves them.

    acts: ascending; with each the rule as it is with checks that far apart
    Without a figure a check is unclear, so that everything stays as it is.
    """
    done, state = Rehearsal(), None
    for rule, act in acts:
        hole = timedelta(seconds=HOLE * act.interval)
        for at, figure in act.figures:
            state = state or State(rule=rule.terms.name, since=at)
            state = _checked(done, resumed(state, at, hole), rule, at, figure)
    return done


def _checked(
    done: Rehearsal, state: State, rule: Rule, at: datetime, figure: float | None
) -> State:
    own = {rule.terms.name: nan if figure is None else figure}
    reading = rule.evaluate(Snapshot(at=at, shares={}, levels={}, own=own))
    after = replace(step(state, rule, reading, at), checked_at=at)
    done.checks += 1
    done.bad += reading.is_bad
    done.unknown += figure is None
    if after.alert and not state.alert:
        done.firings.append(Fired(at))
    if state.alert:
        done.firings[-1].unwatched = state.alert.unwatched_ms / 1000
        done.firings[-1].end = None if after.alert else at
    return after


def thinned(
    some: Sequence[Some], badness: Callable[[Some], float | None], most: int = POINTS
) -> list[Some]:
    """At most *most* of *some*: of neighbours the worst one, so that no peak is lost.

    badness: larger is worse; None: nobody can tell
    """
    width = -(-len(some) // most) or 1
    chunks = (some[place : place + width] for place in range(0, len(some), width))
    return [max(chunk, key=lambda one: _rank(badness(one))) for chunk in chunks]


def _rank(badness: float | None) -> float:
    return -inf if badness is None else badness
