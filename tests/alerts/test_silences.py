"""What a silence covers, and what is told before, during and after one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.alerts.notifier import Buttons
from bot.alerts.silences import Silence
from bot.alerts.terms import Terms
from tests.alerts.scene import BROKEN, CALM, ERRORS, NOON, Scene, refusing
from tests.fakes import AdminChat

DOWNLOADS = Terms(name="Stuck", severity="critical", labels={"feature": "downloads"})
HOUR = timedelta(hours=1)
MAINTENANCE = Silence(key=None, value=None, starts_at=NOON, ends_at=NOON + HOUR)


@pytest.mark.parametrize(
    ("key", "value", "is_meant"),
    [
        (None, None, True),
        ("rule", "Stuck", True),
        ("rule", "Stuc", False),
        ("severity", "critical", True),
        ("severity", "warning", False),
        ("feature", "downloads", True),
        ("feature", "quiz", False),
        ("team", "downloads", False),
    ],
)
def test_a_silence_names_a_rule_a_severity_a_label_or_all(
    key: str | None,
    value: str | None,
    is_meant: bool,  # noqa: FBT001  a table's column
) -> None:
    silence = replace(MAINTENANCE, key=key, value=value)

    assert silence.covers(DOWNLOADS, NOON) == is_meant


@pytest.mark.parametrize(("minutes", "holds"), [(-1, False), (0, True), (59, True), (60, False)])
def test_a_silence_holds_from_its_start_until_before_its_end(
    minutes: float,
    holds: bool,  # noqa: FBT001  a table's column
) -> None:
    assert MAINTENANCE.covers(DOWNLOADS, NOON + timedelta(minutes=minutes)) == holds


async def test_what_begins_under_a_silence_is_told_when_it_ends(scene: Scene) -> None:
    silence = await scene.desk.silence("rule", "DatabaseIssues", 3_600, "", 7)
    await scene.minutes(BROKEN, BROKEN)
    before = list(scene.titles)
    await scene.desk.end_silence(silence.id)
    await scene.minutes(BROKEN)

    assert before == []
    assert scene.titles == ["CRITICAL: DatabaseIssues"]


async def test_what_comes_and_goes_under_a_silence_is_never_told(small_scene: Scene) -> None:
    await small_scene.desk.silence(None, None, 3_600, "maintenance", 7)

    await small_scene.minutes(BROKEN, CALM, CALM)

    assert small_scene.titles == []
    assert len((await small_scene.board()).past) == 1


async def test_the_end_of_what_was_told_before_is_told_under_a_silence(scene: Scene) -> None:
    await scene.minutes(BROKEN)
    await scene.desk.silence("severity", "critical", 3_600, "", 7)
    await scene.minutes(BROKEN, CALM, CALM)

    assert scene.titles == ["CRITICAL: DatabaseIssues", "RESOLVED: DatabaseIssues"]


async def test_what_was_told_before_and_fires_on_is_said_again_after_it(
    small_scene: Scene,
) -> None:
    await small_scene.minutes(BROKEN)
    await small_scene.desk.silence("rule", "DatabaseIssues", 180, "", 7)
    await small_scene.minutes(*[BROKEN] * 5)

    assert small_scene.titles[1:] == ["CRITICAL: DatabaseIssues, still firing"]


async def test_others_are_told_under_a_silence(small_scene: Scene) -> None:
    await small_scene.desk.silence("rule", "DatabaseIssues", 3_600, "", 7)

    await small_scene.minutes(ERRORS, ERRORS)

    assert small_scene.titles == ["WARNING: HighErrorRate"]


async def test_a_message_on_its_way_is_overtaken_by_a_silence(scene: Scene) -> None:
    await scene.check(BROKEN)
    silence = await scene.desk.silence("rule", "DatabaseIssues", 3_600, "", 7)
    await scene.outbox.deliver()
    before = list(scene.titles)
    await scene.minutes(BROKEN)
    await scene.desk.end_silence(silence.id)
    await scene.minutes(BROKEN, BROKEN)

    assert before == []
    assert scene.titles == ["CRITICAL: DatabaseIssues"]


async def test_a_check_takes_back_what_a_silence_has_overtaken(small_scene: Scene) -> None:
    small_scene.now += HOUR
    silence = await small_scene.desk.silence("rule", "DatabaseIssues", 7_200, "", 7)
    small_scene.now -= HOUR  # so that it is still to come
    await small_scene.check(BROKEN)
    small_scene.now += HOUR
    await small_scene.minutes(BROKEN)

    assert small_scene.titles == []
    assert silence in await small_scene.desk.silences()


async def test_a_throttle_does_not_outlast_a_silence(small_scene: Scene) -> None:
    await small_scene.minutes(BROKEN, CALM, CALM)
    await small_scene.desk.silence("rule", "DatabaseIssues", 90, "", 7)
    await small_scene.minutes(BROKEN, BROKEN)

    assert small_scene.titles[2:] == ["CRITICAL: DatabaseIssues"]


async def test_an_emergency_respects_silences_read_before(small_scene: Scene) -> None:
    await small_scene.desk.silence(None, None, 3_600, "", 7)
    await small_scene.minutes(CALM)
    async with refusing(small_scene.database):
        for _ in range(3):
            await small_scene.refused_check()

    assert small_scene.titles == []


class Interrupted(AdminChat):
    """Somebody asks for silence while a message is on its way."""

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self._scene = scene

    async def send(self, text: str, buttons: Buttons = ()) -> int:
        number = await super().send(text, buttons)
        if number == 1:
            await self._scene.desk.silence("rule", "DatabaseIssues", 120, "", 7)
        return number


async def test_what_arrived_though_it_was_taken_back_is_not_told_twice(
    small_scene: Scene,
) -> None:
    small_scene.chat = Interrupted(small_scene)
    small_scene.restart()
    await small_scene.minutes(*[BROKEN] * 4, CALM, CALM)

    assert small_scene.titles == [
        "CRITICAL: DatabaseIssues",
        "CRITICAL: DatabaseIssues, still firing",
        "RESOLVED: DatabaseIssues",
    ]


async def test_its_end_is_told_under_the_same_silence(small_scene: Scene) -> None:
    small_scene.chat = Interrupted(small_scene)
    small_scene.restart()
    await small_scene.minutes(BROKEN, CALM, CALM)

    assert small_scene.titles == ["CRITICAL: DatabaseIssues", "RESOLVED: DatabaseIssues"]
