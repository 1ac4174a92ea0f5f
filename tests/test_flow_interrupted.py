"""What a stop cuts off is handled after the restart, and a broken part stops no other."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiogram import Dispatcher
from sqlalchemy import text

from bot.analytics.events import ApiCalled
from bot.app import App
from bot.database import tables
from bot.sandbox.server import Sandbox
from tests.driver import Driver, message_text
from tests.fakes import Recorder
from tests.living import living, settings_for
from tests.rows import rows_of
from tests.waiting import until


async def cut_off(sandbox: Sandbox, driver: Driver, folder: Path, person: int) -> None:
    """Stop a bot while it handles an update that later polls have confirmed."""
    async with living(sandbox, folder, drain_timeout=0.2) as app:
        await driver.write(person, "last")
        await until(lambda: app.connection.in_flight)
        await driver.say(person, "1", "done 1")
        await driver.say(person, "2", "done 2")


async def test_an_update_that_was_cut_off_and_confirmed_is_answered_once(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    await cut_off(sandbox, driver, tmp_path, ann)

    async with living(sandbox, tmp_path) as again:
        await driver.wait_for(ann, "it is done")
        await until(lambda: not again.connection.in_flight)
    async with living(sandbox, tmp_path):
        await driver.say(ann, "3", "done 3")

    texts = [message_text(message) for message in await driver.messages(ann)]
    assert [texts.count(one) for one in ("it is done", "done 1", "done 2")] == [1, 1, 1]


async def test_an_update_that_was_cut_off_twice_is_still_there(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    await cut_off(sandbox, driver, tmp_path, ann)

    async with living(sandbox, tmp_path, drain_timeout=0.2) as again:
        await until(lambda: again.connection.in_flight)
    async with living(sandbox, tmp_path):
        await driver.wait_for(ann, "it is done")

    texts = [message_text(message) for message in await driver.messages(ann)]
    assert texts.count("it is done") == 1


async def test_a_shutdown_hook_that_fails_keeps_nothing_open(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    app = App(settings_for(sandbox, tmp_path), sandbox.token)

    async def broken(dispatcher: Dispatcher) -> None:
        raise ZeroDivisionError

    app.dispatcher.shutdown.register(broken)
    await app.start()
    await driver.say(await driver.person("Ann"), "1", "done 1")
    await app.stop()

    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", int(app.site.url.rsplit(":", 1)[1]))


async def test_what_could_not_be_written_is_not_confirmed(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    app = App(settings_for(sandbox, tmp_path, store_flush_interval=10), sandbox.token)
    await app.start()
    await driver.say(await driver.person("Ann"), "1", "done 1")
    await app.connection.stop_receiving()
    calls = Recorder()
    app.core.bus.add(calls)
    async with app.core.database.write("test") as connection:
        await connection.execute(text("DROP TABLE seen_updates"))

    await app.stop()

    assert not any(isinstance(one, ApiCalled) and one.method == "getUpdates" for one in calls)


async def test_what_was_cut_off_is_on_disk_whole(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    await cut_off(sandbox, driver, tmp_path, await driver.person("Ann"))

    async with living(sandbox, tmp_path) as again:
        (row,) = await rows_of(again.core.database, tables.interrupted_updates)

    assert '"last"' in row["payload"]
