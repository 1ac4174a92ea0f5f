"""What else goes when a person asks to be forgotten, and what has to end before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.analytics.render.words import Words
from bot.errors import BotError


class StayError(BotError):
    """Nothing may be forgotten yet.  str(): what the person can do, as HTML in their language."""


async def nothing_lost(user_id: int, words: Words) -> Sequence[str]:
    """What somebody loses where nothing of value is kept."""
    del user_id, words
    return ()


async def nothing_to_end(user_id: int) -> None:
    """How somebody leaves where nothing goes on without them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Farewell:
    """What one feature does about a person who wants to be forgotten.

    losses: sentences (HTML) about what goes with them; asked for before they confirm
    leave: ends what would go on elsewhere; raises StayError, and then nothing is forgotten
    """

    losses: Callable[[int, Words], Awaitable[Sequence[str]]] = nothing_lost
    leave: Callable[[int], Awaitable[None]] = nothing_to_end
