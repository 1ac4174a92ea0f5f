"""The API's WebSocket: facts as they happen, for a page that draws them or a program."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiohttp import hdrs, web
from pydantic import BaseModel

from bot.analytics.events import Event
from bot.analytics.feed import Feed
from bot.analytics.online import Online
from bot.analytics.telling import KINDS, USUAL
from bot.clock import Clock
from bot.tokens import Scope
from bot.web.api.access import ApiAccess, Caller, secret_of
from bot.web.api.endpoint import Call, Endpoint, model_answer
from bot.web.api.live_meeting import Ground, Meeting
from bot.web.api.live_reader import Told
from bot.web.api.live_terms import Limits, LiveParams, kinds_of
from bot.web.api.params import told_once, understood
from bot.web.origins import Origins

DESCRIPTION = (
    "Asked with Upgrade: websocket it becomes a WebSocket that tells facts as they happen: "
    "docs/live.md says how. Asked without, it says which kinds of facts there are."
)
LATER = {"Retry-After": "10"}


class LiveState(BaseModel):
    """What can be watched.

    usual: the kinds that are told to who does not say which
    online: people who acted in the last five minutes; readers: who watch facts now
    """

    kinds: list[str]
    usual: list[str]
    online: int
    readers: int


@dataclass(frozen=True, kw_only=True)
class LiveParts:
    """What is told, and to whose pages.  publish: hears LiveEnded"""

    feed: Feed
    online: Online
    publish: Callable[[Event], object]
    clock: Clock
    origins: Origins = field(default_factory=Origins)
    limits: Limits = field(default_factory=Limits)


class LiveDoors:
    """Who may watch.

    readers: how many there are; guests: of them, those who have not said who they are
    """

    def __init__(self, parts: LiveParts) -> None:
        self._parts = parts
        self._ground = Ground(
            told=Told(feed=parts.feed, online=parts.online, limits=parts.limits),
            publish=parts.publish,
            clock=parts.clock,
            stopping=asyncio.Event(),
            check_room=self._check_room,
        )
        self._meetings: set[Meeting] = set()

    @property
    def readers(self) -> int:
        """How many watch, those included who have not said who they are."""
        return len(self._meetings)

    def endpoints(self) -> list[Endpoint]:
        """What this answers."""
        return [
            Endpoint(
                method="GET",
                path="live",
                scope=Scope.READ,
                summary="Facts as they happen.",
                description=DESCRIPTION,
                asks=LiveParams,
                gives=LiveState,
                refusals={
                    101: "The connection is a WebSocket from now on.",
                    503: "There are too many readers, or the bot stops.",
                },
                answer=self.state,
                upgrade=self.upgrade,
            )
        ]

    async def state(self, _: Call[LiveParams]) -> web.Response:
        """What can be watched."""
        told = LiveState(
            kinds=sorted(KINDS),
            usual=list(USUAL),
            online=self._parts.online.people(),
            readers=self.readers,
        )
        return model_answer(told)

    async def stop(self) -> None:
        """Let every talk end, which takes a second at most; nobody comes any more."""
        self._ground.stopping.set()

    async def upgrade(self, request: web.Request, access: ApiAccess) -> web.StreamResponse:
        """Make a WebSocket of *request*, and return when it is closed.

        1. Refuse another site's page, what cannot be understood, and who is one too many.
        2. Whoever sent a secret may read or is refused; others may send it as their first message.
        3. Talk until somebody ends it.
        """
        _check_form(request, self._parts.origins)
        meeting = Meeting(self._ground, access, request)
        secret = secret_of(request)
        if hdrs.AUTHORIZATION in request.headers or await self._is_cookie_good(request, access):
            await meeting.admit(secret)
        kinds = kinds_of(understood(LiveParams, told_once(request.query)).kinds.split(","))
        with self._seat(meeting):
            return await meeting.hold(kinds)

    async def _is_cookie_good(self, request: web.Request, access: ApiAccess) -> bool:
        """Whether a session's cookie says who it is, so that no message has to.

        Browsers send it along with whatever any page opens: it counts for our own pages only.
        """
        if not self._parts.origins.is_ours(request):
            return False
        try:
            return await access.known(secret_of(request), request.remote or "") is not None
        except web.HTTPTooManyRequests:
            return False  # a message with a token may still say who it is

    def _check_room(self, caller: Caller) -> None:
        """One token's readers leave seats to others, and all of them leave some to admins."""
        limits = self._parts.limits
        there = [one.visitor.caller for one in self._meetings if one.visitor]
        if sum(1 for one in there if one.id == caller.id) >= limits.each:
            text = f"There are {limits.each} readers with this token already; close one of them."
            raise web.HTTPServiceUnavailable(text=text, headers=LATER)
        others = sum(1 for one in there if not one.allows(Scope.ADMIN))
        if not caller.allows(Scope.ADMIN) and others >= limits.readers - limits.kept:
            text = f"There are {others} readers already; come again later."
            raise web.HTTPServiceUnavailable(text=text, headers=LATER)

    @contextmanager
    def _seat(self, meeting: Meeting) -> Iterator[None]:
        limits = self._parts.limits
        if self._ground.stopping.is_set():
            raise web.HTTPServiceUnavailable(text="The bot stops.", headers=LATER)
        guests = sum(1 for one in self._meetings if one.visitor is None)
        is_full = self.readers >= limits.readers
        if is_full or (meeting.visitor is None and guests >= limits.guests):
            text = f"There are {self.readers} readers already; come again later."
            raise web.HTTPServiceUnavailable(text=text, headers=LATER)
        self._meetings.add(meeting)
        try:
            yield
        finally:
            self._meetings.remove(meeting)


def _check_form(request: web.Request, origins: Origins) -> None:
    if not origins.may_read(request):
        raise web.HTTPForbidden(text="Another site's page may not watch; see API_ALLOWED_ORIGINS.")
    if hdrs.SEC_WEBSOCKET_PROTOCOL in request.headers:
        # Some put their token there; aiohttp would write it into the log.
        raise web.HTTPBadRequest(text="There is no subprotocol here; leave that header out.")
