"""What the operator sells: plans with their prices, limits and priority, read from a TOML file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from bot.errors import ConfigError

SHIPPED = Path(__file__).with_name("plans.toml")
SETTING = "PLANS_FILE"
# In payments and metrics: none of the plans that there are.
OTHER = "other"

Priority = Literal["low", "medium", "high"]
# Telegram's bounds for a price in Stars; a subscription's are tighter.
Stars = Annotated[int, Field(ge=1, le=25_000)]
MonthlyStars = Annotated[int, Field(ge=1, le=10_000)]
NAME = re.compile(r"[a-z][a-z0-9_]{0,15}")
SHOWN_LENGTH = 40  # of a name that may be anything


def _short(value: str) -> str:
    if not NAME.fullmatch(value):
        raise ValueError("has 1 to 16 of a-z, 0-9 and _, and begins with a-z")
    return value


Name = Annotated[str, AfterValidator(_short)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DownloadLimits(_Part):
    """How much one person may download.

    waiting: downloads of one person in the queue at a time; megabytes and minutes: of one file
    """

    a_day: int = Field(ge=0)
    waiting: int = Field(ge=1, le=100)
    megabytes: int = Field(ge=1, le=2_000)
    minutes: int = Field(ge=1, le=24 * 60)


class AssistantLimits(_Part):
    """How much one person may ask in 24 hours."""

    messages_a_day: int = Field(ge=0)
    tokens_a_day: int = Field(ge=0)


class Plan(_Part):
    """One thing to be on.  A plan without any price is had for nothing.

    name: for callback data, payloads and metric labels; title: what people read
    stars_a_month: for a subscription of 30 days; stars_once: for 30 days that end by themselves
    """

    name: Name
    title: str = Field(min_length=1, max_length=32)
    priority: Priority
    stars_a_month: MonthlyStars | None = None
    stars_once: Stars | None = None
    downloads: DownloadLimits
    assistant: AssistantLimits

    @property
    def is_free(self) -> bool:
        """Whether nobody has to pay for it."""
        return self.stars_a_month is None and self.stars_once is None


class Plans(_Part):
    """Every plan, the free one first and then in rising worth."""

    plan: tuple[Plan, ...] = Field(min_length=1, max_length=10)

    @model_validator(mode="after")
    def _has_sense(self) -> Plans:
        names = [plan.name for plan in self.plan]
        if twins := [name for n, name in enumerate(names) if name in names[:n]]:
            raise ValueError(f"two plans have the same name, {twins[0]}")
        if OTHER in names:
            raise ValueError(f"{OTHER} is what plans are called that are sold no more")
        if not self.plan[0].is_free:
            raise ValueError("the first plan must be free: it has no stars_a_month or stars_once")
        if unpaid := [plan.name for plan in self.plan[1:] if plan.is_free]:
            raise ValueError(
                f"{unpaid[0]} needs stars_a_month or stars_once; only the first is free"
            )
        return self

    @property
    def free(self) -> Plan:
        """What everybody is on who has not paid."""
        return self.plan[0]

    @property
    def paid(self) -> tuple[Plan, ...]:
        """What can be bought."""
        return self.plan[1:]

    def get(self, name: str) -> Plan | None:
        """The plan of this name, if the file (still) has it."""
        return next((plan for plan in self.plan if plan.name == name), None)

    def rank(self, name: str) -> int:
        """Its place, 0 for the free one and for names that are gone."""
        return next((n for n, plan in enumerate(self.plan) if plan.name == name), 0)


# Telegram's id of a person → what they are on now.
PlanOf = Callable[[int], Awaitable[Plan]]


def load_plans(path: Path | None = None) -> Plans:
    """The plans of *path*, or those that come with the bot.

    Raises ConfigError about PLANS_FILE that names the plan and the field.
    """
    file, found = path or SHIPPED, dict[str, Any]()
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
        return Plans.model_validate(found)
    except OSError as exc:
        raise ConfigError(SETTING, f"cannot be read: {exc.strerror or exc}") from None
    except ValidationError as exc:
        raise ConfigError(SETTING, f"{file.name}: {_problem(exc, found)}") from None
    except ValueError as exc:  # what is no TOML, and no UTF-8
        raise ConfigError(SETTING, f"{file.name}: {exc}") from None


def _problem(exc: ValidationError, found: dict[str, Any]) -> str:
    """The first problem: where it is, in the file's own words, and what was expected."""
    first = exc.errors()[0]
    place = [str(part) for part in first["loc"]]
    if len(place) > 1:
        number = int(place[1])
        place[:2] = [_called(found["plan"][number], number)]
    is_number = first["type"].startswith("int_")
    message = "must be a whole number" if is_number else first["msg"].removeprefix("Value error, ")
    return f"{', '.join(place)}: {message}" if place else message


def _called(plan: object, number: int) -> str:
    """A plan by its name, or by its place where it has none."""
    name = plan.get("name") if isinstance(plan, dict) else None
    return f'plan "{name[:SHOWN_LENGTH]}"' if isinstance(name, str) else f"plan {number + 1}"
