"""What a fault did to others is not told afterwards, for as long as it can be seen in them."""

from __future__ import annotations

from dataclasses import replace

from bot.alerts.snapshot import Windows
from tests.alerts.scene import AWFUL, BROKEN, CALM, Scene, Share

FEW = Share(3, 5)
# A quiet bot: the last five updates lie forty minutes back.
QUIET = replace(CALM, shares={**CALM.shares, "updates": Windows(FEW, FEW, short_seconds=2_400.0)})
BUSY = replace(CALM, shares={**CALM.shares, "updates": Windows(AWFUL, AWFUL)})


async def test_a_quiet_bot_does_not_tell_what_the_database_did_to_it(small_scene: Scene) -> None:
    await small_scene.minutes(BROKEN, *[QUIET] * 20)

    assert small_scene.titles == ["CRITICAL: DatabaseIssues", "RESOLVED: DatabaseIssues"]


async def test_it_is_told_when_the_fault_lies_farther_back_than_what_is_seen(
    small_scene: Scene,
) -> None:
    await small_scene.minutes(BROKEN, *[QUIET] * 45)

    assert small_scene.titles[2:] == ["WARNING: HighErrorRate"]


async def test_a_busy_bot_tells_after_five_minutes(small_scene: Scene) -> None:
    await small_scene.minutes(BROKEN, *[BUSY] * 9)

    assert small_scene.titles[2:] == ["WARNING: HighErrorRate"]
