"""What may be asked of each endpoint: models that refuse and name the field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

from multidict import MultiMapping
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from yarl import URL

from bot.analytics.reports.period import Compare
from bot.analytics.reports.query import Step
from bot.analytics.shelf import Kind, Narrow
from bot.web.api.told import ChatId, PersonId

LONGEST = 365
# How many faults are told of, and how many are not even looked at one by one.
FAULTS, TOO_MANY_FAULTS = 20, 500
# Of a field's name in an answer: the sender may have made it up.
LONGEST_FIELD = 200
# Telegram's first day: nothing was recorded before, and a year's comparison ends somewhere.
EARLIEST = date(2013, 8, 14)
INTERVALS: dict[str, Step] = {
    "hourly": "hour",
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
}

# What a report can be narrowed to.
NARROWED: dict[Narrow, Any] = {"chat_id": ChatId | None, "user_id": PersonId | None}

P = TypeVar("P", bound=BaseModel)


class ParamsError(Exception):
    """A request that cannot be understood.  faults: what is wrong with which field"""

    def __init__(self, faults: list[dict[str, str]]) -> None:
        super().__init__("; ".join(f"{one['field']}: {one['problem']}" for one in faults))
        self.faults = faults

    @classmethod
    def of(cls, field: str, problem: str) -> ParamsError:
        """One fault."""
        return cls([{"field": field, "problem": problem}])


class Params(BaseModel):
    """What stands in the path and behind the question mark; an unknown word is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Body(BaseModel):
    """What is sent as JSON: an unknown field is refused, and text is no number."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Dated(Params):
    """Which days a report is about.

    longest: how many of them; subclasses give it, and `days` its usual value
    """

    longest: ClassVar[int] = LONGEST

    days: Annotated[int, Field(ge=1, le=LONGEST)]
    first_day: Annotated[
        date | None,
        Field(ge=EARLIEST, description="With last_day, instead of days: the earliest day."),
    ] = None
    last_day: Annotated[
        date | None,
        Field(
            ge=EARLIEST,
            description="The latest day, in TIMEZONE: one that is over, or today, as usual.",
        ),
    ] = None
    compare: Annotated[
        Compare,
        Field(
            description="With which days it is compared: those just before, the same weekdays "
            "before, or the same dates a year before."
        ),
    ] = "previous"

    @model_validator(mode="after")
    def _one_way_to_name_days(self) -> Self:
        if self.first_day and not self.last_day:
            raise ParamsError.of("last_day", "is missing beside first_day")
        if self.first_day and "days" in self.model_fields_set:
            raise ParamsError.of("days", "cannot stand beside first_day")
        self._check_span()
        return self

    def _check_span(self) -> None:
        if not (self.first_day and self.last_day):
            return
        if self.last_day < self.first_day:
            raise ParamsError.of("last_day", "is before first_day")
        if self.span > self.longest:
            problem = f"is too early: these are {self.span} days, and {self.longest} are the most"
            raise ParamsError.of("first_day", problem)

    @property
    def span(self) -> int:
        """How many days."""
        if self.first_day and self.last_day:
            return (self.last_day - self.first_day).days + 1
        return self.days


@cache  # a model takes a millisecond to build
def about(kind: Kind, *, longest: int = LONGEST) -> type[Dated]:
    """What may be asked of a report: of which days, how it is cut, and of which chat or person."""
    fields: dict[str, Any] = {
        "days": Annotated[
            int,
            Field(ge=1, le=longest, description="The last so many days, today included."),
        ],
    }
    values: dict[str, Any] = {"days": min(kind.days, longest)}
    if len(kind.steps) > 1:
        names = tuple(name for name, step in INTERVALS.items() if step in kind.steps)
        usual = next(name for name, step in INTERVALS.items() if step == kind.steps[0])
        fields["interval"] = Annotated[
            Literal[names],
            Field(description="How it is cut."),
        ]
        values["interval"] = usual
    for narrow in kind.narrows:
        fields[narrow], values[narrow] = NARROWED[narrow], None
    name = "".join(part.title() for part in kind.name.split("_"))
    return type(
        f"{name}Params", (Dated,), {"__annotations__": fields, "longest": longest, **values}
    )


def told_once(query: MultiMapping[str]) -> dict[str, str]:
    """The words behind the question mark; ParamsError for one that stands there twice."""
    for name in query:
        if len(query.getall(name)) > 1:
            raise ParamsError.of(name, "stands there more than once")
    return dict(query)


def told_by(query: MultiMapping[str], path: Mapping[str, str]) -> dict[str, str]:
    """The words behind the question mark and those of the *path*, each said in one place only."""
    asked = told_once(query)
    if both := sorted(asked.keys() & path.keys()):
        raise ParamsError.of(both[0], "stands in the path already")
    return {**asked, **path}


def understood(model: type[P], sent: Mapping[str, str]) -> P:
    """*sent* as *model* has it; ParamsError with what is wrong."""
    try:
        return model.model_validate(dict(sent))
    except ValidationError as exc:
        raise ParamsError(_faults(exc)) from None


@lru_cache(256)  # programs and pages ask the same again and again
def understood_address(model: type[P], query: str, path: tuple[tuple[str, str], ...]) -> P:
    """The raw *query* and the words of the *path* as *model* has them; raises as understood()."""
    return understood(model, told_by(URL(f"?{query}", encoded=True).query, dict(path)))


def understood_json(model: type[P], sent: bytes) -> P:
    """The JSON *sent* as *model* has it; ParamsError with what is wrong."""
    try:
        return model.model_validate_json(sent, strict=True)
    except ValidationError as exc:
        raise ParamsError(_faults(exc)) from None


def _faults(found: ValidationError) -> list[dict[str, str]]:
    """The first faults and how many more there are.

    Whoever sends a megabyte of nonsense gets no megabytes back: to tell of each fault took
    seconds, in which nobody else was answered.
    """
    count = found.error_count()
    if count > TOO_MANY_FAULTS:
        return [{"field": "request", "problem": f"has {count:,} faults, which are not listed"}]
    errors = found.errors(include_url=False, include_input=False, include_context=False)
    faults = [_fault(dict(one)) for one in errors[:FAULTS]]
    if count > FAULTS:
        faults.append({"field": "request", "problem": f"has {count - FAULTS} more faults"})
    return faults


def _fault(error: dict[str, Any]) -> dict[str, str]:
    field = ".".join(str(part) for part in error["loc"])[:LONGEST_FIELD] or "request"
    if error["type"] == "extra_forbidden":
        return {"field": field, "problem": "is unknown here"}
    message = str(error["msg"])
    return {"field": field, "problem": message[:1].lower() + message[1:]}
