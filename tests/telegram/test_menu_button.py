"""Tests: bot/telegram/menu_button.py, and when it is sent."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import MenuButtonWebApp, WebAppInfo

from bot.telegram.menu_button import MenuButton
from bot.telegram.menus import MenuEntry, Menus
from tests.driver import Driver
from tests.telegram.rig import QUICK, friend

ROOT = 77
PAGE = "https://bot.example/dashboard"
OURS = {"type": "web_app", "text": "Dashboard", "web_app": {"url": PAGE}}
USUAL = {"type": "commands"}
ENTRIES = {"": [MenuEntry("start", "Begin")]}


async def shown(driver: Driver, person: int) -> Any:
    return (await driver.chat(person))["menu_button"]


def menus(bot: Bot, *admins: int, address: str | None = PAGE) -> Menus:
    return Menus(bot, ENTRIES, admins, button=MenuButton(bot, lambda: address).send, backoff=QUICK)


async def test_an_admin_gets_the_dashboard_and_nobody_else(bot: Bot, driver: Driver) -> None:
    root, ann = await friend(driver, "Root"), await friend(driver)

    await menus(bot, root).publish()

    assert (await shown(driver, root), await shown(driver, ann)) == (OURS, USUAL)


async def test_an_admin_who_never_wrote_gets_it_when_they_do(bot: Bot, driver: Driver) -> None:
    ours = menus(bot, ROOT)
    await ours.publish()
    root = await driver.person("Root", id=ROOT)

    await driver.write(root, "/start")
    await ours.admin_wrote(root)

    assert await shown(driver, root) == OURS
    assert not ours.lacks(root)


async def test_a_button_that_is_there_is_not_sent_again(bot: Bot, driver: Driver) -> None:
    root = await friend(driver, "Root")

    for _ in range(2):
        await menus(bot, root).publish()

    assert len(await driver.calls("setChatMenuButton")) == 1


async def test_another_address_replaces_the_button(bot: Bot, driver: Driver) -> None:
    root = await friend(driver, "Root")
    await menus(bot, root, address="https://old.example/dashboard").publish()

    await menus(bot, root).publish()

    assert await shown(driver, root) == OURS


async def test_without_an_address_our_button_goes(bot: Bot, driver: Driver) -> None:
    root = await friend(driver, "Root")
    await menus(bot, root).publish()

    await menus(bot, root, address=None).publish()

    assert await shown(driver, root) == USUAL


async def test_without_an_address_a_button_of_the_operators_stays(
    bot: Bot, driver: Driver
) -> None:
    root = await friend(driver, "Root")
    own = MenuButtonWebApp(text="Shop", web_app=WebAppInfo(url="https://shop.example"))
    await bot.set_chat_menu_button(root, own)

    await menus(bot, root, address=None).publish()

    assert (await shown(driver, root))["text"] == "Shop"
    assert len(await driver.calls("setChatMenuButton")) == 1


@pytest.mark.parametrize("method", ["getChatMenuButton", "setChatMenuButton"])
async def test_a_refused_button_is_not_fatal_and_the_commands_stay(
    bot: Bot, driver: Driver, method: str
) -> None:
    root = await friend(driver, "Root")
    await driver.fault(method, "status", status=400, description="no")
    ours = menus(bot, root)

    await ours.publish()

    assert [one["command"] for one in (await driver.chat(root))["commands"]] == ["start"]
    assert not ours.lacks(root)


async def test_an_address_telegram_does_not_open_is_not_fatal(bot: Bot, driver: Driver) -> None:
    root = await friend(driver, "Root")

    await menus(bot, root, address="http://bot.example/dashboard").publish()

    assert await shown(driver, root) == USUAL


async def test_what_passes_is_waited_for(bot: Bot, driver: Driver) -> None:
    root = await friend(driver, "Root")
    await driver.fault("setChatMenuButton", "drop", times=2)

    await menus(bot, root).publish()

    assert await shown(driver, root) == OURS
