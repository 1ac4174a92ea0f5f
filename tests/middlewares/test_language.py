"""Chosen, else Telegram's, else English; and the catalogues are compiled in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aiogram.types import User
from aiogram.utils.i18n import gettext as _

from bot.analytics.languages import Languages
from bot.database.engine import Database
from bot.middlewares.language import LOCALES, Catalogues, Language
from tests.updates import ALICE, says


async def spoken(languages: Languages, user: User | None) -> tuple[str, str, str]:
    """The locale, aiogram's gettext and the renderers' words inside the middleware."""

    async def handler(event: Any, data: dict[str, Any]) -> tuple[str, str, str]:
        words = data["words"]
        return words.locale, _("Help"), words.gettext("Help")

    data = {} if user is None else {"event_from_user": user}
    answer = await Language(Catalogues(), languages)(handler, says(user, "hi"), data)
    assert isinstance(answer, tuple)
    return answer


def speaks(tag: str | None) -> User:
    return ALICE.model_copy(update={"language_code": tag})


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (speaks("de"), ("de", "Hilfe", "Hilfe")),
        (speaks("de-at"), ("de", "Hilfe", "Hilfe")),
        (speaks("xx"), ("en", "Help", "Help")),
        (speaks(None), ("en", "Help", "Help")),
        (None, ("en", "Help", "Help")),
    ],
)
async def test_telegrams_language_is_spoken_if_there_is_a_catalogue(
    sqlite: Database, user: User | None, expected: tuple[str, str, str]
) -> None:
    assert await spoken(Languages(sqlite), user) == expected


async def test_a_choice_comes_before_telegrams_language(sqlite: Database) -> None:
    languages = Languages(sqlite)
    await languages.choose(ALICE.id, "en")

    assert (await spoken(languages, speaks("de")))[0] == "en"


async def test_a_choice_whose_catalogue_is_gone_is_passed_over(sqlite: Database) -> None:
    languages = Languages(sqlite)
    await languages.choose(ALICE.id, "tlh")

    assert (await spoken(languages, speaks("de")))[0] == "de"


def test_a_folder_without_catalogues_speaks_english(tmp_path: Path) -> None:
    assert Catalogues(tmp_path).available_locales == ("en",)


def test_nothing_compiled_is_left_on_the_disk() -> None:
    Catalogues()

    assert not list(LOCALES.rglob("*.mo"))
