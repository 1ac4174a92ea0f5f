"""The fields of reported facts: what each may be, said once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field
from pydantic_core import PydanticCustomError

from bot.web.api.params import Body

# Telegram's ids have at most 52 bits.
LARGEST_ID = 2**52
YEARS = (1970, 2999)

PersonId = Annotated[int, Field(ge=1, le=LARGEST_ID, description="Telegram's id of a person.")]
ChatId = Annotated[
    int | None,
    Field(ge=-LARGEST_ID, le=LARGEST_ID, description="Without it: the person's private chat."),
]


def wrong(problem: str) -> PydanticCustomError:
    """What a field's own check raises."""
    return PydanticCustomError("track", "{problem}", {"problem": problem})


def _utc(at: datetime) -> datetime:
    # Whatever is added to it, or however its offset is taken off, it stays a date.
    if not YEARS[0] <= at.year <= YEARS[1]:
        raise wrong("is no moment of this time")
    return at.astimezone(UTC)


Moment = Annotated[
    Annotated[AwareDatetime, AfterValidator(_utc)] | None,
    Field(description="When it happened, with an offset; without it: now."),
]
Name = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_]{1,32}$", description="One of few, as it is in code.")
]
Source = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Tokens = Annotated[int, Field(ge=0, le=10**9, description="Counted in no other field.")]
Seconds = Annotated[
    float, Field(ge=0, le=86_400, allow_inf_nan=False, description="How long it took.")
]


class Reported(Body):
    """What every fact says."""

    at: Moment = None

    def moment(self, now: datetime) -> datetime:
        """When it happened."""
        return self.at or now
