"""The side server of a whole app that speaks with nobody else, and browsers that come to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from bot.analytics.operations import SignInTried
from bot.app import App
from bot.config import Settings
from bot.tokens import Scope, Tokens
from tests.databases import opened
from tests.telegram.test_init_data import ROOT, signed

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
BOT_TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz12345"
OWN = "a-token-of-the-settings"
ADMIN = ROOT


class SignIns(list[SignInTried]):
    """Remembers who wanted to sign in."""

    def wants(self, kind: type[object]) -> bool:
        """Those alone."""
        return kind is SignInTried

    def __call__(self, fact: Any) -> None:
        self.append(fact)

    @property
    def told(self) -> list[tuple[str, str]]:
        """The way and the outcome of each."""
        return [(fact.way, fact.outcome) for fact in self]


@dataclass
class Seen:
    """An answer, read to its end."""

    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        """The body's JSON."""
        return orjson.loads(self.body)


@dataclass
class Browser:
    """Keeps cookies, unlike a program."""

    url: str
    http: aiohttp.ClientSession

    async def __call__(self, method: str, path: str, **options: Any) -> Seen:
        """One request; redirects are not followed."""
        options = {"allow_redirects": False} | options
        async with self.http.request(method, f"{self.url}{path}", **options) as answer:
            return Seen(answer.status, answer.headers, await answer.read())

    async def sign_in(self, token: str = OWN, **options: Any) -> Seen:
        """As the page does it."""
        return await self("POST", "/dashboard/sign-in", json={"token": token}, **options)

    async def tap(self, init_data: str) -> Seen:
        """As the page does it inside Telegram."""
        return await self("POST", "/dashboard/mini-app", json={"init_data": init_data})

    async def is_in(self) -> bool:
        """Whether the page would find somebody signed in."""
        return (await self("GET", "/dashboard/session")).status == 200

    @property
    def cookie(self) -> str:
        """The session's secret; "" without one."""
        kept = {one.key: one.value for one in self.http.cookie_jar}
        return kept.get("telegauge_session", "")


@dataclass
class House:
    """The server, its clock, and what it told."""

    app: App
    stack: AsyncExitStack
    now: datetime = NOON
    sign_ins: SignIns = field(default_factory=SignIns)

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.app.site.url

    @property
    def tokens(self) -> Tokens:
        """Its table of tokens."""
        return Tokens(self.app.core.database, lambda: self.now)

    async def secret(self, scope: Scope = Scope.ADMIN, life: timedelta | None = None) -> str:
        """A token of that scope, which gives it its name."""
        return (await self.tokens.create(scope.value, scope, life))[1]

    def link(self) -> str:
        """The path of a new link that signs in."""
        return self.app.entrance.link("/dashboard")

    async def browser(self) -> Browser:
        """Another browser."""
        jar = aiohttp.CookieJar(unsafe=True)  # for addresses without a name
        http = aiohttp.ClientSession(cookie_jar=jar)
        return Browser(self.url, await self.stack.enter_async_context(http))

    def init_data(self, **changed: Any) -> str:
        """What Telegram hands the admin's Mini App now."""
        return signed(BOT_TOKEN, **({"at": self.now} | changed))


@asynccontextmanager
async def house(folder: Path, **changed: Any) -> AsyncIterator[House]:
    """A house with these settings."""
    usual: dict[str, Any] = {
        "bot_token": BOT_TOKEN,
        "telegram_api_url": "http://127.0.0.1:1",
        "database_url": f"sqlite:///{folder}/house.db",
        "admin_ids": (ADMIN,),
        "api_token": OWN,
        "metrics_port": 0,
    }
    settings = Settings(_env_file=None, **(usual | changed))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(opened(settings.database_url))
        app = App(settings, BOT_TOKEN, lambda: one.now)
        one = House(app, stack)
        stack.push_async_callback(app.bot.session.close)
        stack.push_async_callback(app.core.database.close)
        app.core.bus.add(one.sign_ins)
        await app.site.start()
        stack.push_async_callback(app.site.stop)
        yield one
