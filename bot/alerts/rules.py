"""What counts as trouble.  Pure functions of one snapshot; to add a rule, copy one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from bot.alerts.evidence import is_evident
from bot.alerts.snapshot import Share, Snapshot
from bot.config import Settings

Severity = Literal["critical", "warning"]

# An alert ends well below where it began, or it would flicker around the threshold.
GOOD = 0.8
MINUTE = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What a rule saw.

    value, threshold: in *unit*; bad, total: how many are affected, None where none are counted
    is_bad: there is evidence of trouble; is_good: calm enough to end an alert; neither: unclear,
    so that things stay as they are
    """

    value: float
    threshold: float
    unit: str
    bad: int | None = None
    total: int | None = None
    details: str
    is_bad: bool
    is_good: bool


class Concern(Protocol):
    """What the manager must know of anything that can fire.

    name: short and stable, a metric label and a database key
    throttle_seconds: no second firing is announced within this time after a notice
    pending_checks: bad checks in a row until it fires
    causes: names of rules that explain this one; while they fire it keeps quiet
    """

    @property
    def name(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def throttle_seconds(self) -> float: ...
    @property
    def pending_checks(self) -> int: ...
    @property
    def causes(self) -> frozenset[str]: ...


class Rule(Concern, Protocol):
    """A concern that reads its answer from the snapshot."""

    def evaluate(self, snapshot: Snapshot) -> Reading:
        """The rule's view of *snapshot*."""


@dataclass(frozen=True, kw_only=True)
class DatabaseIssues:
    """Too many visits to the database fail.

    threshold: percent
    """

    threshold: float
    name: str = "DatabaseIssues"
    severity: Severity = "critical"
    throttle_seconds: float = 5 * MINUTE
    pending_checks: int = 1
    causes: frozenset[str] = frozenset()

    def evaluate(self, snapshot: Snapshot) -> Reading:
        """The share of failed visits."""
        what = "visits to the database that failed"
        return ratio(snapshot.queries_short, snapshot.queries_long, self.threshold, what)


@dataclass(frozen=True, kw_only=True)
class PollStalled:
    """Telegram has not answered getUpdates for too long.

    threshold: seconds
    """

    threshold: float
    name: str = "PollStalled"
    severity: Severity = "critical"
    throttle_seconds: float = 5 * MINUTE
    pending_checks: int = 1
    causes: frozenset[str] = frozenset()

    def evaluate(self, snapshot: Snapshot) -> Reading:
        """The age of the last answer.  A webhook has none: good, so that an old alert can end.

        A process that was never answered is young rather than well: that ends no alert.
        """
        age = snapshot.poll_age or 0.0
        is_known = snapshot.has_polled or snapshot.poll_age is None
        return Reading(
            value=age,
            threshold=self.threshold,
            unit="s",
            details="since Telegram last answered getUpdates",
            is_bad=age >= self.threshold,
            is_good=is_known and age < GOOD * self.threshold,
        )


@dataclass(frozen=True, kw_only=True)
class HighErrorRate:
    """Too many updates end in an error.

    threshold: percent
    """

    threshold: float
    name: str = "HighErrorRate"
    severity: Severity = "warning"
    throttle_seconds: float = 30 * MINUTE
    pending_checks: int = 2
    causes: frozenset[str] = frozenset({"DatabaseIssues", "PollStalled"})

    def evaluate(self, snapshot: Snapshot) -> Reading:
        """The share of updates that failed."""
        what = "updates that ended in an error"
        return ratio(snapshot.updates_short, snapshot.updates_long, self.threshold, what)


def ratio(short: Share, long: Share, threshold: float, what: str) -> Reading:
    """*short* and *long* against *threshold* percent.

    Bad: evidence on both windows, so that neither a burst of seconds nor an old fault wakes
    anyone.  Good: the short window's plain share is below 0.8 of the threshold.  Without any
    traffic in the short window nobody can tell, and an alert stays until something is seen to go
    well, or until an hour went by with nothing at all: then nobody is affected.
    """
    limit = threshold / 100
    value = 100 * short.bad / short.total if short.total else 0.0
    return Reading(
        value=value,
        threshold=threshold,
        unit="%",
        bad=short.bad,
        total=short.total,
        details=f"{what}, last 5 min; last hour: {long.bad} of {long.total}",
        is_bad=is_evident(short, limit) and is_evident(long, limit),
        is_good=value < GOOD * threshold if short.total else not long.total,
    )


def build_rules(settings: Settings) -> tuple[Rule, ...]:
    """Every rule, with the operator's thresholds."""
    return (
        DatabaseIssues(threshold=settings.alert_database_error_threshold),
        PollStalled(threshold=settings.alert_poll_age_threshold),
        HighErrorRate(threshold=settings.alert_error_rate_threshold),
    )
