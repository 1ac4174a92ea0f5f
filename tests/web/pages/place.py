"""A whole bot in a sandbox of its own, whose dashboard a browser comes to see."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientSession

from bot.app import App
from bot.clock import utc_now
from bot.config import Settings
from bot.database.engine import Database
from bot.database.migrate import migrate
from bot.run import open_sandbox
from bot.sandbox.history import write_history
from bot.sandbox.server import Sandbox
from bot.tokens import Scope, Tokens
from bot.web.api.endpoint import V1
from tests.driver import Driver
from tests.waiting import until_true

OWN = "a-token-of-the-settings"
ADMIN = 1001  # of the sandbox's cast
DAYS = 21
# A process without memory there is none.
ALWAYS = {
    "series": "process_resident_memory_bytes",
    "threshold": 0,
    "comparison": ">",
    "severity": "critical",
    "first_aid": "Buy some more.",
}
Json = dict[str, Any]


@dataclass
class Place:
    """A running bot, its Telegram, and who speaks with both."""

    app: App
    sandbox: Sandbox
    driver: Driver
    http: ClientSession
    cookies: dict[Scope, Any] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def url(self) -> str:
        """Where the side server is."""
        return self.app.site.url

    @property
    def tokens(self) -> Tokens:
        """The table of tokens."""
        return Tokens(self.app.core.database, utc_now)

    async def secret(self, scope: Scope, name: str = "") -> str:
        """A new token of that scope."""
        name = name or f"{scope}-{next(self._numbers)}"
        return (await self.tokens.create(name, scope, timedelta(days=1)))[1]

    async def ask(self, method: str, path: str, body: object = None) -> Json:
        """The API's answer to the operator, where all goes well."""
        url, headers = f"{self.url}{V1}/{path}", {"Authorization": f"Bearer {OWN}"}
        async with self.http.request(method, url, json=body, headers=headers) as answer:
            assert answer.ok, await answer.text()
            told: Json = await answer.json() if answer.status != 204 else {}
            return told

    async def fire(self, name: str) -> int:
        """The number of an alert that fires from now on, in the name of a stored rule."""
        await self.ask("PUT", f"rules/{name}", ALWAYS)
        return await self._firing(name)

    async def trouble(self) -> None:
        """Something that there is to see: an alert, a rule, and an error."""
        await self.fire("MemoryInUse")
        ann = await self.driver.person("Ann")
        await self.say(ann, "break")

    async def say(self, person: int, text: str, **where: Any) -> None:
        """What somebody writes is answered and on disk, and no report without it is kept."""
        await self.driver.say(person, text, **where)
        await self.settle()

    async def settle(self) -> None:
        """What happened is on disk, and no report without it is kept."""
        await self.app.core.store.flush()
        self.app.core.reports.forget()

    async def _firing(self, name: str) -> int:
        async def fires() -> bool:
            found.extend(one for one in await self._alerts() if one["rule"] == name)
            return bool(found)

        found: list[Json] = []
        await until_true(fires)
        return int(found[0]["id"])

    async def _alerts(self) -> list[Json]:
        firing: list[Json] = (await self.ask("GET", "alerts"))["firing"]
        return firing


async def stock(path: Path) -> None:
    """Fill a database with three weeks of invented people, until now."""
    database = Database(f"sqlite:///{path}")
    try:
        await migrate(database)
        await write_history(database, days=DAYS, now=utc_now(), zone=ZoneInfo("UTC"))
    finally:
        await database.close()


@asynccontextmanager
async def place(database: Path, **changed: Any) -> AsyncIterator[Place]:
    """A bot that keeps its facts there."""
    usual: dict[str, Any] = {
        "sandbox_port": 0,
        "metrics_port": 0,
        "sandbox_database_url": f"sqlite:///{database}",
        "api_token": OWN,
        "api_rate_limit": 10_000,
        "alert_check_interval": 1,
        "throttle_rate": 1_000,
        "throttle_burst": 10_000,
        "store_names": True,
        "bot_routers": ("tests.routers:build_router",),
    }
    async with AsyncExitStack() as stack:
        settings = Settings(_env_file=None, **(usual | changed))
        sandbox, inside = await stack.enter_async_context(open_sandbox(settings))
        app = App(inside, sandbox.token)
        stack.push_async_callback(app.stop)
        await app.start()
        driver = await stack.enter_async_context(Driver(sandbox.url))
        http = await stack.enter_async_context(ClientSession())
        yield Place(app, sandbox, driver, http)
