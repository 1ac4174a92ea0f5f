"""A rule that comes and goes all the time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.alerts.flapping import flipped, is_flapping
from tests.alerts.dials import QUICK, dials
from tests.alerts.scene import CALM, NOON, Scene

MINUTE = timedelta(minutes=1)
NOTICE = "FLAPPING: Quick"
TOLD = ["WARNING: Quick", "RESOLVED: Quick"] * 3


@pytest.fixture
def turned() -> dict[str, str]:
    return {}


@pytest.fixture
def flapper(small_scene: Scene, turned: dict[str, str]) -> Scene:
    """A scene with one rule, which fires at each bad check and ends at each good one."""
    small_scene.rules = dials(turned, QUICK)
    small_scene.restart()
    return small_scene


async def flip(scene: Scene, turned: dict[str, str], flips: str) -> None:
    """A check for each letter: b is bad, g is good."""
    for letter in flips:
        turned["Quick"] = "bad" if letter == "b" else "good"
        await scene.minutes(CALM)


def test_six_flips_within_an_hour_are_none_too_many() -> None:
    flips = tuple(NOON + n * MINUTE for n in range(6))

    assert not is_flapping(flips, NOON + 6 * MINUTE)
    assert is_flapping(flipped(flips, NOON + 6 * MINUTE), NOON + 6 * MINUTE)


def test_what_was_an_hour_ago_and_what_is_to_come_is_not_counted() -> None:
    flips = tuple(NOON + n * MINUTE for n in range(7))

    assert not is_flapping(flips, NOON + 60 * MINUTE)
    assert not is_flapping(flips, NOON)


def test_no_more_flips_are_kept_than_are_needed() -> None:
    flips = tuple(NOON + n * MINUTE for n in range(7))

    assert flipped(flips, NOON + 7 * MINUTE) == (*flips[1:], NOON + 7 * MINUTE)


async def test_the_seventh_flip_is_told_as_flapping_and_then_all_is_quiet(
    flapper: Scene, turned: dict[str, str]
) -> None:
    await flip(flapper, turned, "bgbgbgb" + "gb" * 10)

    assert flapper.titles == [*TOLD, NOTICE]


async def test_when_it_was_calm_for_an_hour_its_end_is_told_once(
    flapper: Scene, turned: dict[str, str]
) -> None:
    await flip(flapper, turned, "bg" * 10 + "g" * 70)

    assert flapper.titles == [*TOLD, NOTICE, "RESOLVED: Quick"]
    assert "resolved after 13 min" in flapper.chat.sent[-1]


async def test_a_flapping_is_one_epoch(flapper: Scene, turned: dict[str, str]) -> None:
    await flip(flapper, turned, "bg" * 10)

    board = await flapper.board()
    assert [len(board.firing), len(board.past)] == [1, 3]


async def test_what_fires_on_when_the_flapping_is_over_ends_like_any_other(
    flapper: Scene, turned: dict[str, str]
) -> None:
    await flip(flapper, turned, "bg" * 10 + "b" * 70)
    before = list(flapper.titles)
    await flip(flapper, turned, "g")

    assert before == [*TOLD, NOTICE]
    assert flapper.titles == [*TOLD, NOTICE, "RESOLVED: Quick"]


async def test_a_restart_does_not_forget_a_flapping(
    flapper: Scene, turned: dict[str, str]
) -> None:
    await flip(flapper, turned, "bgbgbgbg")
    flapper.restart()
    await flip(flapper, turned, "bgbgb")

    assert flapper.titles == [*TOLD, NOTICE]


async def test_a_flapping_that_begins_under_a_silence_is_told_after_it(
    flapper: Scene, turned: dict[str, str]
) -> None:
    await flapper.desk.silence("rule", "Quick", 15 * 60, "", 7)
    await flip(flapper, turned, "bg" * 7)
    before = list(flapper.titles)
    await flip(flapper, turned, "bgb")

    assert before == []
    assert flapper.titles == [NOTICE]


async def test_a_flapping_names_its_rule_and_what_follows(
    flapper: Scene, turned: dict[str, str]
) -> None:
    await flip(flapper, turned, "bgbgbgb")

    assert "more than 6 times within an hour; the next word is its end" in flapper.chat.sent[-1]
