"""Where an answer appears; bot/assistant/telegram.py is the one that people see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.assistant.trouble import Trouble
from bot.errors import BotError


class ScreenError(BotError):
    """Nobody can be shown anything any more: blocked, left, or the message was deleted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How an answer ended, for whoever reads it.

    state: done, failed, stopped or interrupted; is_cut: the model stopped at its limit
    retry_after: seconds after which the endpoint may be asked again, None if it did not say
    """

    state: str
    error: Trouble | None = None
    is_cut: bool = False
    retry_after: float | None = None


class Screen(Protocol):
    """One answer in a chat.

    pace: seconds between two draws, as the chat allows
    """

    pace: float

    @property
    def message_id(self) -> int | None:
        """Where the answer grows now; None while there is nothing."""
        ...

    async def open(self, completion_id: int) -> None:
        """Show that an answer is coming, with a button to stop it."""
        ...

    async def draw(self, text: str) -> None:
        """Show *text*, all that came so far; raises ScreenError when that is in vain."""
        ...

    async def beat(self) -> None:
        """Show that somebody is typing, for some seconds."""
        ...

    async def finish(self, text: str, outcome: Outcome) -> None:
        """Show all of *text* and how it ended, without the button; never raises."""
        ...
