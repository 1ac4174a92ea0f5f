"""The dashboard inside the sandbox's Telegram: the button, the menu button, and who gets in."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp import ClientSession

from tests.driver import Driver
from tests.process import bot_process

SANDBOX = {"SANDBOX_PORT": "0", "SANDBOX_HISTORY_DAYS": "0"}


async def let_in(driver: Driver, person: int, page: str) -> int:
    """The status with which the dashboard answers whom Telegram brings."""
    fragment = urlsplit(await driver.open_web_app(person, page)).fragment
    init_data = parse_qs(fragment)["tgWebAppData"][0]
    async with (
        ClientSession() as session,
        session.post(f"{page}/mini-app", json={"init_data": init_data}) as response,
    ):
        return response.status


async def menu_button(driver: Driver, person: int) -> Any:
    return (await driver.chat(person))["menu_button"]


async def test_an_admin_is_led_to_the_dashboard_and_let_in(tmp_path: Path) -> None:
    async with bot_process(tmp_path, **SANDBOX) as bot:
        address = await bot.ready()
        chat = (await bot.says("chat     ")).split()[-1].rstrip("/")
        async with Driver(chat) as driver:
            ada, ben, *_ = [one["id"] for one in (await driver.state())["people"]]
            offered = await driver.say(ada, "/dashboard", "opens here")
            await driver.wait_for_call("setChatMenuButton")
            button = await menu_button(driver, ada)
            usual = await menu_button(driver, ben)
            doors = [await let_in(driver, one, button["web_app"]["url"]) for one in (ada, ben)]
        bot.send(signal.SIGTERM)
        code = await bot.ended()

    ((shown,),) = offered["reply_markup"]["inline_keyboard"]
    assert shown["web_app"] == button["web_app"] == {"url": f"{address}/dashboard"}
    assert usual == {"type": "commands"}
    assert (doors, code) == ([200, 401], 0), bot.output
