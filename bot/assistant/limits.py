"""How much a person may ask in any 24 hours, and when they may ask again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.assistant.book import Spent
from bot.plans import AssistantLimits

DAY = timedelta(days=1)

Kind = Literal["messages", "tokens"]


@dataclass(frozen=True, slots=True)
class Reached:
    """A limit of somebody's plan that is used up.

    frees_at: when they may ask again; None: never, the plan has none of it
    """

    kind: Kind
    limit: int
    frees_at: datetime | None


def reached(limits: AssistantLimits, spent: Sequence[Spent]) -> Reached | None:
    """The limit that forbids one more question after those of the last day, oldest first.

    Of two the one that lasts longer.
    """
    messages = _reached("messages", limits.messages_a_day, spent, [1 for _ in spent])
    tokens = _reached("tokens", limits.tokens_a_day, spent, [one.tokens for one in spent])
    found = [one for one in (messages, tokens) if one]
    return max(found, key=_lasting, default=None)


def _reached(
    kind: Kind, limit: int, spent: Sequence[Spent], counts: Sequence[int]
) -> Reached | None:
    if sum(counts) < limit:
        return None
    return Reached(kind, limit, _frees_at(limit, spent, counts))


def _lasting(one: Reached) -> tuple[bool, float]:
    return one.frees_at is None, one.frees_at.timestamp() if one.frees_at else 0


def _frees_at(limit: int, spent: Sequence[Spent], counts: Sequence[int]) -> datetime | None:
    """When so many are a day old that the sum of the rest is below *limit*."""
    left = sum(counts)
    for one, count in zip(spent, counts, strict=True):
        left -= count
        if left < limit:
            return one.at + DAY
    return None
