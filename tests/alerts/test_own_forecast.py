"""What own rules would say of the numbers now, as a table."""

from __future__ import annotations

from typing import Any

import pytest

from bot.alerts.own_checks import change_of
from bot.alerts.own_forecast import Page, forecast, remarks, told_changes
from tests.alerts.own_scene import BUILTIN, Sample, counted, rule, timed

DEPTH = {"series": "bot_queue_depth", "read": "value", "threshold": 5}
ERRORS = "bot_errors_total"


def row(*pages: Page, **said: Any) -> list[str]:
    """The cells of the only rule: now, threshold, verdict; the pages are 5 s apart."""
    _, line = forecast([rule(**said)], pages, 5.0)
    return [cell.strip() for cell in line.split("  ") if cell.strip()][2:]


def test_a_value_is_judged_by_one_reading() -> None:
    page = {"bot_queue_depth": [Sample({"priority": "low"}, 6)]}

    assert row(page, **DEPTH) == ["6", "> 5", "yes"]
    assert row(page, **{**DEPTH, "threshold": 6}) == ["6", "> 6", "no"]


def test_a_value_that_is_not_there_is_unknown() -> None:
    assert row({}, **DEPTH, no_data="fire") == ["no data", "> 5", "unknown: no_data = fire"]


@pytest.mark.parametrize("read", ["rate", "increase"])
def test_growth_needs_two_readings(read: str) -> None:
    found = row({ERRORS: counted(job=1)}, read=read)

    assert found[0] == "?"
    assert found[2] == "needs two readings, some seconds apart"


@pytest.mark.parametrize(
    ("said", "cells"),
    [
        ({"read": "rate", "threshold": 1}, ["2 /s in 5 s", "> 1 /s", "yes"]),
        ({"read": "rate", "threshold": 3}, ["2 /s in 5 s", "> 3 /s", "no"]),
        ({"threshold": 9}, ["10 in 5 s", "> 9", "yes"]),
        ({"threshold": 10}, ["10 in 5 s", "> 10", "unknown: 5 s of 5 min were seen"]),
        ({"threshold": 50, "comparison": "<"}, ["10 in 5 s", "< 50", "unknown: 5 s of 5 min wer"]),
    ],
)
def test_growth_between_two_readings_is_judged_as_far_as_it_goes(
    said: dict[str, Any], cells: list[str]
) -> None:
    found = row({ERRORS: counted(job=1)}, {ERRORS: counted(job=7, handler=4)}, **said)

    assert [cell[:25] for cell in found] == cells or found == cells


def test_a_percentile_is_that_of_what_came_between_the_readings() -> None:
    name = "bot_store_flush_seconds_bucket"
    said = {"series": "bot_store_flush_seconds", "read": "p95", "threshold": 1}
    before, after = {name: timed([50, 50, 50, 50])}, {name: timed([50, 150, 150, 150])}

    assert row(before, after, **said) == ["1.95 s in 5 s", "> 1 s", "yes"]
    assert row(before, before, **said)[2] == "unknown: no_data = keep"


def test_columns_stand_below_each_other() -> None:
    rules = [rule(**DEPTH), rule(**DEPTH, name="MuchLongerName")]

    head, *lines = forecast(rules, [{}], 0)

    assert {line.index("bot_queue_depth") for line in lines} == {head.index("reads")}


def test_a_label_s_value_that_nothing_has_is_remarked() -> None:
    one = rule(labels={"category": ["jobs", "job"]})

    assert list(remarks([one], {ERRORS: counted(job=1)})) == [
        "Mine: no bot_errors_total with category = jobs so far, but job"
    ]
    assert list(remarks([one], {})) == [
        "Mine: no bot_errors_total with category = job, jobs so far, nor with any other category"
    ]


def test_changes_to_built_in_rules_are_told() -> None:
    changes = {
        "HighErrorRate": change_of({"threshold": 8, "for": "3m", "severity": "critical"}),
        "LowDisk": change_of({"enabled": False}),
        "PollStalled": change_of({}),
    }

    assert list(told_changes(changes, BUILTIN)) == [
        "HighErrorRate: severity warning → critical, threshold 5.0 → 8, for 3 min",
        "LowDisk: off",
        "PollStalled: as it was",
    ]
