"""A bot that is stopped or killed under load loses nothing that was promised."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Table, func, select

from bot.database import tables
from bot.database.alert_tables import alert_outbox
from bot.database.engine import Database
from bot.sandbox.server import Sandbox
from tests.driver import Driver, message_text
from tests.process import bot_process, living_in
from tests.waiting import until_true

PEOPLE = 5
EACH = 24
INTERVAL = 2.0
ADMIN = 9000


@pytest.fixture
def settings(sandbox: Sandbox, tmp_path: Path) -> dict[str, str]:
    return living_in(
        sandbox,
        BOT_ROUTERS="tests.routers:build_router",
        DATABASE_URL=f"sqlite:///{tmp_path}/bot.db",
        ADMIN_IDS=str(ADMIN),
    )


async def crowd(driver: Driver) -> list[int]:
    return [await driver.person(f"P{number}") for number in range(PEOPLE)]


async def flood(driver: Driver, people: list[int], numbers: range) -> None:
    """Everyone writes the numbers, all at once."""
    await asyncio.gather(
        *(driver.write(person, str(number)) for number in numbers for person in people)
    )


async def answers(driver: Driver, people: list[int]) -> Counter[tuple[int, str]]:
    """How often the bot answered what, for each person."""
    found: Counter[tuple[int, str]] = Counter()
    for person in people:
        texts = [message_text(message) for message in await driver.messages(person)]
        found.update((person, text) for text in texts if text.startswith("done "))
    return found


async def until_answered(driver: Driver, people: list[int], count: int) -> None:
    async def done() -> bool:
        return (await answers(driver, people)).total() >= count

    await until_true(done, patience=60)


async def rows(settings: dict[str, str], table: Table) -> int:
    """How many rows a stopped bot left."""
    database = Database(settings["DATABASE_URL"])
    async with database.read("test") as connection:
        count = await connection.scalar(select(func.count()).select_from(table))
    await database.close()
    return int(count or 0)


async def test_sigterm_under_load_handles_every_update_exactly_once(
    driver: Driver, settings: dict[str, str], tmp_path: Path
) -> None:
    people = await crowd(driver)
    async with bot_process(tmp_path, **settings) as first:
        await first.ready()
        await flood(driver, people, range(EACH))
        await until_answered(driver, people, 10)
        first.send(signal.SIGTERM)
        await flood(driver, people, range(EACH, 2 * EACH))
        code = await first.ended()
    async with bot_process(tmp_path, **settings) as second:
        await second.ready()
        await until_answered(driver, people, 2 * EACH * PEOPLE)
        await driver.say(people[0], "999", "done 999")

    found = await answers(driver, people)
    assert code == 0, first.output
    assert (set(found.values()), len(found)) == ({1}, 2 * EACH * PEOPLE + 1)


async def test_every_handled_update_is_on_disk_after_sigterm(
    driver: Driver, settings: dict[str, str], tmp_path: Path
) -> None:
    people = await crowd(driver)
    async with bot_process(tmp_path, **settings) as bot:
        await bot.ready()
        await flood(driver, people, range(EACH))
        await until_answered(driver, people, EACH * PEOPLE)
        bot.send(signal.SIGTERM)
        await bot.ended()

    assert await rows(settings, tables.seen_updates) == PEOPLE * EACH
    assert await rows(settings, tables.events) == PEOPLE * EACH


async def test_kill_9_costs_no_statistics_older_than_the_flush_interval(
    driver: Driver, settings: dict[str, str], tmp_path: Path
) -> None:
    people = await crowd(driver)
    async with bot_process(tmp_path, **settings, STORE_FLUSH_INTERVAL=str(INTERVAL)) as bot:
        await bot.ready()
        await flood(driver, people, range(EACH))
        await until_answered(driver, people, EACH * PEOPLE)
        await asyncio.sleep(INTERVAL)
        await flood(driver, people, range(EACH, 2 * EACH))
        bot.send(signal.SIGKILL)
        await bot.ended()

    assert await rows(settings, tables.seen_updates) >= PEOPLE * EACH


async def test_kill_9_under_load_costs_no_payment_and_counts_none_twice(
    driver: Driver, settings: dict[str, str], tmp_path: Path
) -> None:
    people = await crowd(driver)
    async with bot_process(tmp_path, **settings) as bot:
        await bot.ready()
        charges = {await buy(driver, person) for person in people}
        await flood(driver, people, range(EACH))
        bot.send(signal.SIGKILL)
        await bot.ended()
    async with bot_process(tmp_path, **settings) as again:
        await again.ready()
        charges.add(await buy(driver, people[0]))

    database = Database(settings["DATABASE_URL"])
    async with database.read("test") as connection:
        paid = list(await connection.scalars(select(tables.payments.c.telegram_payment_charge_id)))
    await database.close()
    assert sorted(paid) == sorted(charges)


async def test_kill_9_repeats_no_alert_and_the_end_of_the_fault_is_told(
    driver: Driver, settings: dict[str, str], tmp_path: Path
) -> None:
    admin, ann = await driver.person("Root", id=ADMIN, is_admin=True), await driver.person("Ann")
    async with bot_process(tmp_path, **settings, ALERT_CHECK_INTERVAL="1") as bot:
        await bot.ready()
        await driver.say(admin, "/start")
        for _ in range(6):
            await driver.say(ann, "break", "error number")
        await driver.wait_for(admin, "HighErrorRate", seconds=30)
        # A kill before this lets it be said again: tests/test_flow_alert_killed.py.
        await until_true(partial(is_marked, settings["DATABASE_URL"]))
        bot.send(signal.SIGKILL)
        await bot.ended()
    async with bot_process(tmp_path, **settings, ALERT_CHECK_INTERVAL="1") as again:
        await again.ready()
        await flood(driver, [ann], range(200))
        await driver.wait_for(admin, "RESOLVED", seconds=40)

    told = [message_text(message) for message in await driver.messages(admin)]
    assert sum("HighErrorRate" in text for text in told) == 2  # once firing, once resolved


async def is_marked(url: str) -> bool:
    """Whether the database knows that a notice was sent."""
    database = Database(url)
    async with database.read("test") as connection:
        found = await connection.scalar(select(func.max(alert_outbox.c.sent_at)))
    await database.close()
    return found is not None


async def buy(driver: Driver, person: int) -> str:
    """Buy tea and be thanked; the charge's id."""
    invoice = await driver.say(person, "tea", lambda message: "invoice" in message)
    paid = await driver.pay(person, invoice)
    await driver.wait_for(person, "Thank", after=invoice["message_id"])
    return str(paid["charge_id"])
