"""The main road: an update comes in, a fact is published, numbers come out."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import orjson
from sqlalchemy import select

from bot.app import App
from bot.database import tables
from bot.sandbox.server import Sandbox
from tests.driver import Driver, message_text
from tests.living import ADMIN, living
from tests.process import fetched
from tests.waiting import until


def sample(app: App, name: str, **labels: str) -> float:
    return app.core.metrics.registry.get_sample_value(f"bot_{name}", labels) or 0


async def test_a_start_is_answered_counted_and_kept(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann <b>&", language_code="en")
    async with living(sandbox, tmp_path) as app:
        answer = await driver.say(ann, "/start ads-spring")
        await app.core.store.flush()

        async with app.core.database.read("test") as connection:
            person = (await connection.execute(select(tables.users))).mappings().one()

        assert "Ann <b>&" in message_text(answer)
        assert person["source"] == "ads-spring"
        assert sample(app, "updates_total", kind="message", outcome="handled") == 1
        assert sample(app, "update_duration_seconds_count", kind="message", handler="start") == 1
        assert sample(app, "command_usage_total", command="start") == 1
        assert sample(app, "new_users_total") == 1


async def test_what_was_counted_can_be_scraped(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    async with living(sandbox, tmp_path) as app:
        await driver.say(ann, "/help")
        status, text = await fetched(f"{app.site.url}/metrics")

    assert status == 200
    assert 'bot_command_usage_total{command="help"} 1.0' in text
    assert 'bot_api_requests_total{method="sendMessage",outcome="ok"} 1.0' in text


async def test_an_undecodable_update_between_two_good_ones_is_set_aside(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    await driver.write(ann, "1")
    await driver.update({"message": "not an object"})
    await driver.write(ann, "2")
    async with living(sandbox, tmp_path) as app:
        await driver.wait_for(ann, "done 1")
        await driver.wait_for(ann, "done 2")
        await app.core.store.flush()

        async with app.core.database.read("test") as connection:
            kept = list(await connection.scalars(select(tables.quarantined_updates.c.payload)))
        assert [orjson.loads(payload)["message"] for payload in kept] != []
        assert sample(app, "updates_quarantined_total") == 1


async def test_a_locked_database_costs_nobody_an_answer(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    async with living(sandbox, tmp_path, alerts_enabled=False) as app:
        blocker = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
        blocker.execute("BEGIN EXCLUSIVE")
        for number in range(5):
            await driver.say(ann, str(number), f"done {number}")
        waiting = app.core.store.buffered
        blocker.execute("ROLLBACK")
        blocker.close()
        await until(lambda: app.core.store.buffered == 0)

        async with app.core.database.read("test") as connection:
            handled = (await connection.execute(select(tables.seen_updates))).all()
        assert waiting > 0
        assert len(handled) == 5


async def test_a_full_disk_costs_nobody_an_answer_and_nothing_that_fits_later(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    async with living(sandbox, tmp_path, alerts_enabled=False) as app:
        await limit_pages(app, 1)  # SQLite takes the pages there are, and not one more
        for number in range(500):
            await driver.write(ann, f"{number}")
        await driver.wait_for(ann, "done 499", seconds=60)
        await until(lambda: sample(app, "db_up") == 0)
        await limit_pages(app, 1_000_000)
        await until(lambda: app.core.store.buffered == 0)

        async with app.core.database.read("test") as connection:
            handled = (await connection.execute(select(tables.seen_updates))).all()
        assert len(handled) == 500


async def limit_pages(app: App, pages: int) -> None:
    async with app.core.database.write("limit") as connection:
        await connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


async def test_a_broken_handler_gives_a_number_that_the_admin_can_look_up(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann, root = await driver.person("Ann"), await driver.person("Root", id=ADMIN)
    async with living(sandbox, tmp_path) as app:
        told = message_text(await driver.say(ann, "break", "error number"))
        await app.core.store.flush()
        number = told.rstrip(".").split()[-1]
        looked_up = message_text(await driver.say(root, f"/errors {number}"))

    assert "ZeroDivisionError" in looked_up
    assert "broken" in looked_up


async def test_a_handler_of_somebody_elses_router_is_measured_by_name(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    async with living(sandbox, tmp_path) as app:
        await driver.say(ann, "7", "done 7")
        await until(lambda: sample(app, "updates_total", kind="message", outcome="handled") == 1)

        assert sample(app, "update_duration_seconds_count", kind="message", handler="slow") == 1
