"""inactive → pending → firing → recovering → inactive: what one reading does to one rule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.alerts.flapping import Flips, flipped, is_flapping
from bot.alerts.terms import Concern, Reading, Severity, Terms

Phase = Literal["inactive", "pending", "firing", "recovering"]
# Kinds in the outbox, too.
Notice = Literal["firing", "reminder", "flapping", "escalation", "resolved"]

MILLISECOND = timedelta(milliseconds=1)
REMOVED = "the rule was removed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """One epoch: from a firing of a rule to its end, as the history keeps it.

    id: 0 until it is saved; resolved_at: None while it fires; pending_at: the first bad check
    value, threshold, bad, total: as they were when it fired
    is_announced: somebody was told, or will be
    acked_by: an admin's Telegram id; acked_token: or the name of a token; escalated_at: when every
    admin was written to
    unwatched_ms: how long nobody checked meanwhile, in milliseconds
    """

    id: int = 0
    rule: str
    severity: Severity
    fired_at: datetime
    resolved_at: datetime | None = None
    value: float | None
    threshold: float
    unit: str
    bad: int | None
    total: int | None
    details: str
    is_announced: bool = False
    pending_at: datetime | None = None
    acked_at: datetime | None = None
    acked_by: int | None = None
    acked_token: str | None = None
    escalated_at: datetime | None = None
    unwatched_ms: int = 0

    @classmethod
    def opened(
        cls, concern: Concern, reading: Reading, at: datetime, pending_at: datetime | None = None
    ) -> Alert:
        """A firing that begins at *at*."""
        return cls(
            rule=concern.terms.name,
            severity=concern.terms.severity,
            fired_at=at,
            pending_at=pending_at or at,
            value=reading.value,
            threshold=reading.threshold,
            unit=reading.unit,
            bad=reading.bad,
            total=reading.total,
            details=reading.details,
        )

    def seen_now(self, reading: Reading) -> Alert:
        """The same firing with today's figures, for a reminder."""
        return replace(
            self,
            value=reading.value,
            threshold=reading.threshold,
            unit=reading.unit,
            bad=reading.bad,
            total=reading.total,
            details=reading.details,
        )

    def ended(self, at: datetime, details: str = "") -> Alert:
        """The same firing, over; a clock that was set back does not end it before it began."""
        return replace(self, resolved_at=max(at, self.fired_at), details=details or self.details)

    def seconds(self, now: datetime) -> float:
        """How long it was seen to fire, by *now* or in all; never below 0, whatever the clock."""
        return max(self.lasted(now) - self.unwatched_ms / 1000, 0.0)

    def lasted(self, now: datetime) -> float:
        """As seconds(), with the time in which nobody checked."""
        return max(((self.resolved_at or now) - self.fired_at).total_seconds(), 0.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """Where a rule stands.

    since: when this phase began; checks: in a row, towards the next phase
    alert: the open one; while it flaps it stays open through calm phases
    notified_at: the last firing or reminder told; None: it should be told again at once
    checked_at: the last check of an open state; flips: the latest firings and ends
    silenced_at: since when a silence holds for the open alert
    unheeded_at: since when it was told, watched and not silenced
    """

    rule: str
    phase: Phase = "inactive"
    since: datetime
    checks: int = 0
    alert: Alert | None = None
    notified_at: datetime | None = None
    checked_at: datetime | None = None
    flips: Flips = ()
    flapping_since: datetime | None = None
    silenced_at: datetime | None = None
    unheeded_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is anything that a check could continue."""
        return self.phase != "inactive" or self.alert is not None


def step(state: State, concern: Concern, reading: Reading, at: datetime) -> State:
    """*state* after one more reading."""
    if state.phase in {"inactive", "pending"}:
        after = _when_calm(state, concern, reading, at)
    else:
        after = _when_firing(state, concern.terms, reading, at)
    return _settled(after, at)


def _when_calm(state: State, concern: Concern, reading: Reading, at: datetime) -> State:
    if not _is_bad(concern.terms, reading):
        return _moved(state, "inactive", at, 0)
    if state.checks + 1 < concern.terms.pending_checks:
        return _moved(state, "pending", at, state.checks + 1)
    pending_at = state.since if state.phase == "pending" else at
    alert = state.alert or Alert.opened(concern, reading, at, min(pending_at, at))
    fired = replace(_moved(state, "firing", at, 0), alert=alert, flips=flipped(state.flips, at))
    if is_flapping(fired.flips, at) and not fired.flapping_since:
        return replace(fired, flapping_since=at)
    return fired


def _when_firing(state: State, terms: Terms, reading: Reading, at: datetime) -> State:
    if _is_bad(terms, reading) or not reading.is_good:
        return _moved(state, "firing", at, 0)
    if state.checks + 1 < terms.good_checks:
        return _moved(state, "recovering", at, state.checks + 1)
    return replace(_moved(state, "inactive", at, 0), flips=flipped(state.flips, at))


def _is_bad(terms: Terms, reading: Reading) -> bool:
    is_missing = reading.value is None and not reading.is_early
    return reading.is_bad or (is_missing and terms.fires_without_data)


def _moved(state: State, phase: Phase, at: datetime, checks: int) -> State:
    since = state.since if phase == state.phase else at
    return replace(state, phase=phase, since=since, checks=checks)


def _settled(state: State, at: datetime) -> State:
    """Flapping ends by itself, and what is calm and does not flap is over."""
    if state.flapping_since and not is_flapping(state.flips, at):
        state = replace(state, flapping_since=None)
    if state.alert and state.phase == "inactive" and not state.flapping_since:
        return replace(state, alert=None, silenced_at=None, unheeded_at=None)
    return state


def resumed(state: State, at: datetime, longest: timedelta) -> State:
    """*state* as the checks go on at *at*; a hole of more than *longest* is not counted.

    Checks in a row begin anew, and all that was waited for is waited for as much longer.
    """
    if not state.is_open or state.checked_at is None or at - state.checked_at <= longest:
        return state
    hole = at - state.checked_at
    unwatched = hole // MILLISECOND
    alert = state.alert
    return replace(
        state,
        phase="inactive" if state.phase == "pending" else state.phase,
        checks=0,
        alert=alert and replace(alert, unwatched_ms=alert.unwatched_ms + unwatched),
        notified_at=state.notified_at and state.notified_at + hole,
        unheeded_at=state.unheeded_at and state.unheeded_at + hole,
    )


def hushed(state: State, at: datetime, *, is_silenced: bool) -> State:
    """*state* while a silence holds for it, or when none does any more.

    Then what still fires is told again at once, and the admins' time to answer begins anew.
    """
    if state.alert is None or is_silenced == bool(state.silenced_at):
        return state
    if is_silenced:
        return replace(state, silenced_at=at, unheeded_at=None)
    return replace(state, silenced_at=None, notified_at=None)


def told(state: State, what: Notice, at: datetime) -> State:
    """*state* once the admins are told *what* about its alert."""
    if state.alert is None:
        return state
    if what == "escalation":
        return replace(state, alert=replace(state.alert, escalated_at=at))
    return replace(
        state,
        alert=replace(state.alert, is_announced=True),
        notified_at=at,
        unheeded_at=state.unheeded_at or at,
    )
