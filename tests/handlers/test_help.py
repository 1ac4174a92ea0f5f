"""Help lists what exists for whoever asks."""

from __future__ import annotations

from typing import Any

import pytest

from bot.analytics.render.fit import LIMIT, units
from bot.database.engine import Database
from bot.feature_settings import FEATURES
from bot.handlers.commands import COMMANDS
from tests.handlers.scene import Scene
from tests.updates import ALICE, GROUP, ROOT

CORE = [entry for entry in COMMANDS if not entry.feature]
PEOPLES = [f"/{entry.name} " for entry in CORE if not entry.is_admin]
ADMINS = [f"/{entry.name} " for entry in CORE if entry.is_admin]


async def test_the_commands_of_features_are_listed_while_they_are_on(sqlite: Database) -> None:
    shown = await Scene(sqlite, features=("quiz",)).says(ALICE, "/help")

    assert "/quiz " in shown
    assert "/download " not in shown


@pytest.mark.parametrize(
    ("feature", "line"),
    [
        ("downloads", "• Audio, video and subtitles from a link: just send it, or /download."),
        ("billing", "• Plans with more in them, paid in Telegram Stars: /plan, /paysupport"),
        ("quiz", "• Quizzes, alone or in a group: /quiz"),
        ("assistant", "• Answers to your questions: just write to me, or /ask. /newchat"),
    ],
)
@pytest.mark.parametrize("command", ["/help", "/start"])
async def test_each_feature_that_is_on_has_its_line(
    sqlite: Database, command: str, feature: str, line: str
) -> None:
    settings: dict[str, Any] = {
        "assistant_base_url": "http://127.0.0.1:1/v1",
        "assistant_model": "m",
    }
    scene = Scene(sqlite, features=(feature,), **settings)

    shown = await scene.says(ALICE, command)

    assert line in shown
    assert shown.count("•") == 1


async def test_without_features_nothing_is_promised(scene: Scene) -> None:
    assert "what I have for you" not in await scene.says(ALICE, "/help")


async def test_the_longest_help_fits_into_a_message(sqlite: Database) -> None:
    settings: dict[str, Any] = {
        "assistant_base_url": "http://127.0.0.1:1/v1",
        "assistant_model": "m",
    }

    shown = await Scene(sqlite, features=FEATURES, **settings).says(ROOT, "/help")

    assert units(shown) < LIMIT


async def test_a_person_sees_the_commands_of_people_only(scene: Scene) -> None:
    shown = await scene.says(ALICE, "/help")

    assert all(name in shown for name in PEOPLES)
    assert not any(name in shown for name in ADMINS)


async def test_an_admin_sees_their_own_commands_too(scene: Scene) -> None:
    shown = await scene.says(ROOT, "/help")

    assert all(name in shown for name in PEOPLES + ADMINS)


async def test_in_a_group_an_admin_is_like_everybody(scene: Scene) -> None:
    shown = await scene.says(ROOT, "/help", GROUP)

    assert not any(name in shown for name in ADMINS)


async def test_the_help_button_in_a_group_does_not_give_an_admin_away(scene: Scene) -> None:
    shown = await scene.presses(ROOT, "help", GROUP)

    assert shown.startswith("I understand:")
    assert not any(name in shown for name in ADMINS)
