"""Tokens for the API: shown once, kept as a hash, with a scope and perhaps an end."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.clock import Clock, from_milliseconds, to_milliseconds, utc_now
from bot.database.api_tables import api_tokens
from bot.database.engine import Database
from bot.errors import BotError

# A name that scanners for lost secrets can find.
FORM = re.compile(r"telegauge_([0-9a-f]{8})_([\w-]{43})")
NAME = re.compile(r"[\w .-]{1,64}")
USE_NOTED_EVERY = timedelta(minutes=1)

row = api_tokens.c


class Scope(StrEnum):
    """What a token is for: read the reports, report facts, or anything."""

    READ = "read"
    TRACK = "track"
    ADMIN = "admin"


class TokenError(BotError):
    """A token cannot be made; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A token without its secret.  id: the part that may be seen; last_used_at: by the minute"""

    id: str
    name: str
    scope: Scope
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    def is_valid(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        is_over = self.expires_at is not None and self.expires_at <= now
        return self.revoked_at is None and not is_over

    def allows(self, scope: Scope) -> bool:
        """Whether it is for that."""
        return self.scope in {scope, Scope.ADMIN}


class Tokens:
    """The table of tokens."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    async def create(
        self, name: str, scope: Scope, life: timedelta | None = None
    ) -> tuple[Token, str]:
        """A new token and what to send; TokenError for a name that is taken or no name."""
        if not NAME.fullmatch(name):
            raise TokenError("a name has 1 to 64 letters, digits, spaces, dots or dashes")
        now = self._clock()
        secret = secrets.token_urlsafe(32)
        token = Token(
            id=secrets.token_hex(4),
            name=name,
            scope=scope,
            created_at=now,
            expires_at=now + life if life else None,
        )
        try:
            async with self._database.write("tokens.create", durable=True) as connection:
                await connection.execute(insert(api_tokens).values(_values(token, secret)))
        except IntegrityError:
            raise TokenError(f"there is a token called {name!r} already") from None
        return token, f"telegauge_{token.id}_{secret}"

    async def all(self) -> list[Token]:
        """Every token there is or was, the newest first."""
        query = select(api_tokens).order_by(row.created_at.desc(), row.id)
        async with self._database.read("tokens.all") as connection:
            return [_token(found) for found in (await connection.execute(query)).mappings()]

    async def revoke(self, name: str) -> bool:
        """Whether there was a valid token of that name; it opens nothing any more."""
        return await self._revoke(row.name == name)

    async def revoke_id(self, token_id: str) -> bool:
        """As revoke(), by the part of the token that may be seen."""
        return await self._revoke(row.id == token_id)

    def is_valid(self, token: Token) -> bool:
        """Whether *token* still opens anything."""
        return token.is_valid(self._clock())

    async def _revoke(self, which: ColumnElement[bool]) -> bool:
        query = update(api_tokens).where(which, row.revoked_at.is_(None))
        values = {"revoked_at": to_milliseconds(self._clock())}
        async with self._database.write("tokens.revoke", durable=True) as connection:
            return bool((await connection.execute(query.values(values))).rowcount)

    async def find(self, sent: str) -> Token | None:
        """The token that was sent, if it is one and valid."""
        form = FORM.fullmatch(sent)
        if form is None:
            return None
        async with self._database.read("tokens.find") as connection:
            query = select(api_tokens).where(row.id == form[1])
            found = (await connection.execute(query)).mappings().one_or_none()
        # Compared in constant time; what is no token's id takes as long.
        is_right = hmac.compare_digest(found[row.digest] if found else "", _digest(form[2]))
        if found is None or not is_right:
            return None
        token = _token(found)
        return token if token.is_valid(self._clock()) else None

    async def used(self, token: Token) -> None:
        """Note that it was used, at most once a minute."""
        now = self._clock()
        if token.last_used_at and now - token.last_used_at < USE_NOTED_EVERY:
            return
        query = update(api_tokens).where(row.id == token.id)
        async with self._database.write("tokens.used") as connection:
            await connection.execute(query.values(last_used_at=to_milliseconds(now)))


def _digest(secret: str) -> str:
    # 256 random bits cannot be guessed, so a slow hash would only slow us down.
    return hashlib.sha256(secret.encode()).hexdigest()


def _values(token: Token, secret: str) -> dict[str, object]:
    return {
        "id": token.id,
        "name": token.name,
        "scope": token.scope.value,
        "digest": _digest(secret),
        "created_at": to_milliseconds(token.created_at),
        "expires_at": to_milliseconds(token.expires_at) if token.expires_at else None,
    }


def _token(found: RowMapping) -> Token:
    def moment(name: str) -> datetime | None:
        return from_milliseconds(found[name]) if found[name] is not None else None

    return Token(
        id=found["id"],
        name=found["name"],
        scope=Scope(found["scope"]),
        created_at=from_milliseconds(found["created_at"]),
        expires_at=moment("expires_at"),
        revoked_at=moment("revoked_at"),
        last_used_at=moment("last_used_at"),
    )
