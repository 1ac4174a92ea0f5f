"""What is agreed on with a reader of facts: how much and how often, and what they may write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
from pydantic import AfterValidator, Field, WithJsonSchema

from bot.analytics.events import Event
from bot.analytics.telling import KINDS, USUAL
from bot.web.api.params import Body, Params, ParamsError

# The longest sensible message names every kind there is.
MESSAGE_BYTES = 4_096
SECRET_LENGTH = 300

Kinds = frozenset[type[Event]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How much, and how often.

    readers: at once; guests: of them, those who have not said who they are
    each: of one token or person; kept: for admins alone
    opening_seconds: within which a guest has to
    facts: in one message, the newest; pace_seconds: between two messages with facts
    online_seconds: between two counts of people; check_seconds: between two looks at the secret
    ping_seconds: of silence, before a reader is asked whether they are there
    words, words_a_second: messages from a reader, at once and for long
    buffer_bytes: what may wait in the system for a reader who is slow
    closing_seconds: for a reader to say goodbye
    """

    readers: int = 50
    guests: int = 10
    each: int = 5
    kept: int = 5
    opening_seconds: float = 5.0
    facts: int = 50
    pace_seconds: float = 0.25
    online_seconds: float = 5.0
    # A secret that was found is trusted for 5 s: with these 4, a revoked one has 9 at most.
    check_seconds: float = 4.0
    ping_seconds: float = 20.0
    words: int = 10
    words_a_second: float = 1.0
    buffer_bytes: int = 65_536
    closing_seconds: float = 1.0


def _known(names: str) -> str:
    kinds_of(names.split(","))
    return names


class LiveParams(Params):
    """What may be asked when the talk begins."""

    kinds: Annotated[
        str,
        Field(description="Kinds of facts as in docs/events.md, separated by commas."),
        AfterValidator(_known),
        WithJsonSchema({"type": "string", "pattern": "^({0})(,({0}))*$".format("|".join(KINDS))}),
    ] = ",".join(USUAL)


class Opening(Body):
    """The first message of who could send no header, as browsers cannot."""

    authorization: Annotated[str, Field(max_length=SECRET_LENGTH, pattern="^[Bb]earer ")]


class Filter(Body):
    """Which kinds are wanted from now on; none: a pause."""

    kinds: Annotated[list[str], Field(max_length=len(KINDS))]


def kinds_of(names: Iterable[str]) -> Kinds:
    """The kinds of facts called so; ParamsError for a name that none has."""
    wanted = list(names)
    if unknown := [name for name in wanted if name not in KINDS]:
        raise ParamsError.of("kinds", f"{unknown[0][:40]!r} is no kind of fact")
    return frozenset(KINDS[name] for name in wanted)


def names_of(kinds: Kinds) -> list[str]:
    """The names of *kinds*, in their order."""
    return sorted(kind.__name__ for kind in kinds)


def packed(**message: Any) -> bytes:
    """A message to a reader."""
    return orjson.dumps(message, option=orjson.OPT_UTC_Z)
