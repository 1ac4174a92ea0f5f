"""From readings to states, through restarts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.alerts.snapshot import Snapshot
from bot.analytics.operations import AlertResolved
from tests.alerts.scene import AWFUL, BROKEN, CALM, ERRORS, NOTHING, STALLED, Scene, seeing


async def test_an_error_burst_is_one_alert_and_one_resolution(scene: Scene) -> None:
    await scene.minutes(CALM, *[ERRORS] * 7, *[CALM] * 4)

    assert scene.titles == ["WARNING: HighErrorRate", "RESOLVED: HighErrorRate"]
    assert scene.facts == ["AlertFired HighErrorRate", "AlertResolved HighErrorRate"]


@pytest.mark.parametrize("checks", range(1, 12))
async def test_a_restart_in_any_state_repeats_nothing(small_scene: Scene, checks: int) -> None:
    story = [CALM, *[ERRORS] * 7, *[CALM] * 4]

    await small_scene.minutes(*story[:checks])
    small_scene.restart()
    await small_scene.minutes(*story[checks:])

    assert small_scene.titles == ["WARNING: HighErrorRate", "RESOLVED: HighErrorRate"]


async def test_a_warning_needs_two_bad_checks_in_a_row(small_scene: Scene) -> None:
    await small_scene.minutes(ERRORS, CALM, ERRORS, CALM)

    assert small_scene.titles == []


@pytest.mark.parametrize(("fault", "rule"), [(BROKEN, "DatabaseIssues"), (STALLED, "PollStalled")])
async def test_a_critical_fault_is_told_at_once(scene: Scene, fault: Snapshot, rule: str) -> None:
    await scene.minutes(fault)

    assert scene.titles == [f"CRITICAL: {rule}"]


async def test_one_good_check_is_not_the_end(small_scene: Scene) -> None:
    await small_scene.minutes(BROKEN, CALM, BROKEN, CALM)

    assert small_scene.titles == ["CRITICAL: DatabaseIssues"]


async def test_silence_after_a_burst_ends_the_alert_only_after_an_hour(small_scene: Scene) -> None:
    quiet = seeing("updates", NOTHING, AWFUL)
    empty = seeing("updates", NOTHING)

    await small_scene.minutes(ERRORS, ERRORS, *[quiet] * 55)
    before = list(small_scene.titles)
    await small_scene.minutes(empty, empty)

    assert before == ["WARNING: HighErrorRate"]
    assert small_scene.titles[-1] == "RESOLVED: HighErrorRate"


async def test_a_flap_inside_the_throttle_is_recorded_and_not_told(scene: Scene) -> None:
    await scene.minutes(*[BROKEN, CALM, CALM] * 2)

    assert scene.titles == ["CRITICAL: DatabaseIssues", "RESOLVED: DatabaseIssues"]
    assert [alert.is_announced for alert in (await scene.board()).past] == [False, True]


async def test_the_end_of_what_was_not_told_is_not_even_written(small_scene: Scene) -> None:
    await small_scene.minutes(BROKEN, CALM, CALM)
    await small_scene.check(BROKEN, CALM, CALM)

    assert (await small_scene.outbox.standing()).waiting_since is None


async def test_trouble_that_outlives_its_throttle_is_told_after_all(small_scene: Scene) -> None:
    await small_scene.minutes(BROKEN, CALM, CALM, *[BROKEN] * 4)

    assert small_scene.titles[2:] == ["CRITICAL: DatabaseIssues"]
    assert "since 2026-03-01 12:04 UTC" in small_scene.chat.sent[-1]


async def test_a_firing_is_repeated_every_four_hours(small_scene: Scene) -> None:
    small_scene.interval = 15 * 60
    small_scene.restart()

    for _ in range(8 * 4 + 1):
        small_scene.wait(14 * 60)
        await small_scene.minutes(BROKEN)

    assert small_scene.titles[1:] == ["CRITICAL: DatabaseIssues, still firing"] * 2


async def test_errors_that_follow_from_a_broken_database_are_not_told(scene: Scene) -> None:
    both = replace(ERRORS, shares={**ERRORS.shares, "queries": BROKEN.shares["queries"]})

    await scene.minutes(*[both] * 5, CALM, CALM, CALM)

    assert scene.titles == ["CRITICAL: DatabaseIssues", "RESOLVED: DatabaseIssues"]
    assert len((await scene.board()).past) == 2


async def test_errors_that_outlive_the_broken_database_are_told(small_scene: Scene) -> None:
    both = replace(ERRORS, shares={**ERRORS.shares, "queries": BROKEN.shares["queries"]})

    await small_scene.minutes(both, both, ERRORS, ERRORS, *[ERRORS] * 5)

    assert small_scene.titles[2:] == ["WARNING: HighErrorRate"]


async def test_a_resolution_says_how_long_it_took(small_scene: Scene) -> None:
    await small_scene.minutes(*[BROKEN] * 11, CALM, CALM)

    assert "resolved after 12 min (" in small_scene.chat.sent[-1]
    assert [fact.seconds for fact in small_scene.seen if isinstance(fact, AlertResolved)] == [720]


async def test_a_clock_set_back_neither_silences_nor_counts_below_zero(small_scene: Scene) -> None:
    await small_scene.minutes(BROKEN)
    small_scene.now -= timedelta(hours=1)
    await small_scene.minutes(CALM, CALM, BROKEN)

    assert small_scene.titles[1:] == ["RESOLVED: DatabaseIssues", "CRITICAL: DatabaseIssues"]
    assert "resolved after 0 s" in small_scene.chat.sent[1]
