"""Help lists what exists for whoever asks."""

from __future__ import annotations

from bot.database.engine import Database
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
