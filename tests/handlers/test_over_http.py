"""The same answers through a Bot API server: it parses our HTML and checks our buttons."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import orjson
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import ClientSession

from bot.database import tables
from bot.database.engine import Database
from bot.sandbox.server import Sandbox
from tests.driver import Driver, Json
from tests.handlers.scene import Scene
from tests.rows import error, event, minute, put
from tests.updates import NOON

ADMIN = 77
EARLIER = NOON - timedelta(hours=1)
HOSTILE = "<b>&lt;x</i> 😀" * 300


@pytest.fixture
async def polled(sandbox: Sandbox, driver: Driver, sqlite: Database) -> AsyncIterator[Scene]:
    """A bot that polls the sandbox, and an admin who has started it."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(sandbox.url))
    async with Bot(sandbox.token, session) as bot:
        scene = Scene(sqlite, bot, admin_ids=(ADMIN,))
        await driver.person("Root", id=ADMIN, is_admin=True)
        polling = asyncio.create_task(
            scene.dispatcher.start_polling(bot, handle_signals=False, polling_timeout=1)
        )
        await driver.say(ADMIN, "/start", "Hello, Root!")
        yield scene
        await scene.dispatcher.stop_polling()
        await polling


@pytest.mark.usefixtures("polled")
async def test_a_person_with_a_hostile_name_is_greeted(driver: Driver) -> None:
    person = await driver.person("<b>Ann</b>&")

    message = await driver.say(person, "/start ads")

    assert message["text"].startswith("Hello, <b>Ann</b>&!")


async def shown_now(driver: Driver, message: Json) -> Json:
    """The same message as it looks after an edit."""
    number = message["message_id"]
    return await driver.wait_for(message["chat"]["id"], lambda one: one["message_id"] == number)


@pytest.mark.usefixtures("polled")
async def test_a_person_reads_downloads_and_erases_their_data(
    driver: Driver, sandbox: Sandbox
) -> None:
    person = await driver.person("Ann")
    message = await driver.say(person, "/privacy", "What is kept about you")

    await driver.press(person, message, "My data")
    sent = await driver.wait_for(person, lambda one: "document" in one)
    file = f"{sandbox.url}/sandbox/files/{sent['document']['file_id']}"
    async with ClientSession() as session, session.get(file) as response:
        data = orjson.loads(await response.read())
    for label in ("Forget me", "Yes, forget me", "Erase everything"):
        await driver.press(person, message, label)
        message = await shown_now(driver, message)

    assert (sent["document"]["file_name"], data["telegram_id"]) == ("my-data.json", person)
    assert message["text"].startswith("Done: nothing about you is kept.")


@pytest.mark.usefixtures("polled")
async def test_a_language_is_chosen_with_a_button(driver: Driver) -> None:
    person = await driver.person("Ann", language_code="en")
    message = await driver.say(person, "/language")

    await driver.press(person, message, "Deutsch")

    await driver.say(person, "/start", "Hallo, Ann!")


@pytest.mark.usefixtures("polled")
async def test_a_forged_button_says_that_it_does_not_work(driver: Driver) -> None:
    person = await driver.person("Ann")
    message = await driver.say(person, "/start")

    answer = await driver.press(person, message, data="health:refresh", forged=True)

    assert answer is not None and answer["text"] == "This button no longer works."


async def fill(database: Database) -> None:
    """Reports with hostile names, longer than a message."""
    texts = {"location": HOSTILE[:128], "type": HOSTILE[:128], "message": HOSTILE}
    rows = [error("ABCD", EARLIER, **(texts | {"category": f"<{n}>"})) for n in range(3)]
    many = [error("EFGH", EARLIER, **(texts | {"location": f"<{n}"})) for n in range(40)]
    await put(database, tables.errors, *rows, *many, error("LNGT", EARLIER, traceback=HOSTILE))
    await put(database, tables.events, event("command", EARLIER, label=HOSTILE[:64]))
    await put(database, tables.metric_aggregates, minute("error", EARLIER, 3, 1.5))


@pytest.mark.parametrize(
    "command",
    ["/analytics", "/analytics 30", "/health", "/metrics", "/errors", "/errors LNGT", "/alerts"],
)
async def test_telegram_takes_every_admin_answer(
    polled: Scene, driver: Driver, command: str
) -> None:
    for n in range(200):
        polled.counter.labels(HOSTILE[:50] + str(n)).inc()
    await fill(polled.database)

    message = await driver.say(ADMIN, command)

    assert len(message["text"]) <= 4096


@pytest.mark.usefixtures("polled")
async def test_a_refresh_without_news_says_no_change(driver: Driver) -> None:
    message = await driver.say(ADMIN, "/alerts", "Firing now")

    answer = await driver.press(ADMIN, message, "🔄 Refresh")

    assert answer is not None and answer["text"] == "No change"


@pytest.mark.usefixtures("polled")
async def test_another_period_replaces_the_message(driver: Driver) -> None:
    message = await driver.say(ADMIN, "/analytics", "Last 7 days")

    await driver.press(ADMIN, message, "Today")

    def is_changed(one: Json) -> bool:
        return one["message_id"] == message["message_id"] and "Today" in one["text"]

    assert await driver.wait_for(ADMIN, is_changed)


@pytest.mark.usefixtures("polled")
async def test_in_a_group_an_admin_gets_a_hint_and_an_anonymous_one_silence(
    driver: Driver,
) -> None:
    group = await driver.group(ADMIN)

    await driver.write(ADMIN, "/health", group, anonymous=True)
    await driver.say(ADMIN, "/health", "Not in front of a group", chat=group)

    shown = [one for one in await driver.messages(group) if one.get("from", {}).get("id") != ADMIN]
    assert len([one for one in shown if "Not in front" in one.get("text", "")]) == 1
