"""A question: which metrics, of which days, cut by what, of which acts and people.

Values of dimensions are a date (day), a number (hour 0 to 23, weekday 0 to 6 from Monday) or a
name; None where nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from bot.analytics.reports.period import Period
from bot.errors import BotError

Dimension = Literal[
    "day",
    "hour",
    "weekday",
    "command",
    "feature",
    "language",
    "source",
    "plan",
    "chat_type",
    "content_type",
]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
TIMES: tuple[Dimension, ...] = ("day", "hour", "weekday")
# What is known of a person rather than of what they did.
TRAITS: tuple[Dimension, ...] = ("language", "source", "plan")
# Where nothing is known is a value of its own.
UNKNOWN_TOO: frozenset[Dimension] = frozenset({"language", "source", "plan", "chat_type"})

Act = Literal["active", "message", "command", "button", "feature", "payment"]
Value = date | int | str | None


class QuestionError(BotError):
    """A question that cannot be answered.

    field: the part that is wrong, as whoever asked would find it: filters.and.2
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Is:
    """Whether a dimension has one of some values."""

    dimension: Dimension
    values: tuple[Value, ...]
    at: str = field(default="filters", compare=False)


@dataclass(frozen=True, slots=True)
class HasDone:
    """Whether a person did something, on any of the days, at least so often.

    name: of the command or feature; "": any; active: at_least is how many days
    """

    act: Act
    first: date
    last: date
    name: str = ""
    at_least: int = 1
    at: str = field(default="filters", compare=False)


@dataclass(frozen=True, slots=True)
class Every:
    """Whether all parts are true."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Whether any part is true."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Whether the part is not true."""

    part: Filter


Filter = Is | HasDone | Every | Either | Not


@dataclass(frozen=True, slots=True)
class Order:
    """By a metric or a dimension.  at: where it stands in the question"""

    by: str
    is_falling: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One question.

    where: which acts and people count; None: all
    is_compared: with period.previous; order: rows that are alike keep that of their dimensions
    limit, offset: which of the rows are given
    """

    metrics: tuple[str, ...]
    period: Period
    dimensions: tuple[Dimension, ...] = ()
    where: Filter | None = None
    is_compared: bool = False
    order: tuple[Order, ...] = ()
    limit: int = 100
    offset: int = 0


def leaves(where: Filter | None) -> Iterator[Is | HasDone]:
    """Every condition in *where*, from left to right."""
    match where:
        case Is() | HasDone():
            yield where
        case Not(part):
            yield from leaves(part)
        case Every(parts) | Either(parts):
            for part in parts:
                yield from leaves(part)


def may_be(where: Filter | None, known: dict[Dimension, Value]) -> bool | None:
    """Whether *where* is true of what is *known*; None where that is not enough to tell."""
    match where:
        case None:
            return True
        case Is(dimension, values):
            return known[dimension] in values if dimension in known else None
        case HasDone():
            return None
        case Not(part):
            found = may_be(part, known)
            return None if found is None else not found
        case Every(parts):
            return _all([may_be(part, known) for part in parts])
        case Either(parts):
            found = _all([may_be(Not(part), known) for part in parts])
            return None if found is None else not found


def _all(found: list[bool | None]) -> bool | None:
    if False in found:
        return False
    return None if None in found else True
