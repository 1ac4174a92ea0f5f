"""What counts as trouble: shapes of rules, pure functions of one snapshot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isnan
from operator import ge, gt, le, lt
from typing import Literal, Protocol

from bot.alerts.evidence import is_evident
from bot.alerts.snapshot import LONG_SECONDS, Snapshot, Windows
from bot.alerts.terms import GOOD, Concern, Reading, Terms

Comparison = Literal[">", ">=", "<", "<="]

COMPARED: dict[Comparison, Callable[[float, float], bool]] = {">": gt, ">=": ge, "<": lt, "<=": le}


class Rule(Concern, Protocol):
    """A concern that reads its answer from the snapshot."""

    def evaluate(self, snapshot: Snapshot) -> Reading:
        """The rule's view of *snapshot*."""


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """Too large a share of something fails, or too small a share goes well.

    share: its name in the snapshot; what: the same for people; threshold: percent
    is_low_bad: the threshold is the least share that should go well
    """

    terms: Terms
    share: str
    what: str
    threshold: float
    is_low_bad: bool = False

    def evaluate(self, snapshot: Snapshot) -> Reading:
        """The short and the long window against the threshold."""
        windows = snapshot.shares[self.share]
        return ratio(windows, self.threshold, self.what, is_low_bad=self.is_low_bad)


@dataclass(frozen=True, kw_only=True)
class Count:
    """Something happened that should not happen at all.

    share: its name in the snapshot; what: the same for people; threshold: how often, in *unit*
    """

    terms: Terms
    share: str
    what: str
    threshold: int
    unit: str

    def evaluate(self, snapshot: Snapshot) -> Reading:
        """How often it happened in the short window."""
        windows = snapshot.shares[self.share]
        value = windows.short.bad
        details = f"{self.what}, last {span(windows.short_seconds)}"
        return compared(value, ">=", self.threshold, self.unit, details)


@dataclass(frozen=True, kw_only=True)
class Level:
    """A figure stands too high, or too low.

    level: its name in the snapshot; what: the same for people; threshold: in *unit*
    unknown: why nobody can tell, for when nobody can
    """

    terms: Terms
    level: str
    what: str
    threshold: float
    unit: str
    is_low_bad: bool = False
    unknown: str = "unknown"

    def evaluate(self, snapshot: Snapshot) -> Reading:
        """The figure as it stands; it is good again at 0.8 of the threshold, or above 1 / 0.8."""
        value = snapshot.levels[self.level]
        details = f"{self.what}: {self.unknown}" if value is None else self.what
        comparison: Comparison = "<=" if self.is_low_bad else ">="
        return compared(value, comparison, self.threshold, self.unit, details)


@dataclass(frozen=True, kw_only=True)
class Deviation:
    """A figure is too far from what it usually is, in either direction.

    level: its name in the snapshot, below 0 where there is less than usual
    """

    terms: Terms
    level: str
    what: str
    threshold: float
    unit: str
    unknown: str

    def evaluate(self, snapshot: Snapshot) -> Reading:
        """How far it is, whatever the direction."""
        value = snapshot.levels[self.level]
        if value is None:
            return compared(None, ">=", self.threshold, self.unit, f"{self.what}: {self.unknown}")
        details = f"{self.what}: {'more' if value > 0 else 'fewer'} than usual"
        return compared(abs(value), ">=", self.threshold, self.unit, details)


@dataclass(frozen=True, kw_only=True)
class Own:
    """A rule of the operator's: a figure of theirs against a threshold.

    what: for people; comparison: how a bad figure compares with the threshold
    recovery: where it is good again; None: as usual
    is_fine_without_data: a figure that nobody knows ends an alert
    """

    terms: Terms
    what: str
    threshold: float
    unit: str
    comparison: Comparison
    recovery: float | None = None
    is_fine_without_data: bool = False

    def evaluate(self, snapshot: Snapshot) -> Reading:
        """The figure as it stands, by this rule's name."""
        value = snapshot.own[self.terms.name]
        if value is None:
            return self._unknown()
        if isnan(value):  # after a restart nobody must be woken for what was not seen yet
            early = f"{self.what}: too early to say"
            reading = compared(None, self.comparison, self.threshold, self.unit, early)
            return replace(reading, is_early=True)
        reading = compared(value, self.comparison, self.threshold, self.unit, self.what)
        if self.recovery is None:
            return reading
        is_high_bad = self.comparison in {">", ">="}
        is_calm = value <= self.recovery if is_high_bad else value >= self.recovery
        return replace(reading, is_good=is_calm and not reading.is_bad)

    def _unknown(self) -> Reading:
        return Reading(
            value=None,
            threshold=self.threshold,
            unit=self.unit,
            details=f"{self.what}: no data",
            is_bad=self.terms.fires_without_data,
            is_good=self.is_fine_without_data and not self.terms.fires_without_data,
        )


def ratio(windows: Windows, threshold: float, what: str, *, is_low_bad: bool = False) -> Reading:
    """*windows* against *threshold* percent.

    Bad: evidence on both windows, so that neither a burst of seconds nor an old fault wakes
    anyone.  Good: the short window's plain share is beyond 0.8 of the threshold.  Without any
    traffic in the long window nobody can tell, and nobody is affected either: an alert ends.
    """
    short, long = windows.short, windows.long
    details = (
        f"{what}, last {span(windows.short_seconds)}; "
        f"last {span(windows.long_seconds)}: {long.bad} of {long.total}"
    )
    limit = 1 - threshold / 100 if is_low_bad else threshold / 100
    value = 100 * short.bad / short.total if short.total else None
    if value is not None and is_low_bad:
        value = 100 - value
    reading = compared(value, "<=" if is_low_bad else ">=", threshold, "%", details)
    return Reading(
        value=value,
        threshold=threshold,
        unit="%",
        bad=short.bad,
        total=short.total,
        details=details,
        is_bad=is_evident(short, limit) and is_evident(long, limit),
        is_good=reading.is_good if short.total else not long.total,
        seconds=windows.short_seconds,
    )


def compared(
    value: float | None, comparison: Comparison, threshold: float, unit: str, details: str
) -> Reading:
    """*value* against *threshold*; None is neither good nor bad.

    Good is well on the other side, so that nothing flickers around the threshold.
    """
    is_bad = is_good = False
    if value is not None:
        is_bad = COMPARED[comparison](value, threshold)
        is_good = not is_bad and _is_calm(value, comparison, threshold)
    return Reading(
        value=value,
        threshold=threshold,
        unit=unit,
        details=details,
        is_bad=is_bad,
        is_good=is_good,
    )


def _is_calm(value: float, comparison: Comparison, threshold: float) -> bool:
    if value == threshold == 0:
        return True
    if comparison in {">", ">="}:
        return value < threshold * (GOOD if threshold >= 0 else 2 - GOOD)
    return value > threshold * (1 / GOOD if threshold >= 0 else GOOD)


def span(seconds: float) -> str:
    """A window for people: 5 min, 24 h, hour."""
    if seconds == LONG_SECONDS:
        return "hour"
    if seconds < LONG_SECONDS:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / LONG_SECONDS:.0f} h"
