"""The filters of a question as JSON: and, or, not, has_done, and a dimension's values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from bot.analytics.query.question import (
    Act,
    Dimension,
    Either,
    Every,
    Filter,
    HasDone,
    Is,
    Not,
    QuestionError,
    Value,
)
from bot.web.api.params import LONGEST, Body

VALUES = 100
PARTS = 20
LENGTH = 64
LARGEST = {"hour": 23, "weekday": 6}
DAY = timedelta(days=1)

# PostgreSQL takes no NUL; no bot is older than Telegram's bots.
Name = Annotated[str, Field(max_length=LENGTH, pattern=r"^[^\x00]*$")]
Day = Annotated[date, Field(ge=date(2015, 1, 1), le=date(9000, 1, 1))]
ONE: dict[str, Any] = {"type": ["string", "integer", "null"], "maxLength": LENGTH}
MANY: dict[str, Any] = {"type": "array", "items": ONE, "minItems": 1, "maxItems": VALUES}


class QueryDates(Body):
    """Some days in TIMEZONE: the last ones, today included, or from one to another."""

    days: Annotated[
        int | None, Field(ge=1, le=LONGEST, description="The last so many, today included.")
    ] = None
    first_day: Annotated[Day | None, Field(description="The earliest day, with last_day.")] = None
    last_day: Annotated[Day | None, Field(description="The latest day, with first_day.")] = None

    @model_validator(mode="after")
    def _one_way_to_name_days(self) -> Self:
        if (self.first_day is None) != (self.last_day is None):
            raise _wrong("needs first_day and last_day together")
        if (self.days is None) == (self.first_day is None):
            raise _wrong("needs either days, or first_day and last_day")
        if not 0 < self.span <= LONGEST:
            raise _wrong(f"is {self.span} days, and has to be 1 to {LONGEST}")
        return self

    @property
    def span(self) -> int:
        """How many days."""
        if self.first_day and self.last_day:
            return (self.last_day - self.first_day).days + 1
        return self.days or 0

    def dated(self, today: date, at: str) -> tuple[date, date]:
        """The first and the last one; QuestionError for days to come."""
        last = self.last_day or today
        if last > today:
            raise QuestionError(f"{at}.last_day", f"is not over; today is {today.isoformat()}")
        return last - (self.span - 1) * DAY, last


class QueryHasDone(Body):
    """What people must have done, and how often; active: on how many days."""

    act: Annotated[Act, Field(description="What they did.")]
    name: Annotated[Name, Field(description="Of the command or the feature.")] = ""
    at_least: Annotated[
        int, Field(ge=1, le=1_000_000, description="How often; active: on how many days.")
    ] = 1
    date_range: Annotated[
        QueryDates | None, Field(description="When; without it, the days of the query.")
    ] = None


class QueryFilter(Body):
    """One of and, or, not, has_done; or a field with an op and a value."""

    every: Annotated[
        tuple[QueryFilter, ...] | None,
        Field(alias="and", min_length=1, max_length=PARTS, description="All are true."),
    ] = None
    either: Annotated[
        tuple[QueryFilter, ...] | None,
        Field(alias="or", min_length=1, max_length=PARTS, description="One is true at least."),
    ] = None
    no: Annotated[QueryFilter | None, Field(alias="not")] = None
    has_done: QueryHasDone | None = None
    field: Annotated[Dimension | None, Field(description="A dimension, with op and value.")] = None
    op: Annotated[
        Literal["eq", "ne", "in"] | None, Field(description="Is it, is it not, is it one of them.")
    ] = None
    value: Annotated[
        Any,
        WithJsonSchema({"anyOf": [ONE, MANY]}),
        Field(description="A list for in; null: where nothing is known."),
    ] = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        own = {"field", "op", "value"}
        said = {name for name in self.model_fields_set - {"value"} if getattr(self, name)}
        said |= self.model_fields_set & {"value"}
        if said != own and (len(said) != 1 or said & own):
            raise _wrong("needs one of and, or, not and has_done; or field, op and value")
        return self


@dataclass(frozen=True, slots=True)
class Around:
    """The days of the question, for a has_done that names none; and today."""

    first: date
    last: date
    today: date


def filtered(one: QueryFilter, around: Around, at: str = "filters") -> Filter:
    """What *one* means; QuestionError for a value that its field cannot have."""
    if one.every:
        return Every(_parts(one.every, around, f"{at}.and"))
    if one.either:
        return Either(_parts(one.either, around, f"{at}.or"))
    if one.no:
        return Not(filtered(one.no, around, f"{at}.not"))
    if one.has_done:
        return _has_done(one.has_done, around, at)
    return _is(one, at)


def _parts(some: Sequence[QueryFilter], around: Around, at: str) -> tuple[Filter, ...]:
    return tuple(filtered(one, around, f"{at}.{place}") for place, one in enumerate(some))


def _has_done(one: QueryHasDone, around: Around, at: str) -> HasDone:
    first, last = around.first, around.last
    if one.date_range:
        first, last = one.date_range.dated(around.today, f"{at}.has_done.date_range")
    return HasDone(one.act, first, last, one.name, one.at_least, at)


def _is(one: QueryFilter, at: str) -> Filter:
    if isinstance(one.value, list) != (one.op == "in"):
        raise QuestionError(f"{at}.value", "is a list for in, and none for eq and ne")
    some = one.value if isinstance(one.value, list) else [one.value]
    if not 0 < len(some) <= VALUES:
        raise QuestionError(f"{at}.value", f"has 1 to {VALUES} values")
    dimension: Any = one.field
    found = Is(dimension, tuple(_value(dimension, value, f"{at}.value") for value in some), at)
    return Not(found) if one.op == "ne" else found


def _value(dimension: Dimension, value: Any, at: str) -> Value:
    if value is None:
        return None
    if dimension in LARGEST:
        return _number(dimension, value, at)
    if not isinstance(value, str) or len(value) > LENGTH or "\0" in value:
        raise QuestionError(at, f"{dimension} is a text of at most {LENGTH} characters")
    return _day(value, at) if dimension == "day" else value


def _number(dimension: Dimension, value: Any, at: str) -> int:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if not is_whole or not 0 <= value <= LARGEST[dimension]:
        raise QuestionError(at, f"{dimension} is a number from 0 to {LARGEST[dimension]}")
    return int(value)


def _day(value: str, at: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise QuestionError(at, "day is a date such as 2026-01-31") from None


def told(where: Filter | None) -> dict[str, Any] | None:
    """*where* as JSON, every default said; filtered() makes the same of it."""
    match where:
        case None:
            return None
        case Is() | Not(Is(_, (_,))):
            return _field(where)
        case Not(part):
            return {"not": told(part)}
        case Every(parts):
            return {"and": [told(part) for part in parts]}
        case Either(parts):
            return {"or": [told(part) for part in parts]}
        case HasDone():
            return {"has_done": _done(where)}


def _field(where: Is | Not) -> dict[str, Any]:
    one: Any = where.part if isinstance(where, Not) else where
    is_single = len(one.values) == 1
    single = "ne" if isinstance(where, Not) else "eq"
    return {
        "field": one.dimension,
        "op": single if is_single else "in",
        "value": one.values[0] if is_single else list(one.values),
    }


def _done(done: HasDone) -> dict[str, Any]:
    return {
        "act": done.act,
        "name": done.name,
        "at_least": done.at_least,
        "date_range": {"first_day": done.first, "last_day": done.last},
    }


def _wrong(problem: str) -> PydanticCustomError:
    return PydanticCustomError("query", "{problem}", {"problem": problem})
