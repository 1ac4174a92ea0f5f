"""Rules of an operator for tests: files, single rules, and samples of series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.alerts.catalogue import build_rules
from bot.alerts.own_checks import known_series, rule_of
from bot.alerts.own_fields import OwnRule
from bot.config import Settings

KNOWN = known_series()
BUILTIN = build_rules(Settings(_env_file=None))

QUEUE = """
[[rule]]
name = "LongQueue"
series = "bot_queue_depth"
threshold = 5
"""


@dataclass(frozen=True)
class Sample:
    """One line of /metrics."""

    labels: dict[str, str]
    value: float


def rule(**said: Any) -> OwnRule:
    """A rule about errors that increase, unless *said* otherwise."""
    usual = {"name": "Mine", "series": "bot_errors_total", "read": "increase", "threshold": 3}
    return rule_of(usual | said, KNOWN, ())


def counted(**values: float) -> list[Sample]:
    """Errors by category."""
    return [Sample({"category": name}, value) for name, value in values.items()]


def timed(
    counts: Sequence[float], bounds: Sequence[str] = ("1", "2", "5", "+Inf")
) -> list[Sample]:
    """A histogram without labels: how many were observed up to each bound."""
    return [Sample({"le": bound}, count) for bound, count in zip(bounds, counts, strict=True)]
