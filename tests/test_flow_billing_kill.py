"""kill -9 at every wait between the checkout and the thanks: nobody pays for nothing, or twice."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.sandbox.ledger import ledger_of
from bot.sandbox.server import Sandbox
from tests.billing.buying import charges, link_to_pay, pay_link
from tests.driver import Driver, message_text
from tests.process import BotProcess, bot_process, living_in
from tests.waiting import until_true


@pytest.fixture
def settings(sandbox: Sandbox, tmp_path: Path) -> dict[str, str]:
    # A killed bot does not answer; nobody needs to wait ten seconds to see that.
    ledger_of(sandbox.world).patience = 3
    return living_in(sandbox, DATABASE_URL=f"sqlite:///{tmp_path}/bot.db", FEATURES="billing")


def credited(folder: Path) -> list[tuple[str, int]]:
    """The charges in the ledger, and how many subscriptions came of each."""
    query = """
        SELECT telegram_payment_charge_id, (
            SELECT count(*) FROM subscriptions WHERE first_charge_id = telegram_payment_charge_id
        ) FROM payments
    """
    with closing(sqlite3.connect(folder / "bot.db")) as database:
        return list(database.execute(query))


async def kill(bot: BotProcess) -> None:
    bot.send(signal.SIGKILL)
    await bot.ended()


async def struck(driver: Driver) -> None:
    """Wait until the fault has found its call."""

    async def is_used() -> bool:
        return not (await driver.state())["faults"]

    await until_true(is_used)


async def after_a_restart(
    sandbox: Sandbox,
    driver: Driver,
    folder: Path,
    settings: dict[str, str],
    *,
    thanked: int | None = None,
) -> None:
    """What was paid is credited once, by a bot that has searched and is idle again.

    thanked: the chat in which it says thank you before that
    """
    before = len(await driver.calls())
    async with bot_process(folder, **settings) as bot:
        await bot.ready()

        async def is_credited() -> bool:
            return credited(folder) == [(charge, 1) for charge in charges(sandbox)]

        await until_true(is_credited)
        await driver.wait_for_call("getStarTransactions", after=before)
        if thanked:
            await driver.wait_for(thanked, "Thank you!")
        person = await driver.person("Bob")
        await driver.say(person, "/plan", "Your plan: Free")
        assert await is_credited()


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("answerPreCheckoutQuery", "hang"),
        ("answerPreCheckoutQuery", "delay"),
        ("answerPreCheckoutQuery", "lost"),
        ("sendMessage", "hang"),
        ("sendMessage", "delay"),
        ("sendMessage", "lost"),
    ],
)
async def test_a_kill_between_the_checkout_and_the_thanks_costs_nobody_anything(
    sandbox: Sandbox,
    driver: Driver,
    tmp_path: Path,
    settings: dict[str, str],
    method: str,
    kind: str,
) -> None:
    ann = await driver.person("Ann")
    async with bot_process(tmp_path, **settings) as bot:
        await bot.ready()
        link = await link_to_pay(driver, ann)
        await driver.fault(method, kind, times=1, **({"seconds": 1} if kind == "delay" else {}))
        paying = asyncio.create_task(pay_link(driver, ann, link))
        await struck(driver)
        await kill(bot)
        paid = await paying

    assert paid["paid"] == bool(charges(sandbox))
    await after_a_restart(sandbox, driver, tmp_path, settings)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Somebody else writes to the database, and does not end."""
    with closing(sqlite3.connect(folder / "bot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


async def test_a_kill_while_the_payment_is_being_written_costs_nobody_anything(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, settings: dict[str, str]
) -> None:
    ann = await driver.person("Ann")
    async with bot_process(tmp_path, **settings) as bot:
        await bot.ready()
        link = await link_to_pay(driver, ann)
        with locked(tmp_path):
            paid = await pay_link(driver, ann, link)
            await driver.wait_for(ann, "is being written down", seconds=20)
            await kill(bot)

    assert paid["paid"] and credited(tmp_path) == []
    await after_a_restart(sandbox, driver, tmp_path, settings, thanked=ann)
    texts = [message_text(message) for message in await driver.messages(ann)]
    assert sum("Thank you!" in text for text in texts) == 1


@pytest.mark.parametrize("method", ["getStarTransactions", "sendMessage"])
async def test_a_kill_during_the_search_for_lost_payments_finds_each_once(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, settings: dict[str, str], method: str
) -> None:
    ann = await driver.person("Ann")
    async with bot_process(tmp_path, **settings) as bot:
        await bot.ready()
        await pay_link(driver, ann, await link_to_pay(driver, ann), lose=True)
        await kill(bot)
    await driver.fault(method, "hang", times=1)
    async with bot_process(tmp_path, **settings) as second:
        await struck(driver)
        await kill(second)

    await after_a_restart(sandbox, driver, tmp_path, settings)
