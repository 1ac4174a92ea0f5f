"""What happens in a bot is seen outside while it happens, until the bot is stopped."""

from __future__ import annotations

import signal
from pathlib import Path

from aiohttp import ClientSession

from bot.sandbox.server import Sandbox
from bot.web.api.endpoint import V1
from tests.driver import Driver
from tests.living import living
from tests.process import bot_process, living_in
from tests.web.api.watching import OWN, Watcher

HEADERS = {"Authorization": f"Bearer {OWN}"}


async def test_a_persons_command_is_seen_and_sigterm_ends_the_watching(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path}/bot.db"
    settings = living_in(sandbox, API_TOKEN=OWN, DATABASE_URL=database)
    person = await driver.person("Ann")
    async with bot_process(tmp_path, **settings) as bot, ClientSession() as http:
        url = f"{await bot.ready()}{V1}/live?kinds=CommandUsed"
        watcher = Watcher(await http.ws_connect(url, headers=HEADERS))
        await watcher.heard("hello")
        await driver.write(person, "/help")
        fact = await watcher.fact()

        bot.send(signal.SIGTERM)

        assert await watcher.ended() == 1001
        assert await bot.ended() == 0, bot.output
    assert (fact["command"], fact["user_id"]) == ("help", person)


async def test_who_is_online_and_who_watches_is_known_to_the_app(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    person = await driver.person("Ann")
    async with living(sandbox, tmp_path, api_token=OWN) as app, ClientSession() as http:
        url = f"{app.site.url}{V1}/live?kinds=UserSeen"
        watcher = Watcher(await http.ws_connect(url, headers=HEADERS))
        await watcher.heard("hello")

        await driver.write(person, "/help")
        await watcher.fact()

        assert app.core.online.people() == 1
        assert app.core.metrics.gauge("live_readers") == 1
        await app.people.forget(person)
        assert app.core.online.people() == 0
