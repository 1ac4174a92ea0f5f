"""How numbers, periods and moments are told, the same in every answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, PlainSerializer, WithJsonSchema

from bot.analytics.reports.figure import Figure, Unknown
from bot.analytics.reports.period import Period

# Telegram's ids have at most 52 bits, so that JavaScript can hold them.
TELEGRAM_MOST = 2**52

PersonId = Annotated[int, Field(ge=1, le=TELEGRAM_MOST, description="Telegram's id of a person.")]
ChatId = Annotated[
    int,
    Field(
        ge=-TELEGRAM_MOST,
        le=TELEGRAM_MOST,
        description="Telegram's id of a chat; of a group or a channel it is below zero.",
    ),
]
Moment = Annotated[
    datetime,
    PlainSerializer(lambda at: at.astimezone(UTC).isoformat(), return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]


class UnknownTold(BaseModel):
    """A number that cannot be known, as in every report.  reason: of bot's Unknown"""

    value: None = None
    reason: str


Number = float | UnknownTold
Count = int | UnknownTold


class ComparedTold(BaseModel):
    """A number, and the same in the time before."""

    value: Number
    before: Number

    @classmethod
    def of(cls, figure: Figure) -> ComparedTold:
        """The report's figure."""
        return cls(
            value=number(figure.value, figure.unknown),
            before=number(figure.before, figure.unknown_before),
        )


class PeriodTold(BaseModel):
    """Which days an answer is about.  now: nothing at or after it counts"""

    first_day: date
    last_day: date
    days: int
    zone: str
    now: Moment

    @classmethod
    def of(cls, period: Period) -> PeriodTold:
        """The report's period."""
        return cls(
            first_day=period.first_day,
            last_day=period.last_day,
            days=period.days,
            zone=str(period.zone),
            now=period.now,
        )


def number(value: float | None, unknown: Unknown | None) -> Any:
    """*value*, or why it cannot be known."""
    if value is None:
        return UnknownTold(reason=(unknown or Unknown.NO_UPDATES).value)
    return value


def plain(figures: Mapping[str, Figure], *, is_before: bool = False) -> dict[str, Any]:
    """The numbers of *figures* now, or before."""
    if is_before:
        return {name: number(one.before, one.unknown_before) for name, one in figures.items()}
    return {name: number(one.value, one.unknown) for name, one in figures.items()}
