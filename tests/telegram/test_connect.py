"""Tests: bot/telegram/connect.py."""

from __future__ import annotations

import pytest
from aiogram import Bot

from bot.analytics.bus import Bus
from bot.errors import ConfigError
from bot.sandbox.server import Sandbox
from bot.telegram.connect import build_bot, introduce
from tests.driver import Driver
from tests.telegram.rig import QUICK, friend


async def test_texts_are_html_without_previews(bot: Bot, driver: Driver) -> None:
    ann = await friend(driver)

    await bot.send_message(ann, "<i>see</i> https://example.org")

    params = (await driver.calls("sendMessage"))[-1]["params"]
    assert params["parse_mode"] == "HTML" and '"is_disabled":true' in str(params).replace(" ", "")


async def test_the_bot_learns_who_it_is(bot: Bot) -> None:
    me = await introduce(bot, QUICK)

    assert me.username == "telegauge_sandbox_bot"


@pytest.mark.parametrize("kind", ["drop", "status", "garbage"])
async def test_it_asks_until_telegram_answers(bot: Bot, driver: Driver, kind: str) -> None:
    await driver.fault("getMe", kind, times=3)

    assert (await introduce(bot, QUICK)).is_bot


async def test_a_refused_token_names_the_setting(sandbox: Sandbox) -> None:
    bot = build_bot("5:WRONG", sandbox.url, Bus())

    with pytest.raises(ConfigError, match="BOT_TOKEN: was refused by Telegram"):
        await introduce(bot, QUICK)
    await bot.session.close()


async def test_a_server_without_such_a_bot_names_both_settings(bot: Bot, driver: Driver) -> None:
    await driver.fault("getMe", "status", status=404, description="Not Found")

    with pytest.raises(ConfigError, match="TELEGRAM_API_URL"):
        await introduce(bot, QUICK)


def test_what_is_no_token_names_the_setting() -> None:
    with pytest.raises(ConfigError, match="BOT_TOKEN"):
        build_bot("no token", "http://127.0.0.1:9", Bus())
