"""The API's tokens: made, listed and ended by an admin, as on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, Field

from bot.tokens import Scope, Token, TokenError, Tokens
from bot.web.api.endpoint import Call, Endpoint, model_answer
from bot.web.api.params import Body, Params

OWN = "own"
LONGEST_LIFE = 3650


class TokenPath(Params):
    """Which token."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$", description="As GET /tokens has it.")]


class TokenWanted(Body):
    """A token to be made."""

    name: Annotated[
        str,
        Field(
            pattern=r"^[A-Za-z0-9_ .-]{1,64}$", description="What it is called, such as grafana."
        ),
    ]
    # By its word: text is never taken for another type otherwise.
    scope: Annotated[
        Scope, Field(strict=False, description="What it opens: reading, reporting, or everything.")
    ]
    life_days: Annotated[
        int | None, Field(ge=1, le=LONGEST_LIFE, description="Days until it ends; else never.")
    ] = None


class TokenTold(BaseModel):
    """A token without its secret.  id "own" is API_TOKEN, which only the settings can end."""

    id: str
    name: str
    scope: Scope
    is_valid: bool
    is_revocable: bool
    created_at: datetime | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    @classmethod
    def of(cls, token: Token, tokens: Tokens) -> TokenTold:
        """*token*, as it is now."""
        is_valid = tokens.is_valid(token)
        return cls(
            id=token.id,
            name=token.name,
            scope=token.scope,
            is_valid=is_valid,
            is_revocable=is_valid,
            created_at=token.created_at,
            expires_at=token.expires_at,
            revoked_at=token.revoked_at,
            last_used_at=token.last_used_at,
        )


class TokensTold(BaseModel):
    """Every token there is or was, the newest first."""

    tokens: Sequence[TokenTold]


class TokenMade(BaseModel):
    """A new token.  secret: what to send as Authorization: Bearer …; nobody can see it again"""

    token: TokenTold
    secret: str


class TokenDoors:
    """Tokens for programs.  has_own: whether API_TOKEN is set"""

    def __init__(self, tokens: Tokens, *, has_own: bool) -> None:
        self._tokens = tokens
        self._has_own = has_own

    def endpoints(self) -> list[Endpoint]:
        """What this answers."""
        return [
            Endpoint(
                method="GET",
                path="tokens",
                scope=Scope.ADMIN,
                summary="The tokens, without their secrets.",
                gives=TokensTold,
                answer=self.all,
            ),
            Endpoint(
                method="POST",
                path="tokens",
                scope=Scope.ADMIN,
                summary="Make a token; its secret is shown once.",
                body=TokenWanted,
                example={"name": "grafana", "scope": "read", "life_days": 365},
                gives=TokenMade,
                status=201,
                refusals={409: "A token has this name already, or had it."},
                answer=self.create,
            ),
            Endpoint(
                method="DELETE",
                path="tokens/{id}",
                scope=Scope.ADMIN,
                summary="End a token, and every session that was made with it.",
                description="A running bot may take it for five seconds more.",
                asks=TokenPath,
                status=204,
                refusals={404: "There is no such token that could be ended."},
                answer=self.revoke,
            ),
        ]

    async def all(self, _: Call[Params]) -> web.Response:
        """Those of the table, and API_TOKEN."""
        own = TokenTold(
            id=OWN, name="API_TOKEN", scope=Scope.ADMIN, is_valid=True, is_revocable=False
        )
        kept = [TokenTold.of(one, self._tokens) for one in await self._tokens.all()]
        return model_answer(TokensTold(tokens=[own, *kept] if self._has_own else kept))

    async def create(self, call: Call[Params]) -> web.Response:
        """A new token and its secret."""
        wanted: TokenWanted = call.body
        life = timedelta(days=wanted.life_days) if wanted.life_days else None
        try:
            token, secret = await self._tokens.create(wanted.name, wanted.scope, life)
        except TokenError as exc:
            raise web.HTTPConflict(text=f"{exc}.") from None
        made = TokenMade(token=TokenTold.of(token, self._tokens), secret=secret)
        return model_answer(made, status=201)

    async def revoke(self, call: Call[TokenPath]) -> web.Response:
        """Nothing is opened by it any more."""
        if not await self._tokens.revoke_id(call.asked.id):
            raise web.HTTPNotFound(text="There is no such token that could be ended.")
        return web.Response(status=204)
