"""The operator's rules, and built-in ones as they changed them, in the shapes of bot/alerts."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from math import ceil
from typing import Any

from bot.alerts.own_fields import BuiltinChange, OwnRule
from bot.alerts.rules import Own, Rule
from bot.alerts.terms import Origin, Terms
from bot.alerts.text import duration

MARK = 8
UNITS = {"seconds": "s", "bytes": "bytes", "stars": "Stars"}


def built(rule: OwnRule, origin: Origin, interval: float) -> Rule:
    """*rule* in its shape.  interval: seconds between two checks"""
    # What is 0 or 1 has no room for a recovery of its own.
    recovery = rule.threshold if rule.series.endswith("_up") else None
    return Own(
        terms=_terms(rule, origin, interval),
        what=meant(rule),
        threshold=rule.threshold,
        unit=unit_of(rule),
        comparison=rule.comparison,
        recovery=recovery if rule.recovery is None else rule.recovery,
        is_fine_without_data=rule.no_data == "ok",
    )


def changed(rule: Rule, change: BuiltinChange, interval: float) -> Rule:
    """The built-in *rule* as the operator wants it."""
    wanted: dict[str, Any] = {
        "severity": change.severity,
        "pending_checks": None if change.pending is None else checks(change.pending, interval),
        "throttle_seconds": change.throttle,
        "repeat_seconds": change.repeat,
    }
    said = {name: value for name, value in wanted.items() if value is not None}
    parts: dict[str, Any] = {"terms": replace(rule.terms, **said)}
    if change.threshold is not None:
        parts["threshold"] = change.threshold
    return replace(rule, **parts)  # type: ignore[type-var]  # each shape is a dataclass


def checks(seconds: float, interval: float) -> int:
    """How many bad checks in a row mean that something has been bad for so long."""
    return ceil(seconds / interval) + 1


def meant(rule: OwnRule) -> str:
    """What *rule* looks at, such as increase of bot_errors_total{category="job"} in 5 min."""
    labels = ", ".join(f"{name}={_either(values)}" for name, values in rule.labels.items())
    series = f"{rule.series}{{{labels}}}" if labels else rule.series
    if rule.read == "value":
        return series
    return f"{rule.read} of {series} in {duration(rule.span)}"


def question_of(rule: OwnRule) -> str:
    """A mark of what *rule* reads; figures of rules with the same one mean the same."""
    labels = {
        name: [values] if isinstance(values, str) else values
        for name, values in rule.labels.items()
    }
    asked: list[object] = [
        rule.series,
        rule.read,
        sorted((n, sorted(set(v))) for n, v in labels.items()),
    ]
    if rule.read != "value":
        # What is told of a window that is not full depends on the direction (own_series.py).
        asked += [rule.span, rule.is_high_bad]
    if rule.read == "p95":
        asked.append(rule.at_least)
    return sha256(repr(asked).encode()).hexdigest()[:MARK]


def _terms(rule: OwnRule, origin: Origin, interval: float) -> Terms:
    usual = 1 if rule.severity == "critical" else 2
    return Terms(
        name=rule.name,
        severity=rule.severity,
        first_aid=rule.first_aid,
        pending_checks=usual if rule.pending is None else checks(rule.pending, interval),
        throttle_seconds=rule.throttle,
        repeat_seconds=rule.repeat,
        fires_without_data=rule.no_data == "fire",
        origin=origin,
        labels={name: value for name, value in rule.labels.items() if isinstance(value, str)},
        question=question_of(rule),
    )


def unit_of(rule: OwnRule) -> str:
    """What its figure is measured in, empty for a plain number."""
    measured = rule.series.removesuffix("_total").removesuffix("_sum").rpartition("_")[2]
    unit = UNITS.get(measured, "")
    return f"{unit}/s" if rule.read == "rate" else unit


def _either(values: str | list[str]) -> str:
    return f'"{values}"' if isinstance(values, str) else "|".join(f'"{one}"' for one in values)
