"""A side server with facts to watch, and who watches them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from aiohttp import ClientSession, ClientWebSocketResponse, WSMessage, WSMsgType

from bot.analytics.bus import Bus
from bot.analytics.events import Event
from bot.analytics.feed import Feed
from bot.analytics.online import Online
from bot.analytics.operations import LiveEnded
from bot.database.engine import Database
from bot.sessions import Sessions
from bot.tokens import Scope, Tokens
from bot.web.api.access import COOKIE, RATE, ApiAccess
from bot.web.api.endpoint import V1
from bot.web.api.live import LiveDoors, LiveParts
from bot.web.api.live_terms import Limits
from bot.web.api.openapi import api_routes
from bot.web.origins import Origins
from tests.analytics.moments import NOON
from tests.waiting import PATIENCE, until
from tests.web.conftest import Running, Serve

OWN = "a-token-of-the-settings"
OUTSIDE, FRIEND = "https://bot.example", "https://friend.example"
CLOSING_SECONDS = 1
QUICK = Limits(pace_seconds=0.01, check_seconds=0.02)


class Turned:
    """A clock that a test turns: seconds that only go on, and the moment."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def moment(self) -> datetime:
        """What a clock on the wall shows."""
        return NOON + timedelta(seconds=self.seconds)


@dataclass
class Watcher:
    """One reader, from outside."""

    socket: ClientWebSocketResponse

    async def heard(self, kind: str) -> dict[str, Any]:
        """The next message of that kind; others are passed over."""
        while True:
            message = await self.socket.receive(PATIENCE)
            assert message.type is WSMsgType.TEXT, (message, self.socket.close_code)
            found: dict[str, Any] = orjson.loads(message.data)
            if found["type"] == kind:
                return found

    async def fact(self) -> dict[str, Any]:
        """The first fact of the next message with facts."""
        found: dict[str, Any] = (await self.heard("facts"))["facts"][0]
        return found

    async def say(self, **message: Any) -> None:
        """Write *message*."""
        await self.socket.send_str(orjson.dumps(message).decode())

    async def ended(self) -> int | None:
        """The code with which the server closed, whatever it said before."""
        message: WSMessage
        while (message := await self.socket.receive(PATIENCE)).type is WSMsgType.TEXT:
            pass
        assert message.type in {WSMsgType.CLOSE, WSMsgType.CLOSED}, message
        return self.socket.close_code


@dataclass(kw_only=True)
class Stage:
    """The server with what is behind it."""

    running: Running
    doors: LiveDoors
    tokens: Tokens
    sessions: Sessions
    clock: Turned
    http: ClientSession
    feed: Feed
    online: Online
    bus: Bus
    published: list[Event]
    # A socket that nobody holds is closed whenever the garbage collector comes.
    sockets: list[ClientWebSocketResponse] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Of the WebSocket."""
        return f"{self.running.server.url}{V1}/live"

    @property
    def endings(self) -> list[LiveEnded]:
        """How talks ended."""
        return [fact for fact in self.published if isinstance(fact, LiveEnded)]

    def publish(self, *facts: Event) -> None:
        """Let *facts* happen."""
        for fact in facts:
            self.bus.publish(fact)

    async def knock(
        self, query: str = "", secret: str = "", cookie: str = "", **more: Any
    ) -> ClientWebSocketResponse:
        """A socket, by whatever admits."""
        headers = dict(more.pop("headers", {}))
        if secret:
            headers["Authorization"] = f"Bearer {secret}"
        if cookie:
            headers["Cookie"] = f"{COOKIE}={cookie}"
        url = f"{self.address}{query}"
        found: ClientWebSocketResponse = await self.http.ws_connect(url, headers=headers, **more)
        self.sockets.append(found)
        return found

    async def watch(self, query: str = "", secret: str = OWN, **more: Any) -> Watcher:
        """A reader who has been welcomed."""
        watcher = Watcher(await self.knock(query, secret, **more))
        await watcher.heard("hello")
        return watcher

    async def signed_in(self) -> str:
        """A session's secret."""
        _, secret = await self.sessions.of_own()
        return secret

    async def until_gone(self) -> LiveEnded:
        """How the only talk ended, when it has."""
        await until(lambda: self.endings and not self.doors.readers)
        (ending,) = self.endings
        return ending

    async def token(self, scope: Scope = Scope.READ, life: timedelta | None = None) -> str:
        """A new token's secret."""
        _, secret = await self.tokens.create(str(scope), scope, life)
        return secret


@asynccontextmanager
async def staged(
    serve: Serve,
    database: Database,
    limits: Limits = QUICK,
    feed: Feed | None = None,
    rate: float = RATE,
) -> AsyncIterator[Stage]:
    """A stage with these limits."""
    feed, online, clock = feed or Feed(), Online(), Turned()
    published: list[Event] = []
    parts = LiveParts(
        feed=feed,
        online=online,
        publish=published.append,
        clock=clock.moment,
        origins=Origins(OUTSIDE, [FRIEND]),
        limits=limits,
    )
    doors = LiveDoors(parts)
    tokens, sessions = Tokens(database, clock.moment), Sessions(database, clock.moment, own=OWN)
    access = ApiAccess(tokens, OWN, clock, sessions=sessions, rate=rate)
    running = await serve(routes=api_routes(doors.endpoints(), access), closes=[doors.stop])
    async with ClientSession() as http:
        stage = Stage(
            running=running,
            doors=doors,
            tokens=tokens,
            sessions=sessions,
            clock=clock,
            http=http,
            feed=feed,
            online=online,
            bus=Bus(feed, online),
            published=published,
        )
        yield stage
        # Together, and not for ever: some tests leave readers that answer nobody.
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                await asyncio.gather(*(socket.close() for socket in stage.sockets))
