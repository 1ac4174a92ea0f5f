"""A late answer to a button is no fault; every other refusal is."""

from __future__ import annotations

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import AnswerCallbackQuery, EditMessageText

from tests.handlers.scene import Scene
from tests.updates import ALICE, ROOT


async def test_an_answer_that_comes_too_late_is_let_go(scene: Scene) -> None:
    scene.outbox.problems[AnswerCallbackQuery] = (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )

    assert (await scene.presses(ALICE, "help")).startswith("I understand:")


@pytest.mark.parametrize(
    ("method", "data"), [(AnswerCallbackQuery, "help"), (EditMessageText, "health:refresh")]
)
async def test_other_refusals_are_errors(
    scene: Scene, method: type[AnswerCallbackQuery | EditMessageText], data: str
) -> None:
    scene.outbox.problems[method] = "Bad Request: can't parse entities"

    with pytest.raises(TelegramBadRequest):
        await scene.presses(ROOT, data)
