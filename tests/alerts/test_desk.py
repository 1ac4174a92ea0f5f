"""What admins do about alerts."""

from __future__ import annotations

from datetime import timedelta

from tests.alerts.scene import ADMIN, BROKEN, CALM, Scene

ANN, BOB = 7, 8


async def firing(scene: Scene) -> int:
    """The epoch of an alert that was told."""
    await scene.minutes(BROKEN)
    return (await scene.board()).firing[0].id


async def test_an_acknowledgement_says_who_and_when(scene: Scene) -> None:
    alert = await scene.desk.acknowledge(await firing(scene), ANN)

    assert alert is not None
    assert (alert.acked_by, alert.acked_at) == (ANN, scene.now)


async def test_a_second_acknowledgement_changes_nothing(scene: Scene) -> None:
    epoch = await firing(scene)
    first = await scene.desk.acknowledge(epoch, ANN)
    scene.wait(60)

    assert await scene.desk.acknowledge(epoch, BOB) == first


async def test_what_is_over_or_never_was_cannot_be_acknowledged(scene: Scene) -> None:
    epoch = await firing(scene)
    await scene.minutes(CALM, CALM)

    assert await scene.desk.acknowledge(epoch, ANN) is None
    assert await scene.desk.acknowledge(99, ANN) is None


async def test_after_an_acknowledgement_only_the_end_is_told(small_scene: Scene) -> None:
    small_scene.interval, small_scene.admins = 3_600, (ADMIN,)
    small_scene.restart()
    await small_scene.desk.acknowledge(await firing(small_scene), ANN)
    for _ in range(9):
        small_scene.wait(3_540)
        await small_scene.minutes(BROKEN)
    await small_scene.minutes(CALM, CALM)

    assert small_scene.titles == ["CRITICAL: DatabaseIssues", "RESOLVED: DatabaseIssues"]
    assert small_scene.private_titles == []


async def test_an_acknowledgement_is_for_one_epoch(small_scene: Scene) -> None:
    small_scene.admins = (ADMIN,)
    small_scene.restart()
    await small_scene.desk.acknowledge(await firing(small_scene), ANN)
    await small_scene.minutes(CALM, CALM, *[BROKEN] * 22)

    assert small_scene.titles[2:] == ["CRITICAL: DatabaseIssues"]
    assert len(small_scene.private_titles) == 1


async def test_an_acknowledgement_overtakes_what_would_urge(small_scene: Scene) -> None:
    small_scene.admins = (ADMIN,)
    small_scene.restart()
    epoch = await firing(small_scene)
    await small_scene.check(*[BROKEN] * 15)
    await small_scene.desk.acknowledge(epoch, ANN)
    await small_scene.minutes(BROKEN, CALM, CALM)

    assert small_scene.private_titles == []
    assert small_scene.titles == ["CRITICAL: DatabaseIssues", "RESOLVED: DatabaseIssues"]


async def test_a_silence_is_kept_with_who_wanted_it_and_why(scene: Scene) -> None:
    silence = await scene.desk.silence("rule", "LowDisk", 3_600, "r" * 300, ANN)

    assert await scene.desk.silences() == [silence]
    assert (silence.reason, silence.created_by) == ("r" * 200, ANN)
    assert silence.ends_at - silence.starts_at == timedelta(hours=1)


async def test_a_silence_to_come_takes_nothing_back_and_holds_from_then_on(
    small_scene: Scene,
) -> None:
    scene, soon = small_scene, small_scene.now + timedelta(minutes=2)
    await scene.check(BROKEN)
    await scene.desk.silence("rule", "DatabaseIssues", 3_600, "", ANN, starts_at=soon)

    await scene.outbox.deliver()
    await scene.minutes(CALM, CALM, BROKEN)

    assert scene.titles == ["CRITICAL: DatabaseIssues", "RESOLVED: DatabaseIssues"]


async def test_a_silence_ends_early_and_once(scene: Scene) -> None:
    silence = await scene.desk.silence(None, None, 3_600, "", ANN)
    scene.wait(60)

    ended = await scene.desk.end_silence(silence.id)

    assert ended is not None and ended.ends_at == scene.now
    assert await scene.desk.end_silence(silence.id) is None
    assert await scene.desk.end_silence(99) is None
    assert await scene.desk.silences() == []


async def test_the_silence_that_ends_first_comes_first(small_scene: Scene) -> None:
    late = await small_scene.desk.silence(None, None, 3_600, "", ANN)
    early = await small_scene.desk.silence("rule", "LowDisk", 60, "", ANN)

    assert await small_scene.desk.silences() == [early, late]


async def test_a_program_is_remembered_by_its_token(scene: Scene) -> None:
    alert = await scene.desk.acknowledge(await firing(scene), "grafana")
    made = await scene.desk.silence(None, None, 60, "", "grafana")

    assert alert is not None
    assert (alert.acked_by, alert.acked_token) == (None, "grafana")
    assert (made.created_by, made.created_token) == (None, "grafana")
    assert await scene.desk.silences() == [made]
