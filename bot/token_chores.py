"""What the command line does about tokens for the API: makes, lists and revokes them."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.chores import opened
from bot.clock import utc_now
from bot.config import Settings
from bot.tokens import Scope, Token, Tokens


async def create(settings: Settings, *, name: str, scope: str, days: int | None) -> str:
    """What to send, which nobody can find out again; TokenError for a name that will not do."""
    async with opened(settings) as core:
        life = None if days is None else timedelta(days=days)
        _, secret = await Tokens(core.database).create(name, Scope(scope), life)
        return secret


async def listed(settings: Settings) -> list[tuple[str, ...]]:
    """A row for every token, the newest first: name, scope, state, made, expires, last used."""
    async with opened(settings) as core:
        found = await Tokens(core.database).all()
    return [_row(token, utc_now()) for token in found]


async def revoke(settings: Settings, *, name: str) -> bool:
    """Whether there was a token of that name to revoke."""
    async with opened(settings) as core:
        return await Tokens(core.database).revoke(name)


def _row(token: Token, now: datetime) -> tuple[str, ...]:
    state = "valid" if token.is_valid(now) else "revoked" if token.revoked_at else "expired"
    return (
        token.name,
        token.scope,
        state,
        _day(token.created_at),
        _day(token.expires_at) or "never",
        f"{token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "never",
    )


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else ""
