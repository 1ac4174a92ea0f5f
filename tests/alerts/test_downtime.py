"""Nobody checks for a while: what was waited for waits, and what is told says so."""

from __future__ import annotations

from datetime import timedelta

from bot.analytics.operations import AlertResolved
from tests.alerts.scene import BROKEN, CALM, ERRORS, Scene


async def down(scene: Scene, seconds: float) -> None:
    """Nobody checks for *seconds*, then another process does."""
    scene.wait(seconds)
    scene.restart()


async def test_a_resolution_tells_downtime_from_what_was_seen(scene: Scene) -> None:
    await scene.minutes(*[BROKEN] * 30)
    await down(scene, 3_540)
    await scene.minutes(*[BROKEN] * 30, CALM, CALM)

    assert (
        "resolved after 2 h (1 h of it unwatched), 2026-03-01 12:01 UTC to" in scene.chat.sent[-1]
    )
    ends = [fact.seconds for fact in scene.seen if isinstance(fact, AlertResolved)]
    assert ends == [3_600]


async def test_a_short_restart_is_no_downtime(small_scene: Scene) -> None:
    await small_scene.minutes(BROKEN)
    await down(small_scene, 120)
    await small_scene.minutes(CALM, CALM)

    assert "resolved after 4 min (" in small_scene.chat.sent[-1]
    assert (await small_scene.board()).past[0].unwatched_ms == 0


async def test_bad_checks_with_downtime_between_them_are_not_in_a_row(small_scene: Scene) -> None:
    await small_scene.minutes(ERRORS)
    await down(small_scene, 3_600)
    await small_scene.minutes(ERRORS)
    before = list(small_scene.titles)
    await small_scene.minutes(ERRORS)

    assert before == []
    assert small_scene.titles == ["WARNING: HighErrorRate"]


async def test_good_checks_with_downtime_between_them_are_not_in_a_row(
    small_scene: Scene,
) -> None:
    await small_scene.minutes(BROKEN, CALM)
    await down(small_scene, 3_600)
    await small_scene.minutes(CALM)
    before = list(small_scene.titles)
    await small_scene.minutes(CALM)

    assert before == ["CRITICAL: DatabaseIssues"]
    assert small_scene.titles[1:] == ["RESOLVED: DatabaseIssues"]


async def test_downtime_does_not_bring_a_reminder_forward(small_scene: Scene) -> None:
    await small_scene.minutes(BROKEN)
    await down(small_scene, 5 * 3_600)
    await small_scene.minutes(BROKEN)
    small_scene.interval = 4 * 3_600
    small_scene.restart()
    before = list(small_scene.titles)
    small_scene.wait(4 * 3_600 - 60)
    await small_scene.minutes(BROKEN)

    assert before == ["CRITICAL: DatabaseIssues"]
    assert small_scene.titles[1:] == ["CRITICAL: DatabaseIssues, still firing"]
    assert "for 4 h, since" in small_scene.chat.sent[-1]


async def test_a_clock_set_forward_is_as_if_nobody_had_checked(small_scene: Scene) -> None:
    await small_scene.minutes(BROKEN)
    small_scene.now += timedelta(hours=1)
    await small_scene.minutes(CALM, CALM)

    assert "resolved after 1 h 2 min (1 h 1 min of it unwatched)" in small_scene.chat.sent[-1]
