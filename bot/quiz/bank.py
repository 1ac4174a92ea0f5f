"""Question banks: one TOML file a topic, checked whole before the bot starts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from zlib import crc32

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from bot.analytics.render.fit import units
from bot.errors import ConfigError

SHIPPED = Path(__file__).with_name("banks")
SETTING = "QUIZ_FOLDER"

# Telegram's bounds for a quiz poll; the bound of options is that of its older apps.
QUESTION_LENGTH = 300
OPTION_LENGTH = 100
OPTIONS = 10
EXPLANATION_LENGTH = 200
EXPLANATION_LINE_FEEDS = 2

# A topic is a label of metrics, so there is an end to how many there may be.
TOPIC = re.compile(r"[a-z][a-z0-9_-]{0,31}")
LANGUAGE = re.compile(r"[a-z]{2,3}")
TOPICS = 100
QUESTIONS = 10_000


def _bounded(limit: int) -> AfterValidator:
    """A rule for texts: something to read, and no longer than Telegram takes."""

    def check(value: str) -> str:
        if not value.strip():
            raise PydanticCustomError("empty", "must not be empty")
        if units(value) > limit:
            raise PydanticCustomError("long", f"has more than {limit} characters")
        return value.strip()

    return AfterValidator(check)


def _explained(value: str) -> str:
    if value.count("\n") > EXPLANATION_LINE_FEEDS:
        problem = f"has more than {EXPLANATION_LINE_FEEDS} line feeds"
        raise PydanticCustomError("lines", problem)
    return value


Text = Annotated[str, _bounded(QUESTION_LENGTH)]
Option = Annotated[str, _bounded(OPTION_LENGTH)]
Explanation = Annotated[str, _bounded(EXPLANATION_LENGTH), AfterValidator(_explained)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Question(_Part):
    """A question with its options: the right one by itself, so that no index can be off by one."""

    text: Text
    right: Option
    wrong: Annotated[tuple[Option, ...], Field(strict=False, min_length=1, max_length=OPTIONS - 1)]
    explanation: Explanation | None = None

    @field_validator("wrong")
    @classmethod
    def _each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if again := _repeated(value):
            # As a value: braces in a template would have a meaning.
            raise PydanticCustomError("twice", "has “{again}” twice", {"again": again})
        return value


def _language(value: str) -> str:
    if not LANGUAGE.fullmatch(value):
        raise PydanticCustomError("language", "must be two or three small letters, such as en")
    return value


class _File(_Part):
    title: Annotated[str, _bounded(40)]
    language: Annotated[str, AfterValidator(_language)]
    question: Annotated[
        tuple[Question, ...], Field(strict=False, min_length=1, max_length=QUESTIONS)
    ]


@dataclass(frozen=True, slots=True)
class Bank:
    """The questions of one topic.

    topic: the file's name, for commands and metric labels; title: what people read
    language: two or three letters; fingerprint: another number for other questions, 32 bits
    """

    topic: str
    title: str
    language: str
    questions: tuple[Question, ...]
    fingerprint: int


class Banks:
    """Every bank, in the order of their titles."""

    def __init__(self, banks: Iterable[Bank]) -> None:
        ordered = sorted(banks, key=lambda bank: (bank.title.casefold(), bank.topic))
        self._banks = {bank.topic: bank for bank in ordered}

    def get(self, topic: str) -> Bank | None:
        """The bank of this topic, if it is (still) there."""
        return self._banks.get(topic)

    def find(self, words: str) -> Bank | None:
        """The bank a person means by its topic or its title, whatever the case."""
        wanted = words.strip().casefold()
        titled = (bank for bank in self._banks.values() if bank.title.casefold() == wanted)
        return self._banks.get(wanted) or next(titled, None)

    def offered(self, language: str) -> list[Bank]:
        """All of them, those in *language* first, then the English ones."""
        liked = (language.partition("_")[0], "en")
        order = {spoken: place for place, spoken in reversed(list(enumerate(liked)))}
        return sorted(self._banks.values(), key=lambda bank: order.get(bank.language, len(liked)))


def load_banks(folder: Path | None = None) -> Banks:
    """The banks that come with the bot, and those of *folder*, which may replace some.

    Raises ConfigError about QUIZ_FOLDER that names the file, the question and the field.
    """
    found = {bank.topic: bank for bank in _banks_in(SHIPPED)}
    found |= {bank.topic: bank for bank in _banks_in(folder)} if folder else {}
    if len(found) > TOPICS:
        raise ConfigError(SETTING, f"more than {TOPICS} topics, with those that come with the bot")
    return Banks(found.values())


def _banks_in(folder: Path) -> list[Bank]:
    try:
        files = sorted(folder.glob("*.toml"))
    except OSError as exc:
        raise ConfigError(SETTING, f"cannot be read: {exc.strerror or exc}") from None
    return [_bank(file) for file in files]


def _bank(file: Path) -> Bank:
    if not TOPIC.fullmatch(file.stem):
        raise ConfigError(
            SETTING,
            f"{file.name}: a topic's name has 1 to 32 of a-z, 0-9, _ and -, and begins with a-z",
        )
    try:
        content = file.read_bytes()
        read = _File.model_validate(tomllib.loads(content.decode()))
    except OSError as exc:
        raise ConfigError(SETTING, f"{file.name}: {exc.strerror or exc}") from None
    except ValidationError as exc:
        raise ConfigError(SETTING, f"{file.name}: {_problem(exc.errors()[0])}") from None
    except ValueError as exc:  # what is no TOML, and no UTF-8
        raise ConfigError(SETTING, f"{file.name}: {exc}") from None
    _check(file, read)
    mark = crc32(repr(read.question).encode())
    return Bank(file.stem, read.title, read.language, read.question, mark)


def _check(file: Path, read: _File) -> None:
    """What only shows when questions and options are compared."""
    for number, question in enumerate(read.question, 1):
        if question.right in question.wrong:
            problem = f"question {number}, wrong: has the right answer among the wrong ones"
            raise ConfigError(SETTING, f"{file.name}: {problem}")
    texts = [question.text for question in read.question]
    if again := _repeated(texts):
        number = len(texts) - texts[::-1].index(again)
        raise ConfigError(SETTING, f"{file.name}: question {number}, text: was asked before")


def _repeated(values: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None


def _problem(error: ErrorDetails) -> str:
    """Where it is, in the file's own words, and what was expected."""
    place = list(error["loc"])
    names = [f"question {int(place[1]) + 1}"] if place[0] == "question" and place[1:] else []
    fields = place[2:] if names else place
    names += [str(part + 1) if isinstance(part, int) else part for part in fields]
    return f"{', '.join(names)}: {error['msg']}"
