"""kill -9 at each step of a check and of a delivery: told once, and no end is lost.

The one gap that is known: who dies between Telegram's answer and the mark says it again.
"""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Literal

import pytest

from bot.sandbox.server import Sandbox
from tests.driver import Driver, message_text
from tests.living import ADMIN
from tests.process import BotProcess, bot_process, fetched, living_in
from tests.waiting import until_true

SECONDS = 40
RULE = """
[[rule]]
name = "Trouble"
series = "bot_build_info"  # always 1
threshold = {threshold}
for = "0s"
"""
FIRED, ENDED = "WARNING: Trouble", "RESOLVED: Trouble"
CHECKS = 2.5  # seconds; a check is due every second


class Story:
    """A bot with one rule that fires as long as the test wants, and its admin."""

    def __init__(self, sandbox: Sandbox, driver: Driver, folder: Path) -> None:
        self.driver = driver
        self.folder = folder
        self.settings = living_in(
            sandbox,
            DATABASE_URL=f"sqlite:///{folder}/bot.db",
            ADMIN_IDS=str(ADMIN),
            ALERT_CHECK_INTERVAL="1",
            ALERT_DISK_THRESHOLD="0.001",  # whatever this machine's disk is like
            ALERT_RULES_FILE=str(folder / "alerts.toml"),
        )
        self.turn("good")

    def turn(self, way: Literal["good", "bad"], bot: BotProcess | None = None) -> None:
        """From now on the rule sees trouble, or none."""
        rule = RULE.format(threshold=0 if way == "bad" else 9)
        (self.folder / "alerts.toml").write_text(rule, encoding="utf-8")
        if bot:
            bot.send(signal.SIGHUP)

    @asynccontextmanager
    async def life(self) -> AsyncIterator[BotProcess]:
        """A bot from its start to its violent end, which is kill -9."""
        async with bot_process(self.folder, **self.settings) as bot:
            await bot.ready()
            yield bot

    async def killed_at(self, method: str, kind: str, **details: float) -> None:
        """A life that ends as soon as *method* has met its fault."""
        await self.driver.fault(method, kind, times=1, **details)

        async def is_used() -> bool:
            return not (await self.driver.state())["faults"]

        async with self.life():
            await until_true(is_used, SECONDS)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Somebody else writes to the database, and does not end."""
        with closing(sqlite3.connect(self.folder / "bot.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield

    def count(self, query: str) -> int:
        """A figure from the bot's database."""
        with closing(sqlite3.connect(self.folder / "bot.db")) as database:
            return int(database.execute(query).fetchone()[0])

    async def marked(self, number: int) -> None:
        """Wait until so many notices are known to have arrived."""
        query = "SELECT count(*) FROM alert_outbox WHERE sent_at IS NOT NULL"

        async def is_marked() -> bool:
            return self.count(query) == number

        await until_true(is_marked, SECONDS)

    async def told(self) -> list[str]:
        """The titles of what the admin was told."""
        lines = [message_text(one).splitlines()[0] for one in await self.driver.messages(ADMIN)]
        return [line[2:] for line in lines if "Trouble" in line]


@pytest.fixture
async def story(sandbox: Sandbox, driver: Driver, tmp_path: Path) -> Story:
    root = await driver.person("Root", id=ADMIN)
    await driver.write(root, "/start")
    # Nobody welcomes them: a bot that was here before has answered.
    await fetched(f"{sandbox.url}/bot{sandbox.token}/getUpdates?offset=-1")
    await fetched(f"{sandbox.url}/bot{sandbox.token}/getUpdates?offset=999999999999999")
    return Story(sandbox, driver, tmp_path)


async def test_a_firing_survives_a_kill_at_each_step(story: Story) -> None:
    async with story.life() as bot:
        with story.locked():
            story.turn("bad", bot)
            await asyncio.sleep(CHECKS)
            bot.send(signal.SIGKILL)
            await bot.ended()
    before_commit = story.count("SELECT count(*) FROM alert_history")
    await story.killed_at("sendMessage", "hang")
    before_sending = await story.told()

    async with story.life() as bot:
        await story.marked(1)
        once = await story.told()
        story.turn("good", bot)
        await story.marked(2)

    assert (before_commit, before_sending, once) == (0, [], [FIRED])
    assert await story.told() == [FIRED, ENDED]


async def test_an_end_survives_a_kill_at_each_step(story: Story) -> None:
    story.turn("bad")
    async with story.life() as bot:
        await story.marked(1)
        with story.locked():
            story.turn("good", bot)
            await asyncio.sleep(CHECKS)
            bot.send(signal.SIGKILL)
            await bot.ended()
    for method in ("editMessageText", "sendMessage"):
        await story.killed_at(method, "hang")
    before_sending = await story.told()

    async with story.life():
        await story.marked(2)

    assert before_sending == [FIRED]
    assert await story.told() == [FIRED, ENDED]


async def test_a_kill_before_the_mark_repeats_one_message_and_no_more(story: Story) -> None:
    story.turn("bad")
    await story.killed_at("sendMessage", "lost")
    await story.driver.wait_for(ADMIN, FIRED)
    async with story.life() as bot:
        await story.marked(1)
        story.turn("good", bot)
        await story.marked(2)

    assert await story.told() == [FIRED, FIRED, ENDED]
