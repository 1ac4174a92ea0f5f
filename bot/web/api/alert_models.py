"""What the API tells of alerts and silences, and what may be said to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, Field

from bot.alerts.actor import By
from bot.alerts.book import AlertBoard, Pending
from bot.alerts.silences import RULE, Silence
from bot.alerts.states import Alert
from bot.alerts.terms import MINUTE, Terms
from bot.alerts.trace import Point, Stretch, Trace
from bot.alerts.wish import LONGEST as LONGEST_SILENCE
from bot.alerts.wish import REASON, Target
from bot.tokens import Scope
from bot.web.api.access import Caller
from bot.web.api.params import Body

LARGEST = 2**63 - 1
TARGET = 128

Number = Annotated[int, Field(ge=1, le=LARGEST)]
Severity = Literal["critical", "warning"]
Seconds = Annotated[
    float, Field(ge=MINUTE, le=LONGEST_SILENCE, description="From a minute to a week.")
]
Reason = Annotated[
    str,
    Field(max_length=REASON, pattern=r"^[^\u0000]*$", description="For people; kept on one line."),
]


def by_of(caller: Caller) -> By:
    """As whom *caller* acts: the admin who came from Telegram, else the token."""
    return caller.person or caller.name


class Actor(BaseModel):
    """Who acted.

    id: an admin's Telegram id, for who has the scope admin; name: the token's
    """

    kind: Literal["admin", "token"]
    id: int | None = None
    name: str | None = None

    @classmethod
    def of(cls, person: int | None, token: str | None, caller: Caller) -> Self | None:
        """As *caller* may know it; None: nobody knows any more."""
        if token:
            return cls(kind="token", name=token)
        if person is None:
            return None
        return cls(kind="admin", id=person if caller.scope is Scope.ADMIN else None)


class AcknowledgementTold(BaseModel):
    """Somebody takes care.  seconds: since the alert fired"""

    at: datetime
    by: Actor | None
    seconds: float


class AlertTold(BaseModel):
    """One firing of a rule, from its beginning to its end.

    value, threshold: in *unit*; bad of total: how many were affected, where that is counted
    seconds: how long it was seen to fire; told_at: when somebody was told
    silenced_until: nothing more is told until then, but its end
    """

    id: int
    rule: str
    severity: Severity
    is_firing: bool
    labels: dict[str, str]
    first_aid: str
    pending_at: datetime | None
    fired_at: datetime
    resolved_at: datetime | None
    seconds: float
    unwatched_seconds: float
    value: float | None
    threshold: float | None
    unit: str
    bad: int | None
    total: int | None
    details: str
    told_at: datetime | None
    acknowledged: AcknowledgementTold | None
    escalated_at: datetime | None
    silenced_until: datetime | None


class PendingTold(BaseModel):
    """A rule with evidence of trouble that does not fire yet.  checks: bad ones in a row"""

    rule: str
    since: datetime
    checks: int

    @classmethod
    def of(cls, pending: Pending) -> Self:
        """The same for programs."""
        return cls(rule=pending.rule, since=pending.since, checks=pending.checks)


class SilenceTold(BaseModel):
    """What nobody is told of for a while.  is_on: whether it holds now, or is still to come"""

    id: int
    target: str
    starts_at: datetime
    ends_at: datetime
    is_on: bool
    reason: str
    by: Actor | None


class SilencesTold(BaseModel):
    """Those that hold or are to come, the one that ends first in front."""

    silences: list[SilenceTold]


class AlertsTold(BaseModel):
    """What fires, what may soon, and what fired before, the newest first.

    is_checked: whether this bot asks its rules at all; next_cursor: for the next page, if any
    """

    is_checked: bool
    firing: list[AlertTold]
    pending: list[PendingTold]
    silences: list[SilenceTold]
    history: list[AlertTold]
    next_cursor: int | None


class SpanTold(BaseModel):
    """A time that began, and ended or goes on."""

    start: datetime
    end: datetime | None


class PointTold(BaseModel):
    """One check.  value: what the rule saw, null where nobody could tell"""

    at: datetime
    value: float | None
    threshold: float | None


class TraceTold(BaseModel):
    """What a rule saw, for a chart.  points: ascending; firings, silenced: within that time"""

    rule: str
    unit: str
    since: datetime
    until: datetime
    points: list[PointTold]
    firings: list[SpanTold]
    silenced: list[SpanTold]

    @classmethod
    def of(cls, trace: Trace, unit: str, points: Iterable[Point]) -> Self:
        """*trace* with *points* of it."""
        return cls(
            rule=trace.rule,
            unit=unit,
            since=trace.since,
            until=trace.until,
            points=[PointTold(at=p.at, value=p.value, threshold=p.threshold) for p in points],
            firings=_spans(trace.firings),
            silenced=_spans(trace.silenced),
        )


class Hush(Body):
    """For how long nothing of an alert's rule is to be told."""

    seconds: Seconds
    reason: Reason = ""


class SilenceWish(Body):
    """A silence to be made."""

    target: Annotated[
        str,
        Field(
            max_length=TARGET,
            description="rule=NAME, severity=critical, severity=warning, a rule's label such as "
            "feature=downloads, or all.",
            examples=["rule=HighErrorRate", "all"],
        ),
    ]
    seconds: Seconds
    reason: Reason = ""
    starts_at: Annotated[
        AwareDatetime | None,
        Field(description="A moment to come, within a year; left out: now."),
    ] = None


def target_text(target: Target) -> str:
    """*target* as it may be sent."""
    return f"{RULE}={target.value}" if target.key == RULE else str(target)


def _spans(some: Sequence[Stretch]) -> list[SpanTold]:
    return [SpanTold(start=one.start, end=one.end) for one in some]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Whoever reads, and when.  silences: those that hold or are to come"""

    caller: Caller
    now: datetime
    silences: Sequence[Silence]

    def alert(self, alert: Alert, terms: Terms, told_at: datetime | None) -> AlertTold:
        """*alert*, of the rule with these *terms*; told_at: when somebody was told of it."""
        ends = [one.ends_at for one in self.silences if one.covers(terms, self.now)]
        is_firing = alert.resolved_at is None
        return AlertTold(
            id=alert.id,
            rule=alert.rule,
            severity=alert.severity,
            is_firing=is_firing,
            labels=dict(terms.labels),
            first_aid=terms.first_aid,
            pending_at=alert.pending_at,
            fired_at=alert.fired_at,
            resolved_at=alert.resolved_at,
            seconds=alert.seconds(self.now),
            unwatched_seconds=alert.unwatched_ms / 1000,
            value=alert.value,
            threshold=alert.threshold,
            unit=alert.unit,
            bad=alert.bad,
            total=alert.total,
            details=alert.details,
            told_at=told_at,
            acknowledged=self._acknowledged(alert),
            escalated_at=alert.escalated_at,
            silenced_until=max(ends, default=None) if is_firing else None,
        )

    def silence(self, silence: Silence) -> SilenceTold:
        """*silence* for programs."""
        return SilenceTold(
            id=silence.id,
            target=target_text(Target(silence.key, silence.value)),
            starts_at=silence.starts_at,
            ends_at=silence.ends_at,
            is_on=silence.starts_at <= self.now < silence.ends_at,
            reason=silence.reason,
            by=Actor.of(silence.created_by, silence.created_token, self.caller),
        )

    def _acknowledged(self, alert: Alert) -> AcknowledgementTold | None:
        seconds = AlertBoard.acknowledged(alert)
        if alert.acked_at is None or seconds is None:
            return None
        by = Actor.of(alert.acked_by, alert.acked_token, self.caller)
        return AcknowledgementTold(at=alert.acked_at, by=by, seconds=seconds)
