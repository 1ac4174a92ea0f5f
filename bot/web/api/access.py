"""Who may ask the API: tokens, sessions of the dashboard and links, and not too often."""

from __future__ import annotations

import hmac
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

import structlog
from aiohttp import hdrs, web

from bot.buckets import Buckets
from bot.sessions import Session, Sessions, csrf_of
from bot.shares import Share, Shares
from bot.tokens import Scope, Token, Tokens
from bot.web.api.guesses import Find, Guesses, HasteError, T

# A secret that was found is trusted for so long: as long does it work on after it was revoked.
TRUSTED_SECONDS = 5.0
TRUSTED = 1_000
# A second for long, and how many times as many at once.
RATE, BURSTS = 50.0, 40
BURST = RATE * BURSTS
# Of one link: a page that is looked at by a whole office, not by a machine.
SHARE_RATE, SHARE_BURST = 2.0, 120.0
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="telegauge"'}
NOTHING = "Send a token as Authorization: Bearer …; telegauge token create makes one."
WRONG = "This token is not known, or has ended; telegauge token list shows those there are."
COOKIE = "telegauge_session"
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = {hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_OPTIONS}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who asks, and may.

    id: for the limits of haste; name: as the operator knows them
    person: Telegram's id of an admin who came from Telegram; 0: a program, or nobody knows who
    share: the link that was followed, where a link is asked for and no token
    """

    id: str
    name: str
    scope: Scope
    person: int = 0
    share: Share | None = None

    def allows(self, scope: Scope) -> bool:
        """Whether they may do that."""
        return self.scope in {scope, Scope.ADMIN}


# Who has API_TOKEN.
OWN = Caller(id="own", name="API_TOKEN", scope=Scope.ADMIN)


@dataclass(frozen=True, slots=True)
class _Trusted:
    caller: Caller
    until: float


class ApiAccess:
    """Decides for each request.

    own: API_TOKEN, which opens everything; None: only those of the table do
    sessions, shares: None: there is no dashboard
    rate: requests a second that a token may make for long
    """

    def __init__(  # noqa: PLR0913  each has a sensible default
        self,
        tokens: Tokens,
        own: str | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        sessions: Sessions | None = None,
        shares: Shares | None = None,
        rate: float = RATE,
    ) -> None:
        self._tokens = tokens
        self._own = own
        self._monotonic = monotonic
        self._sessions = sessions
        self._shares = shares
        self._trusted: dict[str, _Trusted] = {}
        self._asked = Buckets(rate, max(1.0, rate * BURSTS), monotonic=monotonic)
        self._shown = Buckets(SHARE_RATE, SHARE_BURST, monotonic=monotonic)
        self._guesses = Guesses(self._ids, monotonic)

    async def require(self, request: web.Request, scope: Scope) -> Caller:
        """Who makes *request*, which needs *scope*.

        Raises HTTPUnauthorized, HTTPForbidden or HTTPTooManyRequests.
        """
        secret = secret_of(request)
        caller = await self.admit(secret, request.remote or "", scope)
        if request.method not in SAFE_METHODS and hdrs.AUTHORIZATION not in request.headers:
            require_csrf(request, secret)
        return caller

    async def admit(self, secret: str, remote: str, scope: Scope) -> Caller:
        """Who has *secret* (a token's or a session's) and asks from *remote*, as require()."""
        caller = await self._found(secret, remote)
        if caller is None:
            _refuse(WRONG if secret else NOTHING)
        if wait := self._asked.take(caller.id):
            raise patience(wait)
        if not caller.allows(scope):
            text = f"The token {caller.name!r} is for {caller.scope}; this needs {scope}."
            raise web.HTTPForbidden(text=text)
        return caller

    def readmit(self, secret: str, scope: Scope) -> bool:
        """Admit *secret*, as a moment ago, and count a request; whether that may be.

        False when it has to be looked up, or refused: admit() then says which.
        """
        caller = self._known(secret)
        return caller is not None and caller.allows(scope) and not self._asked.take(caller.id)

    async def require_share(self, request: web.Request) -> Caller:
        """Who follows a link, which no token can stand for; raises as require()."""
        find = self._shares.find if self._shares else _nothing
        share = await self.look_up(bearer_of(request), request.remote or "", find)
        if share is None:
            _refuse("This link has ended, or never was one; ask whoever sent it for another.")
        if wait := self._shown.take(share.id):
            raise patience(wait)
        return Caller(id=share.id, name="share link", scope=Scope.READ, share=share)

    async def known(self, secret: str, remote: str) -> Caller | None:
        """Whom *secret* still admits, without a request being made; None once it has ended."""
        return await self._found(secret, remote)

    async def look_up(self, sent: str, remote: str, find: Find[T]) -> T | None:
        """What *find* has of *sent*; HTTPTooManyRequests after too much that was wrong."""
        try:
            return await self._guesses.look_up(sent, remote, find)
        except HasteError as exc:
            raise patience(exc.seconds) from None

    async def find_token(self, sent: str) -> Token | None:
        """The token of the table that was sent, if it is valid; its use is noted."""
        token = await self._tokens.find(sent)
        if token:
            await self._tokens.used(token)
        return token

    def is_own(self, sent: str) -> bool:
        """Whether API_TOKEN was sent."""
        # As bytes, because the comparison in constant time takes no other letters than ASCII.
        return bool(self._own) and hmac.compare_digest(_bytes(sent), _bytes(self._own or ""))

    def distrust(self, secret: str) -> None:
        """Look *secret* up again when it comes again."""
        self._trusted.pop(secret, None)

    async def _found(self, sent: str, remote: str) -> Caller | None:
        if known := self._known(sent):
            return known
        self._trusted.pop(sent, None)
        now = self._monotonic()
        caller = await self.look_up(sent, remote, self._caller)
        if caller:
            if len(self._trusted) >= TRUSTED:
                self._trusted.clear()
            self._trusted[sent] = _Trusted(caller, now + TRUSTED_SECONDS)
        return caller

    def _known(self, sent: str) -> Caller | None:
        if self.is_own(sent):
            return OWN
        known = self._trusted.get(sent)
        return known.caller if known and self._monotonic() < known.until else None

    async def _caller(self, sent: str) -> Caller | None:
        if token := await self.find_token(sent):
            return Caller(id=token.id, name=token.name, scope=token.scope)
        session = await self._sessions.find(sent) if self._sessions else None
        return caller_of(session) if session else None

    async def _ids(self) -> set[str]:
        found = {one.id for one in await self._tokens.all() if self._tokens.is_valid(one)}
        if self._sessions:
            found |= await self._sessions.ids()
        if self._shares:
            found |= {share.id for share in await self._shares.all()}
        return found


def caller_of(session: Session) -> Caller:
    """Who is signed in; all sessions of a token share the token's haste."""
    return Caller(
        id=session.token_id or f"{session.way}{session.person or ''}",
        name=session.name,
        scope=session.scope,
        person=session.person,
    )


def secret_of(request: web.Request) -> str:
    """The bearer's, or else the one of a session's cookie; "" when there is none."""
    if hdrs.AUTHORIZATION in request.headers:
        # Sent on purpose: whatever the browser adds by itself says nothing then.
        return bearer_of(request)
    cookie = request.cookies.get(COOKIE, "")
    return cookie if cookie.startswith("session_") else ""


def bearer_of(request: web.Request) -> str:
    """The secret behind "Bearer"; "" when there is none.

    Nothing else: a browser would repeat the password of basic auth by itself, for any site.
    """
    scheme, _, value = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""


def require_csrf(request: web.Request, secret: str) -> None:
    """Return when the page that makes *request* knows what only ours knows; HTTPForbidden."""
    sent = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(_bytes(sent), csrf_of(secret).encode()):
        raise web.HTTPForbidden(
            text=f"With a session's cookie this needs {CSRF_HEADER}, from /dashboard/session."
        )


def patience(seconds: float) -> web.HTTPTooManyRequests:
    """The refusal of somebody who has to wait for so long."""
    wait = str(max(1, math.ceil(seconds)))
    return web.HTTPTooManyRequests(
        text=f"Too many requests; ask again in {wait} s.", headers={"Retry-After": wait}
    )


def database_away(exc: Exception) -> web.HTTPServiceUnavailable:
    """The refusal while the database fails, as the log then says."""
    log.error("database failed", exc_info=exc)
    return web.HTTPServiceUnavailable(
        text="The database cannot be reached; ask again in 5 s.", headers={"Retry-After": "5"}
    )


def _refuse(text: str) -> NoReturn:
    raise web.HTTPUnauthorized(text=text, headers=CHALLENGE)


async def _nothing(_: str) -> None:
    return None


def _bytes(sent: str) -> bytes:
    return sent.encode("utf-8", "surrogateescape")
