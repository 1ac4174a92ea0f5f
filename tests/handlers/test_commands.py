"""The menus of commands, in every language."""

from __future__ import annotations

from bot.handlers.commands import COMMANDS, menus
from bot.middlewares.language import Catalogues


def test_every_language_has_a_menu_and_english_is_for_the_rest() -> None:
    found = menus(Catalogues())

    assert set(found) == {"", "de"}
    assert {len(menu) for menu in found.values()} == {len(COMMANDS)}
    assert ("start", "say hello", False) in found[""]
    assert ("start", "Hallo sagen", False) in found["de"]


def test_descriptions_are_as_long_as_telegram_allows() -> None:
    texts = [text for menu in menus(Catalogues()).values() for _, text, _ in menu]

    assert all(3 <= len(text) <= 256 for text in texts)
