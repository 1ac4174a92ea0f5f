"""Own rules as the manager asks them, and built-in rules that the operator changed."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from typing import Any

import pytest

from bot.alerts.own_checks import change_of
from bot.alerts.own_shapes import built, changed, meant, question_of
from bot.alerts.rules import Level, Rule
from bot.alerts.terms import HOUR, Reading
from tests.alerts.own_scene import BUILTIN, rule
from tests.alerts.scene import CALM

POLLS = next(one for one in BUILTIN if one.terms.name == "PollStalled")


def asked(value: float | None, **said: Any) -> Reading:
    one = built(rule(**said), "file", 60)
    return one.evaluate(replace(CALM, own={"Mine": value}))


def verdict(value: float | None, **said: Any) -> str:
    reading = asked(value, **said)
    return "bad" if reading.is_bad else "good" if reading.is_good else "unclear"


@pytest.mark.parametrize(
    ("said", "value", "expected"),
    [
        ({"threshold": 10}, 10, "unclear"),
        ({"threshold": 10}, 11, "bad"),
        ({"threshold": 10}, 7.9, "good"),
        ({"threshold": 10, "comparison": ">="}, 10, "bad"),
        ({"threshold": 10, "recovery": 2}, 7, "unclear"),
        ({"threshold": 10, "recovery": 2}, 2, "good"),
        ({"threshold": 10, "comparison": "<", "recovery": 30}, 29, "unclear"),
        ({"threshold": 10, "comparison": "<", "recovery": 30}, 30, "good"),
        ({"threshold": 0}, 0, "good"),
        ({"threshold": 0, "comparison": "<="}, 0, "bad"),
        ({"threshold": 0, "comparison": "<="}, 1, "good"),
        # What is 0 or 1 would never be above 1 / 0.8.
        ({"series": "bot_db_up", "read": "value", "threshold": 1, "comparison": "<"}, 0, "bad"),
        ({"series": "bot_db_up", "read": "value", "threshold": 1, "comparison": "<"}, 1, "good"),
    ],
)
def test_a_figure_is_bad_beyond_the_threshold_and_good_well_before_it(
    said: dict[str, Any], value: float, expected: str
) -> None:
    assert verdict(value, **said) == expected


@pytest.mark.parametrize(
    ("no_data", "expected"), [("keep", "unclear"), ("fire", "bad"), ("ok", "good")]
)
def test_the_operator_says_what_no_data_means(no_data: str, expected: str) -> None:
    assert verdict(None, no_data=no_data) == expected
    assert asked(None, no_data=no_data).value is None


@pytest.mark.parametrize("no_data", ["keep", "fire", "ok"])
def test_too_early_is_neither_good_nor_bad_whatever_no_data_means(no_data: str) -> None:
    reading = asked(nan, no_data=no_data)

    assert (reading.value, reading.is_bad, reading.is_good) == (None, False, False)
    assert reading.details.endswith("too early to say")


@pytest.mark.parametrize(
    ("said", "checks"),
    [
        ({}, 2),
        ({"severity": "critical"}, 1),
        ({"for": "0s"}, 1),
        ({"for": "60s"}, 2),
        ({"for": "90s"}, 3),
        ({"for": "5m", "severity": "critical"}, 6),
    ],
)
def test_for_becomes_so_many_bad_checks_in_a_row(said: dict[str, Any], checks: int) -> None:
    assert built(rule(**said), "file", 60).terms.pending_checks == checks


def test_what_it_looks_at_is_said_and_can_be_silenced_by_its_labels() -> None:
    labels = {"category": "job"}
    one = rule(series="bot_errors_total", labels=labels, window="90s")
    two = rule(labels={"category": ["job", "handler"]}, window="2h", read="rate")

    assert meant(one) == 'increase of bot_errors_total{category="job"} in 1 min 30 s'
    assert meant(two) == 'rate of bot_errors_total{category="job"|"handler"} in 2 h'
    assert built(one, "stored", 60).terms.labels == labels
    assert built(one, "stored", 60).terms.origin == "stored"


@pytest.mark.parametrize(
    ("series", "read", "unit"),
    [
        ("bot_disk_free_bytes", "value", "bytes"),
        ("bot_revenue_stars_total", "rate", "Stars/s"),
        ("bot_store_flush_seconds", "p95", "s"),
        ("bot_errors_total", "increase", ""),
        ("bot_errors_total", "rate", "/s"),
    ],
)
def test_the_unit_is_that_of_the_series(series: str, read: str, unit: str) -> None:
    assert asked(1, series=series, read=read).unit == unit


def test_a_built_in_rule_changes_where_the_operator_said_so() -> None:
    said = {"severity": "warning", "threshold": 90, "for": "2m", "throttle": "1h", "repeat": "0s"}

    one = changed(POLLS, change_of(said), 60)

    assert isinstance(one, Level)
    assert (one.threshold, one.terms.severity, one.terms.pending_checks) == (90, "warning", 3)
    assert (one.terms.throttle_seconds, one.terms.repeat_seconds) == (HOUR, 0)


@pytest.mark.parametrize("one", BUILTIN, ids=lambda one: one.terms.name)
def test_every_built_in_rule_can_be_changed(one: Rule) -> None:
    assert changed(one, change_of({}), 60) == one
    assert changed(one, change_of({"severity": "critical"}), 60).terms.severity == "critical"


ASKS: dict[str, Any] = {"series": "bot_api_requests_total", "read": "rate", "threshold": 1}
LATENCY: dict[str, Any] = {"series": "bot_update_lag_seconds", "read": "p95"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"threshold": 9, "severity": "critical", "name": "Other", "recovery": 1}),
        ({}, {"comparison": ">="}),
        ({}, {"window": "300s"}),
        ({"labels": {"method": "a"}}, {"labels": {"method": ["a"]}}),
        ({"labels": {"method": ["a", "b"]}}, {"labels": {"method": ["b", "a", "b"]}}),
    ],
)
def test_rules_that_read_the_same_have_the_same_question(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert question_of(rule(**ASKS | one)) == question_of(rule(**ASKS | other))


@pytest.mark.parametrize(
    "other",
    [
        {"series": "bot_errors_total"},
        {"read": "increase"},
        {"window": "6m"},
        {"comparison": "<"},
        {"labels": {"method": "a"}},
        {"labels": {"outcome": "a"}},
        {"labels": {"method": ["a", "b"]}},
        LATENCY,
        LATENCY | {"at_least": 5},
    ],
)
def test_rules_that_read_something_else_have_another_question(other: dict[str, Any]) -> None:
    marks = {question_of(rule(**ASKS | one)) for one in ({}, other, LATENCY | {"at_least": 6})}

    assert len(marks) == 3


def test_a_rule_that_was_not_seen_long_enough_does_not_fire_for_want_of_data() -> None:
    early, missing = asked(nan, no_data="fire"), asked(None, no_data="fire")

    assert (early.is_early, missing.is_early) == (True, False)
