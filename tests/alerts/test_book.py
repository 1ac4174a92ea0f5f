"""What the admin can look up."""

from __future__ import annotations

from datetime import timedelta

from bot.errors import NotifyError
from tests.alerts.scene import BROKEN, CALM, NOON, STALLED, Scene


async def test_the_board_parts_what_fires_from_what_is_over(scene: Scene) -> None:
    await scene.minutes(STALLED, CALM, CALM, BROKEN)

    board = await scene.book.board()

    assert [alert.rule for alert in board.firing] == ["DatabaseIssues"]
    assert [alert.rule for alert in board.past] == ["PollStalled"]


async def test_an_alert_keeps_the_figures_it_fired_with(scene: Scene) -> None:
    await scene.minutes(BROKEN, CALM, CALM)

    (alert,) = (await scene.book.board()).past

    assert (alert.value, alert.threshold, alert.unit) == (50.0, 5.0, "%")
    assert (alert.bad, alert.total, alert.seconds(scene.now)) == (100, 200, 120.0)


async def test_the_newest_come_first_and_only_so_many(small_scene: Scene) -> None:
    for fault in (BROKEN, STALLED, BROKEN):
        await small_scene.minutes(fault, CALM, CALM)

    past = (await small_scene.book.board(limit=2)).past

    assert [alert.rule for alert in past] == ["DatabaseIssues", "PollStalled"]


async def test_it_knows_how_long_a_notice_has_been_waiting(scene: Scene) -> None:
    scene.chat.problem = NotifyError("no network")
    await scene.minutes(BROKEN, BROKEN)

    assert await scene.book.oldest_waiting() == NOON + timedelta(minutes=1)
