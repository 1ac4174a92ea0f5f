"""Tests: bot/telegram/connection.py."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot

from bot.analytics.bus import Bus
from bot.clock import utc_now
from bot.config import Settings
from bot.errors import ConfigError
from bot.sandbox.server import Sandbox
from bot.telegram.connect import build_bot
from bot.telegram.connection import Connection
from bot.telegram.menus import MenuEntry, Menus
from tests.driver import Driver
from tests.telegram.rig import QUICK, Handled, friend
from tests.waiting import until

Maker = Callable[..., Connection]
MANY = 40
ROOT = 77


@pytest.fixture
async def connect(sandbox: Sandbox) -> AsyncIterator[Maker]:
    """Makes connections to the sandbox, each with a bot of its own, and ends them."""
    made: list[Connection] = []

    def make(handled: Handled, **settings: Any) -> Connection:
        bot = build_bot(str(settings.pop("token", sandbox.token)), sandbox.url, Bus())
        chosen = Settings(_env_file=None, **settings)
        made.append(Connection(bot, handled.dispatcher, Bus(), chosen, backoff=QUICK))
        return made[-1]

    yield make
    for one in made:
        await one.stop(0)


async def test_it_is_ready_when_updates_flow(connect: Maker, driver: Driver) -> None:
    handled = Handled(answers=True)
    connection = connect(handled)
    assert not connection.is_ready

    await connection.start()

    assert connection.is_ready
    await driver.say(await driver.person(), "hello", "you said hello")


async def test_it_is_not_ready_while_telegram_is_down_and_comes_up_with_it(
    connect: Maker, driver: Driver
) -> None:
    fault = await driver.fault("*", "drop")
    connection = connect(Handled())

    starting = asyncio.create_task(connection.start())
    await driver.wait_for_call("getMe")
    was_ready = connection.is_ready
    await driver.ask("DELETE", f"/faults/{fault}")

    await starting
    assert (was_ready, connection.is_ready) == (False, True)


async def test_a_start_that_never_ends_can_be_cancelled(connect: Maker, driver: Driver) -> None:
    await driver.fault("*", "drop")
    connection = connect(Handled())
    starting = asyncio.create_task(connection.start())
    await driver.wait_for_call("getMe")

    starting.cancel()
    await asyncio.wait({starting})
    await connection.stop(1)

    assert not connection.is_ready


async def test_a_refused_token_ends_the_start(connect: Maker) -> None:
    with pytest.raises(ConfigError, match="BOT_TOKEN"):
        await connect(Handled(), token="5:WRONG").start()


async def test_every_message_is_handled_once_although_the_bot_restarts_in_the_middle(
    connect: Maker, driver: Driver
) -> None:
    ann, first, second = await driver.person(), Handled(answers=True), Handled(answers=True)
    texts = [f"message {number}" for number in range(MANY)]
    before, after = connect(first), connect(second)
    await before.start()

    writing = asyncio.create_task(_write(driver, ann, texts))
    await until(lambda: len(first) > MANY // 4)
    await before.stop(10)
    await after.start()
    await writing

    await until(lambda: len(first) + len(second) >= MANY)
    assert sorted([*first, *second]) == sorted(texts) and second


async def test_what_is_in_flight_is_finished_before_the_end(
    connect: Maker, driver: Driver
) -> None:
    gate = asyncio.Event()
    handled = Handled(gate)
    connection = connect(handled)
    await connection.start()
    await driver.write(await driver.person(), "hello")
    await until(lambda: connection.in_flight == 1)

    asyncio.get_running_loop().call_later(0.05, gate.set)
    await connection.stop(10)

    assert handled == ["hello"] and (await driver.state())["pending_updates"] == 0


async def test_ids_seen_before_the_restart_are_not_handled_again(
    connect: Maker, driver: Driver, sandbox: Sandbox
) -> None:
    ann, handled = await driver.person(), Handled()
    for text in ("old", "new"):
        await driver.write(ann, text)
    seen = sandbox.world.updates[0]["update_id"]

    await connect(handled).start(seen=[seen])

    await until(lambda: handled)
    assert handled == ["new"]


async def test_routers_hear_of_the_start_and_the_end(connect: Maker) -> None:
    handled, heard = Handled(), []

    async def begun(bot: Bot) -> None:
        heard.append("start")

    async def ended(bot: Bot) -> None:
        heard.append("end")

    handled.dispatcher.startup.register(begun)
    handled.dispatcher.shutdown.register(ended)
    connection = connect(handled)
    await connection.start()
    await connection.close()

    assert heard == ["start", "end"]


async def test_menus_are_published_in_the_background(
    connect: Maker, bot: Bot, driver: Driver
) -> None:
    ann = await friend(driver)
    menus = Menus(bot, {"": [MenuEntry("start", "Begin")]}, [], backoff=QUICK)

    await connect(Handled()).start(menus=menus)

    await driver.wait_for_call("setMyCommands")
    assert (await driver.chat(ann))["commands"]


async def test_an_admin_who_never_wrote_gets_their_menu_with_the_first_message(
    connect: Maker, bot: Bot, driver: Driver
) -> None:
    await _start_without_admin(connect(Handled()), bot, driver)

    await driver.write(await driver.person("Root", id=ROOT), "hello")
    await driver.wait_for_call("setMyCommands")

    assert [one["command"] for one in (await driver.chat(ROOT))["commands"]] == ["errors"]


async def test_an_admin_who_writes_into_a_group_is_still_unknown_in_private(
    connect: Maker, bot: Bot, driver: Driver
) -> None:
    handled = Handled()
    await _start_without_admin(connect(handled), bot, driver)
    group = await driver.group(await driver.person("Root", id=ROOT), bot_is_admin=True)

    await driver.write(ROOT, "hello", group)
    await until(lambda: handled)

    assert len(await driver.calls("getMyCommands")) == 2


async def test_it_knows_how_many_updates_wait(connect: Maker, driver: Driver) -> None:
    connection = connect(Handled())
    await driver.write(await driver.person(), "hello")

    await connection.refresh()

    assert connection.pending_updates == 1 and connection.webhook_error is None


async def test_what_is_not_known_is_none_not_zero(connect: Maker, driver: Driver) -> None:
    connection = connect(Handled())
    await driver.fault("getWebhookInfo", "drop")

    await connection.refresh()

    assert connection.pending_updates is None


async def test_polling_needs_no_route_and_a_webhook_no_poll(connect: Maker) -> None:
    polling = connect(Handled())
    hooked = connect(
        Handled(), webhook_url="https://example.org/hook", webhook_secret="0123456789abcdef"
    )

    assert polling.routes() == [] and polling.last_poll_age is not None
    assert [route.path for route in hooked.routes()] == ["/hook"] and hooked.last_poll_age is None


async def test_with_a_webhook_nothing_is_polled_to_confirm(connect: Maker, driver: Driver) -> None:
    hooked = connect(Handled(), webhook_url="https://127.0.0.1:9", webhook_secret="0" * 16)

    await hooked.confirm(unfinished=[5])

    assert await driver.calls("getUpdates") == []


async def _write(driver: Driver, person: int, texts: list[str]) -> None:
    for text in texts:
        await driver.write(person, text)


async def _start_without_admin(connection: Connection, bot: Bot, driver: Driver) -> None:
    """Return when the admin's menu was refused, because ROOT does not exist yet."""
    entries = {"": [MenuEntry("errors", "Last errors", is_admin=True)]}
    await connection.start(menus=Menus(bot, entries, [ROOT], backoff=QUICK))
    everybody = await driver.wait_for_call("getMyCommands")
    await driver.wait_for_call("getMyCommands", after=everybody["n"])


@pytest.mark.parametrize(("minutes", "age"), [(-10, True), (10, False)])
async def test_a_failed_delivery_counts_only_since_the_start(
    sandbox: Sandbox, driver: Driver, minutes: int, *, age: bool
) -> None:
    bot = build_bot(sandbox.token, sandbox.url, Bus())
    settings = Settings(_env_file=None, webhook_url="http://127.0.0.1:9", webhook_secret="s" * 16)
    started = utc_now() + timedelta(minutes=minutes)
    one = Connection(bot, Handled().dispatcher, Bus(), settings, clock=lambda: started)
    await one.start()
    await driver.write(await driver.person(), "hello")

    while not one.webhook_error:
        await one.refresh()

    await one.stop(0)
    assert (one.webhook_error_age is not None) is age
