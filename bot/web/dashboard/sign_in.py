"""Signing in to the dashboard: by a token, by the link of the start, from Telegram; and out."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from pydantic import Field

from bot.analytics.events import Event
from bot.analytics.operations import SignInTried
from bot.buckets import Buckets
from bot.clock import Clock
from bot.config import Settings
from bot.database.engine import DATABASE_ERRORS
from bot.errors import BotError
from bot.sessions import Session, Sessions, Way
from bot.tokens import Scope, Token
from bot.web.answers import problem
from bot.web.api.access import (
    COOKIE,
    ApiAccess,
    bearer_of,
    database_away,
    patience,
    require_csrf,
    secret_of,
)
from bot.web.api.endpoint import sent_body
from bot.web.api.params import Body, ParamsError, understood_json
from bot.web.dashboard.entrance import Entrance
from bot.web.dashboard.told import SessionTold
from bot.web.origins import Origins

# Wrong ones of one address, each way by itself: who mistypes has ten tries, who guesses has
# nothing of them, and who is right never waits for those who are not.
WRONG_RATE, WRONG_BURST = 0.1, 10.0
# Right ones of one token or person: every one is a row on disk.
RATE, BURST = 1.0, 60.0
B = TypeVar("B", bound=Body)
LONGEST_TOKEN, LONGEST_INIT_DATA = 512, 8_192
LONGEST_BODY = 16_384


class TokenSent(Body):
    """What signs in with a token."""

    token: str = Field(min_length=1, max_length=LONGEST_TOKEN)


class InitDataSent(Body):
    """What signs in from Telegram."""

    init_data: str = Field(min_length=1, max_length=LONGEST_INIT_DATA)


class SignIn:
    """Gives sessions to those who may have one.

    admin_of: whose initData that is; BotError for nobody's
    """

    def __init__(  # noqa: PLR0913  each is another part of the app
        self,
        *,
        settings: Settings,
        access: ApiAccess,
        sessions: Sessions,
        entrance: Entrance,
        admin_of: Callable[[str], int],
        told: Callable[[Session, str], SessionTold],
        publish: Callable[[Event], object],
        clock: Clock,
    ) -> None:
        self._access = access
        self._sessions = sessions
        self._entrance = entrance
        self._admin_of = admin_of
        self._told = told
        self._publish = publish
        self._clock = clock
        self._address = settings.dashboard_url or ""
        self._origins = Origins(settings.dashboard_url)
        self._wrong = Buckets(WRONG_RATE, WRONG_BURST)
        self._all = Buckets(RATE, BURST)

    def routes(self) -> list[web.RouteDef]:
        """Every path about sessions."""
        return [
            web.get("/dashboard/session", _guarded(self.session)),
            web.post("/dashboard/sign-in", _guarded(self.by_token)),
            web.post("/dashboard/mini-app", _guarded(self.from_telegram)),
            web.post("/dashboard/sign-out", _guarded(self.sign_out)),
            # No HEAD: who only looks whether a link works must not use it up.
            web.get("/dashboard/enter/{secret}", _guarded(self.by_link), allow_head=False),
        ]

    async def session(self, request: web.Request) -> web.Response:
        """Who is signed in, and what their page needs to begin; 204 for nobody.

        That is no error: browsers would write one down each time somebody comes to sign in.
        """
        secret = secret_of(request)
        session = await self._access.look_up(secret, request.remote or "", self._sessions.find)
        if session is None:
            return web.Response(status=204)
        return _answer(self._told(session, secret))

    async def by_token(self, request: web.Request) -> web.Response:
        """A session for whoever has a token that may look."""
        sent = await self._understood(request, TokenSent, Way.TOKEN)
        session, secret = await self._of_token(request, sent.token)
        return await self._signed_in(request, session, secret)

    async def from_telegram(self, request: web.Request) -> web.Response:
        """A session for an admin in Telegram, whose page keeps its secret: a cookie would be lost.

        Inside Telegram's web clients the page is a frame of another site.
        """
        sent = await self._understood(request, InitDataSent, Way.TELEGRAM)
        try:
            person = self._admin_of(sent.init_data)
        except BotError as exc:
            raise self._refused(request, Way.TELEGRAM, f"{exc}.") from None
        self._check_haste(Way.TELEGRAM, person)
        session, secret = await self._sessions.of_admin(person)
        return await self._signed_in(request, session, secret, bearer=secret)

    async def by_link(self, request: web.Request) -> web.Response:
        """The page, signed in; when the link is over, it asks how else to."""
        if not self._entrance.admit(request.match_info["secret"]):
            self._check_wrong(request, Way.LINK)
            self._note(Way.LINK, "refused")
            return _moved("/dashboard#link-over")
        session, secret = await self._sessions.of_link()
        answer = _moved("/dashboard")
        await self._leave_behind(request)
        self._give_cookie(answer, session, secret)
        self._note(session.way, "ok")
        return answer

    async def sign_out(self, request: web.Request) -> web.Response:
        """End the session, here and wherever else its secret is."""
        secret = secret_of(request)
        session = await self._access.look_up(secret, request.remote or "", self._sessions.find)
        if session is None:
            return problem(401, "Nobody is signed in here.")
        if not bearer_of(request):
            require_csrf(request, secret)
        await self._sessions.end(session)
        self._access.distrust(secret)
        answer = web.Response(status=204)
        answer.del_cookie(COOKIE, path="/", samesite="Strict", httponly=True)
        return answer

    async def _of_token(self, request: web.Request, sent: str) -> tuple[Session, str]:
        if self._access.is_own(sent):
            self._check_haste(Way.TOKEN, Way.OWN)
            return await self._sessions.of_own()
        token = await self._looked_up(request, sent)
        if token is None:
            raise self._refused(request, Way.TOKEN, "This is no token, or it has ended.")
        if not token.allows(Scope.READ):
            text = f"The token is for {token.scope}; make one for read or admin."
            raise self._refused(request, Way.TOKEN, text)
        self._check_haste(Way.TOKEN, token.id)
        return await self._sessions.of_token(token)

    async def _looked_up(self, request: web.Request, sent: str) -> Token | None:
        try:
            find = self._access.find_token
            return await self._access.look_up(sent, request.remote or "", find)
        except web.HTTPTooManyRequests:
            self._note(Way.TOKEN, "hurried")
            raise

    async def _signed_in(
        self, request: web.Request, session: Session, secret: str, *, bearer: str | None = None
    ) -> web.Response:
        await self._leave_behind(request)
        told = self._told(session, secret).model_copy(update={"bearer": bearer})
        answer = _answer(told)
        self._give_cookie(answer, session, secret)
        self._note(session.way, "ok")
        return answer

    async def _leave_behind(self, request: web.Request) -> None:
        """End the session that the browser had: nobody goes on with one from before."""
        before = request.cookies.get(COOKIE, "")
        if session := await self._sessions.find(before):
            await self._sessions.end(session)
            self._access.distrust(before)

    def _give_cookie(self, answer: web.Response, session: Session, secret: str) -> None:
        seconds = int((session.expires_at - self._clock()).total_seconds())
        answer.set_cookie(
            COOKIE,
            secret,
            max_age=seconds,
            path="/",
            secure=self._address.startswith("https://"),
            httponly=True,
            samesite="Strict",
        )

    def _check_origin(self, request: web.Request) -> None:
        """Refuse what another site's page sends: it could sign somebody in as somebody else."""
        if hdrs.ORIGIN in request.headers and not self._origins.is_ours(request):
            raise web.HTTPForbidden(
                text="Another site's page cannot sign in here; behind a proxy, set DASHBOARD_URL."
            )

    async def _understood(self, request: web.Request, model: type[B], way: Way) -> B:
        self._check_origin(request)
        # A form of another site can send text, but never this type without asking first.
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="Send it as application/json.")
        body = await sent_body(request, LONGEST_BODY)
        try:
            return understood_json(model, body)
        except ParamsError as exc:
            self._check_wrong(request, way)
            raise web.HTTPBadRequest(text=f"{exc}.") from None

    def _check_haste(self, way: Way, who: Hashable) -> None:
        """Refuse who is right, but too often."""
        if wait := self._all.take(who):
            self._note(way, "hurried")
            raise patience(wait)

    def _check_wrong(self, request: web.Request, way: Way) -> None:
        """Refuse who is wrong too often, after nothing was found: others may be right there."""
        if wait := self._wrong.take((way, request.remote)):
            self._note(way, "hurried")
            raise patience(wait)

    def _refused(self, request: web.Request, way: Way, text: str) -> web.HTTPUnauthorized:
        self._check_wrong(request, way)
        self._note(way, "refused")
        return web.HTTPUnauthorized(text=text)

    def _note(self, way: Way, outcome: str) -> None:
        named = Way.TOKEN if way is Way.OWN else way
        self._publish(SignInTried(at=self._clock(), way=named.value, outcome=outcome))


def _guarded(handler: Handler) -> Handler:
    """*handler*, which says so when the database fails."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except DATABASE_ERRORS as exc:
            raise database_away(exc) from None

    return handle


def _answer(told: SessionTold) -> web.Response:
    return web.json_response(text=told.model_dump_json(exclude_none=True))


def _moved(to: str) -> web.Response:
    return web.Response(status=303, headers={hdrs.LOCATION: to})
