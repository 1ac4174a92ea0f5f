"""A critical alert that nobody answers reaches every admin, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.alerts.escalation import is_due, lanes_of
from bot.alerts.snapshot import Snapshot
from tests.alerts.scene import ADMIN, BROKEN, CALM, ERRORS, NOON, Scene

QUARTER = timedelta(minutes=15)
ESCALATION = "CRITICAL: DatabaseIssues, nobody has acknowledged it"


@pytest.fixture
def manned(small_scene: Scene) -> Scene:
    """A scene with an admin to write to."""
    small_scene.admins = (ADMIN,)
    small_scene.restart()
    return small_scene


def test_who_lives_in_the_admins_chat_is_written_to_there() -> None:
    assert lanes_of([7, 8], 8) == ("admin:7", "chat")
    assert lanes_of([7], None) == ("admin:7",)


@pytest.mark.parametrize(("minutes", "due"), [(14, False), (15, True), (-60, False)])
def test_it_is_due_when_nobody_answered_for_so_long(
    minutes: float,
    due: bool,  # noqa: FBT001  a table's column
) -> None:
    assert is_due(NOON, NOON + timedelta(minutes=minutes), QUARTER) == due
    assert not is_due(None, NOON, QUARTER)
    assert not is_due(NOON, NOON + QUARTER, timedelta(0))


async def test_after_a_quarter_of_an_hour_every_admin_is_written_to_once(scene: Scene) -> None:
    scene.admins = (ADMIN,)
    scene.restart()

    await scene.minutes(*[BROKEN] * 15)
    before = list(scene.private_titles)
    await scene.minutes(*[BROKEN] * 20)

    assert before == []
    assert scene.private_titles == [ESCALATION]
    assert scene.titles == ["CRITICAL: DatabaseIssues"]


async def test_who_was_woken_is_told_the_end(manned: Scene) -> None:
    await manned.minutes(*[BROKEN] * 17, CALM, CALM)

    assert manned.private_titles == [ESCALATION, "RESOLVED: DatabaseIssues"]


async def test_who_was_not_woken_hears_nothing(manned: Scene) -> None:
    await manned.minutes(*[BROKEN] * 3, CALM, CALM)

    assert manned.private_titles == []


@pytest.mark.parametrize("fault", [ERRORS, CALM])
async def test_a_warning_wakes_nobody(manned: Scene, fault: Snapshot) -> None:
    await manned.minutes(*[fault] * 20)

    assert manned.private_titles == []


async def test_zero_minutes_switch_it_off(manned: Scene) -> None:
    manned.escalation = 0
    manned.restart()

    await manned.minutes(*[BROKEN] * 20)

    assert manned.private_titles == []


async def test_a_restart_neither_forgets_nor_repeats_it(manned: Scene) -> None:
    for _ in range(25):
        await manned.minutes(BROKEN)
        manned.restart()

    assert manned.private_titles == [ESCALATION]


async def test_a_silence_gives_the_admins_their_time_again(manned: Scene) -> None:
    await manned.minutes(*[BROKEN] * 5)
    silence = await manned.desk.silence("rule", "DatabaseIssues", 3_600, "", 7)
    await manned.minutes(*[BROKEN] * 30)
    await manned.desk.end_silence(silence.id)
    await manned.minutes(*[BROKEN] * 15)
    before = list(manned.private_titles)
    await manned.minutes(BROKEN)

    assert before == []
    assert manned.private_titles == [ESCALATION]


async def test_downtime_is_no_time_to_answer(manned: Scene) -> None:
    await manned.minutes(*[BROKEN] * 5)
    manned.wait(3_600)
    await manned.minutes(*[BROKEN] * 10)
    before = list(manned.private_titles)
    await manned.minutes(BROKEN, BROKEN)

    assert before == []
    assert manned.private_titles == [ESCALATION]


async def test_an_escalation_that_was_taken_back_is_made_up_for(manned: Scene) -> None:
    await manned.minutes(*[BROKEN] * 15)
    await manned.check(BROKEN)
    silence = await manned.desk.silence(None, None, 3_600, "", 7)
    await manned.minutes(BROKEN)
    await manned.desk.end_silence(silence.id)
    await manned.minutes(*[BROKEN] * 17)

    assert manned.private_titles == [ESCALATION]


async def test_an_escalation_that_was_taken_back_is_no_news_for_the_chat(manned: Scene) -> None:
    await manned.minutes(*[BROKEN] * 15)
    await manned.check(BROKEN)
    silence = await manned.desk.silence(None, None, 3_600, "", 7)
    await manned.desk.end_silence(silence.id)
    await manned.minutes(BROKEN)

    assert manned.titles == ["CRITICAL: DatabaseIssues"]
    assert manned.private_titles == [ESCALATION]


async def test_a_clock_set_back_does_not_put_it_off(manned: Scene) -> None:
    await manned.minutes(*[BROKEN] * 5)
    manned.now -= timedelta(hours=1)
    await manned.minutes(*[BROKEN] * 16)

    assert manned.private_titles == [ESCALATION]


async def test_who_was_woken_is_told_the_end_though_a_silence_took_others_back(
    manned: Scene,
) -> None:
    manned.admins = (ADMIN, "admin:8")
    manned.restart()
    await manned.minutes(*[BROKEN] * 17)
    # The second admin has not been reached yet.
    await manned.desk.silence(None, None, 3600, "", 7)

    await manned.minutes(CALM, CALM)

    assert manned.private_titles == [ESCALATION, "RESOLVED: DatabaseIssues"]
