"""One check of all rules: what changes, and what the admins should be told of it.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.alerts.escalation import is_due
from bot.alerts.silences import Silence
from bot.alerts.snapshot import SHORT_SECONDS
from bot.alerts.states import (
    REMOVED,
    Alert,
    Notice,
    State,
    hushed,
    resumed,
    step,
    told,
)
from bot.alerts.terms import Concern, Reading, Terms

# What a fault did to others stays in their short window for as long, or longer where it grew.
AFTERMATH = timedelta(seconds=SHORT_SECONDS)

States = Mapping[str, State]
Readings = Sequence[tuple[Concern, Reading]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What one check did to one rule.

    alert: the firing it is about, None where there is none; now: the same with today's figures
    notice: what to tell the admins; message_id: the message in which it was told already
    """

    before: State
    after: State
    terms: Terms
    alert: Alert | None = None
    now: Alert | None = None
    notice: Notice | None = None
    message_id: int | None = None

    @property
    def is_fired(self) -> bool:
        """Whether a firing began."""
        return self.before.alert is None and self.after.alert is not None

    @property
    def is_resolved(self) -> bool:
        """Whether a firing ended."""
        return self.before.alert is not None and self.after.alert is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """The circumstances of one check.

    silences: those that hold, and perhaps some that do not
    hole: more time than this between two checks was not watched
    patience: how long a critical alert may stay without an answer; 0: nobody else to write to
    """

    at: datetime
    silences: Sequence[Silence]
    hole: timedelta
    patience: timedelta

    def is_silenced(self, terms: Terms) -> bool:
        """Whether a silence holds for a concern with these *terms*."""
        return any(silence.covers(terms, self.at) for silence in self.silences)


@dataclass(frozen=True, slots=True)
class Turn:
    """One rule in one check."""

    concern: Concern
    reading: Reading
    before: State
    after: State

    @property
    def terms(self) -> Terms:
        """How the rule is treated."""
        return self.concern.terms


def changes(states: States, readings: Readings, check: Check) -> list[Change]:
    """Only the rules that moved or of which something is to be told."""
    turns = [_turn(states, concern, reading, check) for concern, reading in readings]
    # A notice may depend on any other rule's new state, so all steps come first.
    after = {**states, **{turn.after.rule: turn.after for turn in turns}}
    return list(_changes(turns, after, check))


def removed(states: States, rules: Mapping[str, Terms], at: datetime) -> list[Change]:
    """The ends of what is open though its rule is not among *rules* any more."""
    gone = [state for name, state in states.items() if name not in rules]
    return [
        Change(
            before=state,
            after=State(rule=state.rule, since=at),
            terms=Terms(
                name=state.rule, severity=state.alert.severity if state.alert else "warning"
            ),
            alert=state.alert and state.alert.ended(at, REMOVED),
            notice="resolved" if state.alert else None,
        )
        for state in gone
    ]


def _turn(states: States, concern: Concern, reading: Reading, check: Check) -> Turn:
    terms, at = concern.terms, check.at
    before = states.get(terms.name) or State(rule=terms.name, since=at)
    after = step(resumed(before, at, check.hole), concern, reading, at)
    after = hushed(after, at, is_silenced=check.is_silenced(terms))
    return Turn(concern, reading, before, _timely(after, at))


def _timely(state: State, at: datetime) -> State:
    # Nobody has to wait for a moment that a clock set back put into the future.
    if state.unheeded_at and state.unheeded_at > at:
        return replace(state, unheeded_at=at)
    return state


def _changes(turns: Sequence[Turn], states: States, check: Check) -> Iterator[Change]:
    for turn in turns:
        what = _notice(turn, states, check)
        if what is None and turn.before == turn.after:
            continue
        after = told(turn.after, what, check.at) if what else turn.after
        over = turn.before.alert and turn.before.alert.ended(turn.after.since)
        alert = after.alert or over
        yield Change(
            before=turn.before,
            after=after,
            terms=turn.terms,
            alert=alert,
            now=after.alert and after.alert.seen_now(turn.reading),
            notice=what,
        )


def _notice(turn: Turn, states: States, check: Check) -> Notice | None:
    """What the admins should be told now, if anything; *states* are those of all rules.

    A firing kept quiet by a silence, its throttle or its cause is told later if it outlives them:
    silence about trouble that goes on would be worse than a message too many.
    """
    state = turn.after
    if turn.before.alert and state.alert is None:
        return "resolved"
    if state.alert is None or state.phase != "firing" or state.silenced_at:
        return None
    if _is_explained(turn, states, check.at):
        return None
    if state.alert.is_announced:
        return _again(state, state.alert, turn.terms, check)
    if state.flapping_since:
        return "flapping"
    throttle = timedelta(seconds=turn.terms.throttle_seconds)
    return "firing" if not _is_within(throttle, state.notified_at, check.at) else None


def _again(state: State, alert: Alert, terms: Terms, check: Check) -> Notice | None:
    if alert.acked_at:
        return None
    is_critical = alert.severity == "critical" and not alert.escalated_at
    if is_critical and is_due(state.unheeded_at, check.at, check.patience):
        return "escalation"
    if state.notified_at is None:
        return "reminder"
    if state.flapping_since or not terms.repeat_seconds:
        return None
    repeat = timedelta(seconds=terms.repeat_seconds)
    return "reminder" if not _is_within(repeat, state.notified_at, check.at) else None


def _is_explained(turn: Turn, states: States, at: datetime) -> bool:
    causes = [states[name] for name in turn.terms.causes if name in states]
    aftermath = max(AFTERMATH, timedelta(seconds=turn.reading.seconds))
    return any(
        cause.phase in {"firing", "recovering"} or _is_within(aftermath, _ended(cause), at)
        for cause in causes
    )


def _ended(cause: State) -> datetime | None:
    """When *cause* last came to rest, if it fired before."""
    return (
        cause.since if cause.phase == "inactive" and cause.flips[-1:] == (cause.since,) else None
    )


def _is_within(span: timedelta, start: datetime | None, at: datetime) -> bool:
    # A start in the future means that the clock was set back, which must not silence anyone.
    return start is not None and timedelta(0) <= at - start < span
