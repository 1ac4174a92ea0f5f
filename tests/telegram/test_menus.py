"""Tests: bot/telegram/menus.py."""

from __future__ import annotations

import pytest
from aiogram import Bot

from bot.telegram.menus import MenuEntry, Menus
from tests.driver import Driver
from tests.telegram.rig import QUICK, friend

ENTRIES = {
    "": [MenuEntry("start", "Begin"), MenuEntry("errors", "Last errors", is_admin=True)],
    "de": [MenuEntry("start", "Anfangen"), MenuEntry("errors", "Fehler", is_admin=True)],
}
ROOT = 77


async def commands(driver: Driver, person: int) -> list[str]:
    return [entry["command"] for entry in (await driver.chat(person))["commands"]]


async def test_people_see_the_commands_for_people(bot: Bot, driver: Driver) -> None:
    ann = await friend(driver)

    await Menus(bot, ENTRIES, [], backoff=QUICK).publish()

    assert await commands(driver, ann) == ["start"]


async def test_an_admin_sees_all(bot: Bot, driver: Driver) -> None:
    root = await friend(driver, "Root")

    await Menus(bot, ENTRIES, [root], backoff=QUICK).publish()

    assert await commands(driver, root) == ["start", "errors"]


async def test_a_menu_is_in_the_language_of_its_reader(bot: Bot) -> None:
    await Menus(bot, ENTRIES, [], backoff=QUICK).publish()

    german = await bot.get_my_commands(language_code="de")

    assert [entry.description for entry in german] == ["Anfangen"]


async def test_an_admin_who_never_wrote_gets_the_menu_when_they_do(
    bot: Bot, driver: Driver
) -> None:
    menus = Menus(bot, ENTRIES, [ROOT], backoff=QUICK)
    await menus.publish()

    root = await driver.person("Root", id=ROOT)
    await driver.write(root, "/start")
    await menus.admin_wrote(root)

    assert await commands(driver, root) == ["start", "errors"]


async def test_for_everybody_else_nothing_is_called(bot: Bot, driver: Driver) -> None:
    await Menus(bot, ENTRIES, [ROOT], backoff=QUICK).admin_wrote(5)

    assert await driver.calls() == []


async def test_an_unchanged_menu_is_not_sent_again(bot: Bot, driver: Driver) -> None:
    for _ in range(2):
        await Menus(bot, ENTRIES, [], backoff=QUICK).publish()

    assert len(await driver.calls("setMyCommands")) == len(ENTRIES)


async def test_publishing_goes_on_until_telegram_answers(bot: Bot, driver: Driver) -> None:
    await driver.fault("setMyCommands", "drop", times=2)

    await Menus(bot, ENTRIES, [], backoff=QUICK).publish()

    assert [entry.command for entry in await bot.get_my_commands()] == ["start"]


@pytest.mark.parametrize("method", ["getMyCommands", "setMyCommands"])
async def test_a_refused_menu_is_not_fatal(bot: Bot, driver: Driver, method: str) -> None:
    root = await friend(driver, "Root")
    await driver.fault(method, "status", status=400, description="no")

    menus = Menus(bot, ENTRIES, [root], backoff=QUICK)
    await menus.publish()
    await menus.admin_wrote(root)

    assert await commands(driver, root) == []
