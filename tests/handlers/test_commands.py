"""The menus of commands, in every language."""

from __future__ import annotations

from bot.config import Settings
from bot.handlers.commands import COMMANDS, menus
from bot.middlewares.language import Catalogues

TALKING = Settings(
    _env_file=None, assistant_base_url="http://127.0.0.1:1/v1", assistant_model="none"
)
SILENT = Settings(_env_file=None, features=())


def test_the_commands_of_a_feature_that_is_off_do_not_exist() -> None:
    named = {name for name, _, _ in menus(Catalogues(), SILENT)[""]}

    assert named == {entry.name for entry in COMMANDS if not entry.feature}


def test_every_language_has_a_menu_and_english_is_for_the_rest() -> None:
    found = menus(Catalogues(), TALKING)

    assert set(found) == {"", "de"}
    assert {len(menu) for menu in found.values()} == {len(COMMANDS)}
    assert ("start", "say hello", False) in found[""]
    assert ("start", "Hallo sagen", False) in found["de"]


def test_descriptions_are_as_long_as_telegram_allows() -> None:
    texts = [text for menu in menus(Catalogues(), TALKING).values() for _, text, _ in menu]

    assert all(3 <= len(text) <= 256 for text in texts)
