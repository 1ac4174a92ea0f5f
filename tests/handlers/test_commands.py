"""The menus of commands, in every language."""

from __future__ import annotations

import pytest
from aiogram import Dispatcher, Router
from aiogram.filters import Command
from aiogram.types import Message

from bot.config import Settings
from bot.handlers.commands import COMMANDS, menus, others
from bot.middlewares.language import Catalogues

TALKING = Settings(
    _env_file=None, assistant_base_url="http://127.0.0.1:1/v1", assistant_model="none"
)
SILENT = Settings(_env_file=None, features=())


async def shop(message: Message) -> None:
    """Somebody else's command."""


def described(name: str, **flags: object) -> Dispatcher:
    """A dispatcher with one command of the operator's own."""
    router = Router()
    router.message.register(shop, Command(name), flags=flags)
    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    return dispatcher


def test_a_command_of_the_operators_is_in_every_menu_when_it_is_described() -> None:
    found = menus(Catalogues(), SILENT, described("shop", description=" buy\nsomething "))

    assert all(menu[-1] == ("shop", "buy something", False) for menu in found.values())


@pytest.mark.parametrize(
    ("name", "flags"),
    [
        ("shop", {}),
        ("shop", {"description": " "}),
        ("shop", {"description": 5}),
        ("help", {"description": "ours, once more"}),
        ("Shop", {"description": "Telegram takes small letters only"}),
        ("s" * 33, {"description": "Telegram takes 32 letters only"}),
    ],
)
def test_what_no_menu_takes_is_left_out(name: str, flags: dict[str, object]) -> None:
    assert others(described(name, **flags)) == []


def test_a_long_description_is_cut() -> None:
    (entry,) = others(described("shop", description="x" * 300))

    assert len(str(entry.description)) == 256


def test_the_commands_of_a_feature_that_is_off_do_not_exist() -> None:
    named = {name for name, _, _ in menus(Catalogues(), SILENT, Router())[""]}

    assert named == {entry.name for entry in COMMANDS if not entry.feature}


def test_every_language_has_a_menu_and_english_is_for_the_rest() -> None:
    found = menus(Catalogues(), TALKING, Router())

    assert set(found) == {"", "de"}
    assert {len(menu) for menu in found.values()} == {len(COMMANDS)}
    assert ("start", "say hello", False) in found[""]
    assert ("start", "Hallo sagen", False) in found["de"]


def test_descriptions_are_as_long_as_telegram_allows() -> None:
    texts = [
        text for menu in menus(Catalogues(), TALKING, Router()).values() for _, text, _ in menu
    ]

    assert all(3 <= len(text) <= 256 for text in texts)
