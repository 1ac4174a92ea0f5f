"""All that people read goes through gettext, and every language says all of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from tests.prose import BOT, files, translated, untranslated

LOCALES = BOT / "locales"
CATALOGUES = sorted(LOCALES.glob("*/LC_MESSAGES/bot.po"))
# As `make texts` says it.
KEYWORDS = {**DEFAULT_KEYWORDS, "__": None}
TAG = re.compile(r"</?\w+>")

Id = str | tuple[str, ...]


def catalogue(file: Path) -> Catalog:
    with file.open("rb") as lines:
        return read_po(lines)


def ids(texts: Catalog) -> set[Id]:
    return {_id(message.id) for message in texts if message.id}


def _id(found: str | Iterable[str]) -> Id:
    return found if isinstance(found, str) else tuple(found)


@cache
def said_by_the_code() -> set[Id]:
    found = extract_from_dir(BOT, [("**.py", "python")], keywords=KEYWORDS)
    return {_id(text) for _, _, text, _, _ in found}


def forms(message: Message) -> list[str]:
    """The translation in all its plural forms."""
    return [message.string] if isinstance(message.string, str) else list(message.string or [])


def marks(text: str) -> set[str]:
    """What a translation must carry over: placeholders and tags."""
    names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    return names | set(TAG.findall(text))


def test_the_template_is_what_the_code_says() -> None:
    assert ids(catalogue(LOCALES / "bot.pot")) == said_by_the_code(), "run: make texts"


def test_every_module_that_looks_a_text_up_is_read_here() -> None:
    modules = BOT.rglob("*.py")
    speaking = {one for one in modules if any(translated(ast.parse(one.read_text("utf-8"))))}

    assert speaking <= set(files())


@pytest.mark.parametrize("file", files(), ids=lambda file: str(file.relative_to(BOT)))
def test_no_text_escapes_translation(file: Path) -> None:
    assert untranslated(ast.parse(file.read_text("utf-8"))) == []


@pytest.mark.parametrize("file", files(), ids=lambda file: str(file.relative_to(BOT)))
def test_what_is_looked_up_is_what_babel_finds(file: Path) -> None:
    # Babel misses calls inside f-strings before Python 3.12, and anything but literals.
    known = {one[0] if isinstance(one, tuple) else one for one in said_by_the_code()}
    calls = list(translated(ast.parse(file.read_text("utf-8"))))
    looked_up = [call for call in calls if file.name != "words.py"]

    for call in looked_up:
        assert isinstance(call.args[0], ast.Constant), ast.unparse(call)
        assert call.args[0].value in known, ast.unparse(call)


@pytest.mark.parametrize(
    "code",
    [
        "await message.answer('Hello')",
        "await say(message, f'<b>{name}</b> is here')",
        "button('Press', 'data:x')",
        "InlineKeyboardButton(text='Press', callback_data='x')",
        "lines = ['it is not translated']",
        "await callback.answer(text='No')",
    ],
)
def test_a_text_that_escaped_would_be_found(code: str) -> None:
    assert len(untranslated(ast.parse(code))) == 1


@pytest.mark.parametrize(
    "code",
    [
        "await message.answer(_('Hello there'))",
        "button('🔄 ' + _('Refresh'), 'health:refresh')",
        "log.info('could not tell the person', number=number)",
        "raise ConfigError(name, 'is not a router')",
        "await say(message, f'<b>{name}</b>')",
        "GONE = ('message to edit not found',)",
        "lines = [words.ngettext('one day', '{days} days', days)]",
    ],
)
def test_what_is_translated_or_not_for_people_is_left_alone(code: str) -> None:
    assert untranslated(ast.parse(code)) == []


def test_there_is_a_language_besides_english() -> None:
    assert CATALOGUES


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parts[-3])
def test_a_catalogue_says_everything_and_nothing_else(file: Path) -> None:
    texts = catalogue(file)

    assert ids(texts) == said_by_the_code()
    assert [one.id for one in texts if one.id and (one.fuzzy or not all(forms(one)))] == []
    assert not texts.obsolete


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parts[-3])
def test_a_translation_has_the_placeholders_of_its_original(file: Path) -> None:
    for message in catalogue(file):
        if message.id:
            original = message.id if isinstance(message.id, str) else message.id[-1]
            assert {frozenset(marks(form)) for form in forms(message)} == {
                frozenset(marks(original))
            }, message.id


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parts[-3])
def test_a_catalogue_knows_its_own_plural_forms(file: Path) -> None:
    texts = catalogue(file)

    assert str(texts.locale) == file.parts[-3]
    assert {len(forms(one)) for one in texts if isinstance(one.id, list | tuple)} == {
        texts.num_plurals
    }
