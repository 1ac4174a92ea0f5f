"""Where a quiz is played: the chat, as the room needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.errors import BotError
from bot.quiz.run import Asked

# Rows of (label, callback data).
Buttons = tuple[tuple[tuple[str, str], ...], ...]


class StageError(BotError):
    """The chat could not be reached, or nobody knows whether it was.

    is_final: trying again is useless
    """

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


@dataclass(frozen=True, slots=True)
class Poll:
    """A question that was sent.  message_id: None when only its poll has been seen."""

    poll_id: str
    message_id: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """A poll as it stands.  votes: for each of its options."""

    poll_id: str
    text: str
    options: tuple[str, ...]
    votes: tuple[int, ...] = ()
    is_closed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Vote:
    """What somebody chose in a poll; name: as Telegram shows it."""

    poll_id: str
    telegram_id: int
    name: str
    options: tuple[int, ...]


class Stage(Protocol):
    """Texts are Telegram HTML.  The first three raise StageError; the rest makes do."""

    async def ask(self, chat_id: int, asked: Asked, seconds: int) -> Poll:
        """Send a question that stays open for *seconds*."""

    async def say(self, chat_id: int, text: str, buttons: Buttons = ()) -> None:
        """Send a message."""

    async def edit(self, chat_id: int, message_id: int, text: str, buttons: Buttons = ()) -> None:
        """Put *text* into a message; well if it is there already."""

    async def close(self, chat_id: int, message_id: int) -> None:
        """Let nobody vote any more, as far as that is possible."""

    async def name(self, chat_id: int, telegram_id: int) -> str | None:
        """What a member of the chat is called; None when it cannot be found out."""

    async def is_admin(self, chat_id: int, telegram_id: int) -> bool:
        """Whether somebody manages the chat; no, when it cannot be found out."""
