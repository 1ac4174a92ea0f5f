"""What counts as trouble: three shapes of rules, pure functions of one snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.alerts.evidence import is_evident
from bot.alerts.snapshot import Share, Snapshot
from bot.alerts.terms import GOOD, Concern, Reading, Terms


class Rule(Concern, Protocol):
    """A concern that reads its answer from the snapshot."""

    def evaluate(self, snapshot: Snapshot) -> Reading:
        """The rule's view of *snapshot*."""


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """Too large a share of something fails.

    share: its name in the snapshot; what: the same for people; threshold: percent
    """

    terms: Terms
    share: str
    what: str
    threshold: float

    def evaluate(self, snapshot: Snapshot) -> Reading:
        """The short and the long window against the threshold."""
        windows = snapshot.shares[self.share]
        return ratio(windows.short, windows.long, self.threshold, self.what)


@dataclass(frozen=True, kw_only=True)
class Level:
    """A figure stands too high, or too low.

    level: its name in the snapshot; what: the same for people; threshold: in *unit*
    """

    terms: Terms
    level: str
    what: str
    threshold: float
    unit: str
    is_low_bad: bool = False

    def evaluate(self, snapshot: Snapshot) -> Reading:
        """The figure as it stands; it is good again at 0.8 of the threshold, or above 1 / 0.8."""
        value = snapshot.levels[self.level]
        return level(value, self.threshold, self.unit, self.what, is_low_bad=self.is_low_bad)


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


def level(
    value: float | None, threshold: float, unit: str, what: str, *, is_low_bad: bool = False
) -> Reading:
    """*value* against *threshold*; None is neither good nor bad."""
    is_bad = is_good = False
    if value is not None and is_low_bad:
        is_bad, is_good = value <= threshold, value > threshold / GOOD
    elif value is not None:
        is_bad, is_good = value >= threshold, value < GOOD * threshold
    return Reading(
        value=value, threshold=threshold, unit=unit, details=what, is_bad=is_bad, is_good=is_good
    )
