"""What players are called is heard in votes, else asked for, and never asked for without end."""

from __future__ import annotations

from bot.quiz.names import ASKED_FOR, REMEMBERED, Names
from tests.quiz.scene import ANN, BOB, EVE, GROUP, PaperStage


async def test_who_was_heard_is_not_asked_for() -> None:
    stage = PaperStage()
    stage.names = {ANN: "somebody else", BOB: "Bob"}
    names = Names(stage)
    names.hear(ANN, "Ann")

    assert await names.of(GROUP, [ANN, BOB, EVE]) == {ANN: "Ann", BOB: "Bob"}


async def test_only_a_few_names_are_asked_for_at_a_time() -> None:
    stage = PaperStage()
    stage.names = dict.fromkeys(range(50), "x")

    assert len(await Names(stage).of(GROUP, range(50))) == ASKED_FOR


async def test_the_names_of_long_ago_are_forgotten() -> None:
    names = Names(PaperStage())
    for person in range(REMEMBERED + 1):
        names.hear(person, "x")

    assert await names.of(GROUP, [0, 1]) == {1: "x"}
