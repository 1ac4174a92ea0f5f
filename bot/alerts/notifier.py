"""Whoever carries words to the admins."""

from __future__ import annotations

from typing import Protocol


class Notifier(Protocol):
    """Both raise NotifyError, which says whether and when to try again."""

    async def send(self, text: str) -> int:
        """Deliver *text* (Telegram HTML); what comes back is the message's number,
        or 0 if it was sent but nobody knows its number."""

    async def edit(self, message_id: int, text: str) -> None:
        """Put *text* into a message sent earlier; well if it is there already."""
