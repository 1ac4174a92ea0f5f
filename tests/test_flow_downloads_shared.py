"""Two processes on one PostgreSQL queue, one of them killed: each file comes once."""

from __future__ import annotations

import signal
from pathlib import Path

from sqlalchemy import update

from bot.database.engine import Database
from bot.database.feature_tables import downloads
from bot.sandbox.server import Sandbox
from tests.databases import opened
from tests.driver import Driver, Json, message_text
from tests.process import bot_process
from tests.rows import rows_of
from tests.test_flow_downloads_killed import PATIENCE, is_file, pick, settings_of
from tests.waiting import until_true


async def let_a_minute_pass(database: Database) -> None:
    """What the dead held is free for others from now on."""
    running = update(downloads).where(downloads.c.state == "running")
    async with database.write("test", durable=True) as connection:
        await connection.execute(running.values(lease_until_at=0))


async def is_second_done(database: Database) -> bool:
    """Whether the first download still runs and the other one is done."""
    return [row["state"] for row in await rows_of(database, downloads)] == ["running", "done"]


def has_bar(message: Json) -> bool:
    return "%" in message_text(message)


async def test_what_a_killed_process_had_another_one_brings_and_nothing_comes_twice(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, postgres_url: str
) -> None:
    ann, bob = [await driver.person(name) for name in ("Ann", "Bob")]
    settings = settings_of(sandbox, tmp_path) | {
        "DATABASE_URL": postgres_url,
        "DOWNLOAD_WORKERS": "1",
    }
    async with opened(postgres_url) as database, bot_process(tmp_path, **settings) as first:
        await first.ready()
        await pick(driver, ann, f"{sandbox.url}/media/slow?speed=100000")
        await driver.wait_for(ann, has_bar, seconds=PATIENCE)
        await pick(driver, bob, f"{sandbox.url}/media/song")
        async with bot_process(tmp_path, **settings) as second:
            await second.ready()
            await driver.wait_for(bob, is_file, seconds=PATIENCE)
            await until_true(lambda: is_second_done(database))
            first.send(signal.SIGKILL)
            await first.ended()
            await let_a_minute_pass(database)
            await driver.wait_for(ann, is_file, seconds=PATIENCE)

    for person in (ann, bob):
        assert sum(is_file(one) for one in await driver.messages(person)) == 1
