"""What may be asked of each endpoint: models that refuse and name the field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.analytics.reports.query import Step
from bot.analytics.shelf import Kind

LONGEST = 365
INTERVALS: dict[str, Step] = {
    "hourly": "hour",
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
}

P = TypeVar("P", bound=BaseModel)


class ParamsError(Exception):
    """A request that cannot be understood.  faults: what is wrong with which field"""

    def __init__(self, faults: list[dict[str, str]]) -> None:
        super().__init__("; ".join(f"{one['field']}: {one['problem']}" for one in faults))
        self.faults = faults


class Params(BaseModel):
    """The words behind the question mark; an unknown one is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def about(kind: Kind, *, longest: int = LONGEST) -> type[Params]:
    """What may be asked of a report: of how many days, and how it is cut."""
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
    name = "".join(part.title() for part in kind.name.split("_"))
    return type(f"{name}Params", (Params,), {"__annotations__": fields, **values})


def understood(model: type[P], sent: Mapping[str, str]) -> P:
    """*sent* as *model* has it; ParamsError with every fault."""
    try:
        return model.model_validate(dict(sent))
    except ValidationError as exc:
        raise ParamsError([_fault(dict(one)) for one in exc.errors()]) from None


def _fault(error: dict[str, Any]) -> dict[str, str]:
    field = ".".join(str(part) for part in error["loc"]) or "request"
    if error["type"] == "extra_forbidden":
        return {"field": field, "problem": "is unknown here"}
    message = str(error["msg"])
    return {"field": field, "problem": message[:1].lower() + message[1:]}
