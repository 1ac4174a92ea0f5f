"""What the manager must know of anything that can fire, and what a rule says when asked."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

Severity = Literal["critical", "warning"]
Origin = Literal["built-in", "file", "stored"]

MINUTE = 60.0
HOUR = 60 * MINUTE
# An alert ends well below where it began, or it would flicker around the threshold.
GOOD = 0.8


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What a rule saw.

    value, threshold: in *unit*; value None: nobody can tell, for the reason in *details*
    bad, total: how many are affected, None where none are counted
    is_bad: there is evidence of trouble; is_good: calm enough to end an alert; neither: unclear,
    so that things stay as they are
    seconds: how far back it looked; 0: at what is now; is_early: too early to know a value
    """

    value: float | None
    threshold: float
    unit: str
    bad: int | None = None
    total: int | None = None
    details: str
    is_bad: bool
    is_good: bool
    seconds: float = 0.0
    is_early: bool = False


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How a concern is treated, whatever it looks at.

    name: short and stable, a metric label and a database key
    first_aid: a sentence that says what to do first
    pending_checks: bad checks in a row until it fires; good_checks: good ones until it ends
    throttle_seconds: no second firing is announced within this time after a notice
    repeat_seconds: how often it is said again that it still fires; 0: never
    causes: names of rules that explain this one; while they fire it keeps quiet
    fires_without_data: whether a value that cannot be known counts as trouble
    labels: what a silence may name beside the rule, such as feature=downloads
    question: a short mark of what it reads; empty where nobody compares readings
    """

    name: str
    severity: Severity = "warning"
    first_aid: str = ""
    pending_checks: int = 2
    good_checks: int = 2
    throttle_seconds: float = 0.0
    repeat_seconds: float = 4 * HOUR
    causes: frozenset[str] = frozenset()
    fires_without_data: bool = False
    origin: Origin = "built-in"
    labels: Mapping[str, str] = field(default_factory=dict)
    question: str = ""


class Concern(Protocol):
    """Anything that can fire."""

    @property
    @abstractmethod
    def terms(self) -> Terms:
        """How it is treated."""
