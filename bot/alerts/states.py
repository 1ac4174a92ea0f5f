"""inactive → pending → firing → recovering → inactive: what one reading does to one rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.alerts.snapshot import SHORT_SECONDS
from bot.alerts.terms import Concern, Reading, Severity

Phase = Literal["inactive", "pending", "firing", "recovering"]
Notice = Literal["firing", "reminder", "resolved"]

GOOD_CHECKS = 2
REMINDER = timedelta(hours=4)
# What a fault did to others stays in their short window for as long.
AFTERMATH = timedelta(seconds=SHORT_SECONDS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """One firing of a rule, as the history keeps it.

    id: 0 until it is saved; resolved_at: None while it fires
    value, threshold, bad, total: as they were when it fired
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

    @classmethod
    def opened(cls, concern: Concern, reading: Reading, at: datetime) -> Alert:
        """A firing that begins at *at*."""
        return cls(
            rule=concern.terms.name,
            severity=concern.terms.severity,
            fired_at=at,
            value=reading.value,
            threshold=reading.threshold,
            unit=reading.unit,
            bad=reading.bad,
            total=reading.total,
            details=reading.details,
        )

    def seen_now(self, concern: Concern, reading: Reading) -> Alert:
        """The same firing with today's figures, for a reminder."""
        now = Alert.opened(concern, reading, self.fired_at)
        return replace(now, id=self.id, is_announced=self.is_announced)

    def seconds(self, now: datetime) -> float:
        """How long it fired, or fires by *now*; never below 0, whatever was done to the clock."""
        return max(((self.resolved_at or now) - self.fired_at).total_seconds(), 0.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """Where a rule stands.

    since: when this phase began; checks: in a row, towards the next phase
    alert: the open one while firing or recovering; notified_at: the last firing or reminder told
    """

    rule: str
    phase: Phase = "inactive"
    since: datetime
    checks: int = 0
    alert: Alert | None = None
    notified_at: datetime | None = None


def step(state: State, concern: Concern, reading: Reading, at: datetime) -> State:
    """*state* after one more reading."""
    if state.alert is None:
        return _when_calm(state, concern, reading, at)
    return _when_firing(state, reading, at)


def _when_calm(state: State, concern: Concern, reading: Reading, at: datetime) -> State:
    if not reading.is_bad:
        return _moved(state, "inactive", at, 0)
    if state.checks + 1 < concern.terms.pending_checks:
        return _moved(state, "pending", at, state.checks + 1)
    alert = Alert.opened(concern, reading, at)
    return replace(_moved(state, "firing", at, 0), alert=alert)


def _when_firing(state: State, reading: Reading, at: datetime) -> State:
    if not reading.is_good:
        return _moved(state, "firing", at, 0)
    if state.checks + 1 < GOOD_CHECKS:
        return _moved(state, "recovering", at, state.checks + 1)
    return replace(_moved(state, "inactive", at, 0), alert=None)


def _moved(state: State, phase: Phase, at: datetime, checks: int) -> State:
    since = state.since if phase == state.phase else at
    return replace(state, phase=phase, since=since, checks=checks)


def notice(
    before: State, after: State, concern: Concern, states: Mapping[str, State], at: datetime
) -> Notice | None:
    """What the admin should be told now, if anything; *states* are those of all rules.

    A firing kept quiet by its throttle or its cause is told later if it outlives them: silence
    about trouble that goes on would be worse than a message too many.
    """
    if before.alert and after.alert is None:
        return "resolved" if before.alert.is_announced else None
    if after.alert is None or after.phase != "firing" or _is_explained(concern, states, at):
        return None
    if after.alert.is_announced:
        return "reminder" if not _is_within(REMINDER, after.notified_at, at) else None
    throttle = timedelta(seconds=concern.terms.throttle_seconds)
    return "firing" if not _is_within(throttle, after.notified_at, at) else None


def _is_explained(concern: Concern, states: Mapping[str, State], at: datetime) -> bool:
    causes = [states[name] for name in concern.terms.causes if name in states]
    return any(
        cause.alert is not None or _is_within(AFTERMATH, _ended(cause), at) for cause in causes
    )


def _ended(cause: State) -> datetime | None:
    """When *cause* last came to rest, if it ever told of a fault."""
    return cause.since if cause.phase == "inactive" and cause.notified_at else None


def _is_within(span: timedelta, start: datetime | None, at: datetime) -> bool:
    # A start in the future means that the clock was set back, which must not silence anyone.
    return start is not None and timedelta(0) <= at - start < span
