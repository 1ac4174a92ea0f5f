"""Everybody chooses what the bot speaks with them."""

from __future__ import annotations

import pytest
from aiogram.methods import EditMessageText

from bot.database.engine import Database
from tests.handlers.scene import Scene
from tests.updates import ALICE, ROOT

ANNA = ALICE.model_copy(update={"id": 3, "language_code": "de"})


async def test_the_choice_takes_effect_at_once_and_lasts(scene_on_each: Scene) -> None:
    await scene_on_each.says(ALICE, "/language")
    data = scene_on_each.outbox.buttons["Deutsch"]

    assert await scene_on_each.presses(ALICE, data) == "Von jetzt an spreche ich Deutsch mit dir."
    assert (await scene_on_each.says(ALICE, "/start")).startswith("Hallo, <b>Alice</b>!")
    assert (await scene_on_each.says(ROOT, "/start")).startswith("Hello, ")


async def test_the_choice_survives_a_restart(sqlite: Database) -> None:
    await Scene(sqlite).presses(ALICE, "language:de")
    again = Scene(sqlite)
    await again.people.languages.load()

    assert (await again.says(ALICE, "/start")).startswith("Hallo, ")


async def test_as_in_telegram_takes_a_choice_back(scene: Scene) -> None:
    await scene.presses(ANNA, "language:en")

    await scene.says(ANNA, "/language")
    shown = await scene.presses(ANNA, scene.outbox.buttons["As in Telegram"])

    assert shown == "Von jetzt an spreche ich Deutsch mit dir."


@pytest.mark.parametrize("forged", ["language:xx", "language:", "language:../etc", "language:a:b"])
async def test_a_language_that_is_not_offered_is_refused(scene: Scene, forged: str) -> None:
    await scene.presses(ALICE, forged)

    assert scene.outbox.hints == ["This button no longer works."]


async def test_choosing_the_same_again_says_no_change(scene: Scene) -> None:
    scene.outbox.problems[EditMessageText] = "Bad Request: message is not modified: …"

    await scene.presses(ALICE, "language:en")

    assert scene.outbox.hints == ["No change"]
