"""Who may ask the API: bearer tokens with a scope, and not too often."""

from __future__ import annotations

import hmac
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from bot.buckets import Buckets
from bot.clock import EPOCH
from bot.tokens import Scope, Token, Tokens
from bot.web.access import sent_secret

# A token that was found is trusted for so long: as long does it work on after it was revoked.
TRUSTED_SECONDS = 5.0
TRUSTED = 1_000
# A second for long, and at once.
RATE, BURST = 50.0, 2_000.0
# Wrong tokens of one address: guessing 256 bits takes for ever, this is for the log's sake.
WRONG_RATE, WRONG_BURST = 0.5, 20.0
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="telegauge"'}


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who asks, and may.

    id: for the limits of haste; name: as the operator knows them
    person: Telegram's id of an admin who came from Telegram; 0: a program, or nobody knows who
    """

    id: str
    name: str
    scope: Scope
    person: int = 0


@dataclass(frozen=True, slots=True)
class _Trusted:
    token: Token
    until: float


class ApiAccess:
    """Decides for each request.

    own: API_TOKEN, which opens everything; None: only those of the table do
    """

    def __init__(
        self,
        tokens: Tokens,
        own: str | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tokens = tokens
        self._own = own
        self._monotonic = monotonic
        self._trusted: dict[str, _Trusted] = {}
        self._asked = Buckets(RATE, BURST, monotonic=monotonic)
        self._wrong = Buckets(WRONG_RATE, WRONG_BURST, monotonic=monotonic)

    async def require(self, request: web.Request, scope: Scope) -> Caller:
        """Who makes *request*, which needs *scope*.

        Raises HTTPUnauthorized, HTTPForbidden or HTTPTooManyRequests.
        """
        token = await self._found(request)
        if token is None:
            # Only who is wrong has to wait: others may come from the same address.
            if wait := self._wrong.take(request.remote or ""):
                raise _patience(wait)
            raise web.HTTPUnauthorized(
                text="Send a token as Authorization: Bearer …; telegauge token create makes one.",
                headers=CHALLENGE,
            )
        if wait := self._asked.take(token.id):
            raise _patience(wait)
        if not token.allows(scope):
            text = f"The token {token.name!r} is for {token.scope}; this needs {scope}."
            raise web.HTTPForbidden(text=text)
        return Caller(id=token.id, name=token.name, scope=token.scope)

    async def _found(self, request: web.Request) -> Token | None:
        sent = (sent_secret(request) or b"").decode("ascii", "replace")
        if self._own and hmac.compare_digest(sent.encode(), self._own.encode()):
            return Token(id="own", name="API_TOKEN", scope=Scope.ADMIN, created_at=EPOCH)
        now = self._monotonic()
        known = self._trusted.get(sent)
        if known and now < known.until:
            return known.token
        token = await self._tokens.find(sent)
        self._trusted.pop(sent, None)
        if token:
            if len(self._trusted) >= TRUSTED:
                self._trusted.clear()
            self._trusted[sent] = _Trusted(token, now + TRUSTED_SECONDS)
            await self._tokens.used(token)
        return token


def _patience(seconds: float) -> web.HTTPTooManyRequests:
    wait = str(max(1, math.ceil(seconds)))
    return web.HTTPTooManyRequests(
        text=f"Too many requests; ask again in {wait} s.", headers={"Retry-After": wait}
    )
