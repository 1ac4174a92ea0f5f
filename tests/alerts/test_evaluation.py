"""A rule that cannot answer."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.alerts.evaluation import EvaluationFailed
from bot.alerts.rules import Ratio
from bot.alerts.snapshot import Snapshot
from bot.alerts.terms import Reading, Terms
from tests.alerts.scene import CALM, ERRORS, RULES, Scene


@dataclass(frozen=True, kw_only=True)
class Moody(Ratio):
    """Cannot make sense of errors."""

    def evaluate(self, snapshot: Snapshot) -> Reading:
        if snapshot is ERRORS:
            raise ZeroDivisionError
        return super().evaluate(snapshot)


@pytest.fixture
def moody(small_scene: Scene) -> Scene:
    terms = Terms(name="Moody")
    moody = Moody(terms=terms, share="updates", what="updates", threshold=5.0)
    small_scene.rules = (moody, *RULES)
    small_scene.restart()
    return small_scene


async def test_three_failures_in_a_row_are_an_alert(moody: Scene) -> None:
    await moody.minutes(ERRORS, ERRORS)
    before = list(moody.facts)
    await moody.minutes(ERRORS)

    assert "AlertFired EvaluationFailed" not in before
    assert moody.facts[-1] == "AlertFired EvaluationFailed"
    assert "Moody" in moody.chat.sent[-1]


async def test_it_ends_when_the_check_answers_again(moody: Scene) -> None:
    await moody.minutes(ERRORS, ERRORS, ERRORS, CALM, CALM)

    assert "RESOLVED: EvaluationFailed" in moody.chat.sent[-1]


async def test_one_rules_failure_does_not_silence_the_others(moody: Scene) -> None:
    await moody.minutes(ERRORS, ERRORS)

    assert moody.facts == ["AlertFired HighErrorRate"]


async def test_a_snapshot_that_cannot_be_taken_is_noticed(small_scene: Scene) -> None:
    def fail() -> Snapshot:
        raise OSError

    small_scene.look = fail  # type: ignore[method-assign]  # the scene's own window
    small_scene.restart()

    await small_scene.minutes(CALM, CALM, CALM)

    assert small_scene.titles == ["WARNING: EvaluationFailed"]


def test_two_failures_are_neither_bad_nor_good() -> None:
    reading = EvaluationFailed().judge({"HighErrorRate": 2})

    assert not reading.is_bad and not reading.is_good
