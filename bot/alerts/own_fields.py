"""What the operator may say about a rule: the fields of alerts.toml, with what is expected."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.alerts.rules import Comparison
from bot.alerts.terms import HOUR, MINUTE, Severity

DAY = 24 * HOUR
UNITS = {"s": 1.0, "m": MINUTE, "h": HOUR, "d": DAY}
DURATION = re.compile(r"(?:\d{1,6}(?:\.\d{1,3})?[smhd])+")
# Fields that are one.
DURATIONS = ("window", "for", "throttle", "repeat")
PART = re.compile(r"([\d.]+)([smhd])")
# The 95th percentile of fewer is only the longest of them.
AT_LEAST = 20

Read = Literal["value", "rate", "increase", "p95"]
NoData = Literal["keep", "fire", "ok"]


def seconds(value: object) -> float:
    """What "90s", "5m", "2h" or "1h30m" means; ValueError for anything else."""
    if not isinstance(value, str) or not DURATION.fullmatch(value.strip()):
        raise ValueError("is no duration")
    return sum(float(number) * UNITS[unit] for number, unit in PART.findall(value))


Seconds = Annotated[float, BeforeValidator(seconds)]
Number = Annotated[float, Field(allow_inf_nan=False)]
# PostgreSQL takes no zero in a text, and notices quote both.
NO_ZERO = r"^[^\u0000]*$"
Name = Annotated[str, Field(min_length=1, max_length=64)]
Word = Annotated[str, Field(min_length=1, max_length=64, pattern=NO_ZERO)]


class _Part(BaseModel):
    # strict: a threshold of "5" or true is a mistake.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class OwnRule(_Part):
    """One [[rule]].

    labels: the children of *series* that count, all others apart; several values: any of them
    recovery: where it is good again; None: at 0.8 of the threshold, or above 1 / 0.8 of it
    pending: seconds that it must be bad before it fires; None: two checks, critical: one
    """

    name: str = Field(
        pattern=r"^[A-Za-z][A-Za-z0-9_]{0,39}$",
        description="1 to 40 of a-z, A-Z, 0-9 and _, beginning with a letter",
    )
    series: str = Field(max_length=100, description="a series of docs/metrics.md")
    labels: dict[Name, Word | Annotated[list[Word], Field(min_length=1, max_length=50)]] = Field(
        {}, max_length=10, description='a table like {plan = "vip"} or {plan = ["pro", "vip"]}'
    )
    read: Read = Field("value", description="value, rate, increase or p95")
    window: Seconds | None = Field(
        None, ge=10, le=DAY, description='a duration from "10s" to "24h", such as "5m"'
    )
    comparison: Comparison = Field(">", description=">, >=, < or <=")
    threshold: Number = Field(description="a number")
    recovery: Number | None = Field(None, description="a number")
    at_least: int = Field(
        AT_LEAST, ge=1, le=1_000_000, description="how many observations a p95 needs, at least 1"
    )
    pending: Seconds | None = Field(
        None, alias="for", le=DAY, description='a duration up to "24h", such as "90s"'
    )
    severity: Severity = Field("warning", description="critical or warning")
    first_aid: str = Field(
        "",
        max_length=300,
        pattern=NO_ZERO,
        description="a sentence of at most 300 characters: what to do first",
    )
    throttle: Seconds = Field(0.0, le=7 * DAY, description='a duration up to "7d", such as "30m"')
    repeat: Seconds = Field(
        4 * HOUR,
        le=7 * DAY,
        description='a duration up to "7d", such as "4h"; "0s": never',
    )
    no_data: NoData = Field("keep", description="keep, fire or ok")

    @property
    def is_high_bad(self) -> bool:
        """Whether it fires when the figure is too high, rather than too low."""
        return self.comparison in {">", ">="}

    @property
    def span(self) -> float:
        """Seconds that rate, increase and p95 look back."""
        return self.window or 5 * MINUTE


def words_of(rule: OwnRule) -> dict[str, Any]:
    """What was said of *rule*, in the words of the file; durations in seconds."""
    said = rule.model_dump(by_alias=True, exclude_unset=True)
    return said | {name: f"{said[name]:g}s" for name in DURATIONS if said.get(name) is not None}


class BuiltinChange(_Part):
    """One [builtin.NAME]; None: as it was."""

    enabled: bool = Field(default=True, description="true or false")
    severity: Severity | None = Field(None, description="critical or warning")
    threshold: Number | None = Field(None, description="a number")
    pending: Seconds | None = Field(
        None, alias="for", le=DAY, description='a duration up to "24h", such as "90s"'
    )
    throttle: Seconds | None = Field(
        None, le=7 * DAY, description='a duration up to "7d", such as "30m"'
    )
    repeat: Seconds | None = Field(
        None, le=7 * DAY, description='a duration up to "7d", such as "4h"; "0s": never'
    )
