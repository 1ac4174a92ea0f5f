"""The bot's account at Telegram as this room needs it; bot/billing/telegram.py is the real one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.errors import BotError


class AccountError(BotError):
    """Telegram did not do it.

    permanent: asking again is useless; is_done: because it was done before
    """

    def __init__(self, reason: str, *, permanent: bool = False, is_done: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.is_done = is_done


@dataclass(frozen=True, kw_only=True, slots=True)
class Transaction:
    """Stars that came from a person, or went back to them under the same charge_id."""

    charge_id: str
    user_id: int | None
    stars: int
    payload: str
    is_recurring: bool
    is_refund: bool
    at: datetime


class Account(Protocol):
    """Each method raises AccountError."""

    async def transactions(self, offset: int, limit: int) -> list[Transaction]:
        """At most *limit* transactions after the oldest *offset* of them, oldest first."""
        ...

    async def refund(self, user_id: int, charge_id: str) -> None:
        """Give the Stars of a charge back."""
        ...

    async def renew(self, user_id: int, charge_id: str, *, is_wanted: bool) -> None:
        """Stop the renewal of this charge's subscription, or let its person switch it on again."""
        ...


class Voice(Protocol):
    """Tells people, in their language, what happened while they were not asking.

    None of it raises: what is told is true already, and is told at most once.
    """

    async def expired(self, user_id: int, plan: str, *, was_wanted: bool) -> None:
        """A plan is over; was_wanted: a renewal was due and did not come."""
        ...

    async def found(self, user_id: int, stars: int, plan: str, until: datetime | None) -> None:
        """A payment came that we had not heard of; until None: it gave no plan."""
        ...

    async def refunded(self, user_id: int, stars: int) -> None:
        """Stars went back."""
        ...
