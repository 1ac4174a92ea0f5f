"""Alerts as a whole: who of several processes checks, and when the watcher is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.methods import SendMessage

from bot.alarm import Alarm
from bot.alerts.health import FAIL_SECONDS
from bot.alerts.snapshot import Snapshot, Windows
from bot.analytics.core import Core
from bot.config import Settings
from bot.database.alert_tables import alert_history
from bot.database.engine import Database
from tests.alerts.scene import AWFUL, FINE, NOON
from tests.fakes import Outbox, Post
from tests.rows import rows_of
from tests.waiting import until

ADMIN = 9000
TOKEN = "42:alarm"
NOWHERE = "http://127.0.0.1:1/"


class Process:
    """A process with nothing but alerts, whose database visits may all fail.

    sent: what it told Telegram
    """

    def __init__(self, settings: Settings, session: Outbox) -> None:
        self.now = NOON
        self.is_broken = False
        self.session = session
        self.core = Core(settings, lambda: self.now)
        self.bot = Bot(TOKEN, session=session)
        self.alarm = Alarm(settings, self.core, self.bot, self.look, lambda: self.now)

    @property
    def sent(self) -> list[str]:
        return self.session.texts

    def look(self) -> Snapshot:
        names = ("updates", "latency", "queries", "calls", "dropped")
        shares = dict.fromkeys(names, Windows(FINE, FINE))
        if self.is_broken:
            shares["queries"] = Windows(AWFUL, AWFUL)
        levels = {"poll_age": 1.0, "disk_free": 50.0, "unusual": None}
        return Snapshot(at=self.now, shares=shares, levels=levels)

    async def minute(self) -> None:
        self.now += timedelta(minutes=1)
        await self.alarm.check()
        await self.alarm.deliver()

    async def stop(self) -> None:
        await self.alarm.stop()
        await self.core.stop()


@asynccontextmanager
async def running(
    url: str, session: Outbox | None = None, **more: object
) -> AsyncIterator[Process]:
    settings = Settings(
        _env_file=None,
        database_url=url,
        admin_ids=(ADMIN,),
        features=(),
        **more,  # type: ignore[arg-type]  # settings by name
    )
    one = Process(settings, session or Post())
    try:
        await one.core.start()
        yield one
    finally:
        await one.stop()


async def test_of_two_processes_that_see_different_things_one_checks_and_tells(
    postgres_url: str,
) -> None:
    async with running(postgres_url) as first, running(postgres_url) as second:
        first.is_broken = True
        for process in (first, second, second, first):
            await process.minute()

        assert (len(first.sent), second.sent) == (1, [])
        assert len(await rows_of(first.core.database, alert_history)) == 1


async def test_the_other_goes_on_where_the_first_stopped(postgres_url: str) -> None:
    async with running(postgres_url) as second:
        async with running(postgres_url) as first:
            first.is_broken = True
            await first.minute()
            await second.minute()
        for _ in range(3):
            await second.minute()

    assert "CRITICAL: DatabaseIssues" in first.sent[0]
    assert "RESOLVED: DatabaseIssues" in second.sent[-1]


async def test_who_does_not_check_says_that_nothing_fires(postgres_url: str) -> None:
    async with running(postgres_url) as first, running(postgres_url) as second:
        first.is_broken = True
        await first.minute()
        await second.minute()

        firing = [one.alarm.gauges()[0].read() for one in (first, second)]

    assert firing == [1, 0]


@pytest.mark.parametrize(
    ("seconds", "is_told"), [(FAIL_SECONDS - 61, True), (FAIL_SECONDS, False)]
)
async def test_the_watcher_is_told_nothing_while_nobody_hears_the_bot(
    sqlite: Database,
    seconds: float,
    is_told: bool,  # noqa: FBT001  a table's column
) -> None:
    deaf = Post()
    deaf.problems[SendMessage] = "Bad Request: chat not found"
    async with running(str(sqlite.url), deaf, heartbeat_url=NOWHERE) as one:
        one.is_broken = True
        await one.minute()
        await until(lambda: not asking())
        one.now += timedelta(seconds=seconds + 60)
        await one.alarm.check()

        assert asking() == is_told


def asking() -> bool:
    """Whether the watcher is being told."""
    return any(task.get_name() == "heartbeat" for task in asyncio.all_tasks())
