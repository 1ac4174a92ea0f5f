"""Whoever carries words to the admins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.errors import NotifyError


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press below a message.  data: comes back when it is pressed"""

    text: str
    data: str


Buttons = Sequence[Sequence[Button]]


class Notifier(Protocol):
    """Both raise NotifyError, which says whether and when to try again."""

    async def send(self, text: str, buttons: Buttons = (), /) -> int:
        """Deliver *text* (Telegram HTML) with rows of *buttons*; what comes back is the
        message's number, or 0 if it was sent but nobody knows its number."""

    async def edit(self, message_id: int, text: str, buttons: Buttons = (), /) -> None:
        """Put *text* into a message sent earlier; well if it is there already."""


class Nowhere:
    """A notifier where there is nobody to tell."""

    async def send(self, _text: str, _buttons: Buttons = ()) -> int:
        """Raises NotifyError, always."""
        raise NotifyError("there is no chat to tell: set ADMIN_IDS or ALERT_CHAT_ID")

    async def edit(self, _message_id: int, _text: str, _buttons: Buttons = ()) -> None:
        """Nothing was sent, so nothing is to be changed."""
