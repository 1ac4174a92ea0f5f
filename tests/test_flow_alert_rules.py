"""A running bot takes other rules on SIGHUP, and tells the admin of those that it cannot take."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.sandbox.server import Sandbox
from tests.driver import Driver, message_text
from tests.living import ADMIN
from tests.process import BotProcess, bot_process, living_in

QUIET = """
[[rule]]
name = "Nobody"
series = "bot_known_users"
threshold = 1_000_000
"""
LOUD = """
[[rule]]
name = "Lived"
series = "bot_uptime_seconds"
threshold = 0.1
first_aid = "Be glad."
"""
WRONG = QUIET.replace("1_000_000", '"many"')


@asynccontextmanager
async def running(sandbox: Sandbox, folder: Path) -> AsyncIterator[BotProcess]:
    """A bot that checks every second, with a file of rules that has nothing to say."""
    (folder / "alerts.toml").write_text(QUIET)
    settings = living_in(
        sandbox,
        ADMIN_IDS=str(ADMIN),
        ALERT_CHECK_INTERVAL="1",
        ALERT_RULES_FILE="alerts.toml",
        BOT_ROUTERS="tests.routers:build_router",
    )
    async with bot_process(folder, **settings) as bot:
        await bot.ready()
        yield bot


def reload(bot: BotProcess, folder: Path, text: str) -> None:
    (folder / "alerts.toml").write_text(text)
    bot.send(signal.SIGHUP)


async def test_a_new_rule_fires_without_a_restart(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    root = await driver.person("Root", id=ADMIN)
    async with running(sandbox, tmp_path) as bot:
        await driver.say(root, "/start")
        reload(bot, tmp_path, LOUD)
        await bot.says("alert rules reloaded")
        message = await driver.wait_for(root, "Lived", seconds=30)
        bot.send(signal.SIGTERM)
        code = await bot.ended()

    assert "WARNING: Lived" in message_text(message)
    assert "First: Be glad." in message_text(message)
    assert code == 0, bot.output


async def test_the_admin_hears_of_a_bad_file_and_of_its_end(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    root = await driver.person("Root", id=ADMIN)
    async with running(sandbox, tmp_path) as bot:
        await driver.say(root, "/start")
        reload(bot, tmp_path, WRONG)
        line = await bot.says("alert rules refused")
        told = await driver.wait_for(root, "RulesRefused", seconds=30)
        reload(bot, tmp_path, QUIET)
        await driver.wait_for(root, "RESOLVED: RulesRefused", seconds=30)

    place = "alerts.toml, rule 1, line 5: threshold: expected a number, not 'many'"
    assert place in line
    assert place in message_text(told)


async def test_a_bad_file_at_the_start_is_one_line_and_no_bot(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "alerts.toml").write_text(WRONG)
    settings = living_in(sandbox, ADMIN_IDS=str(ADMIN), ALERT_RULES_FILE="alerts.toml")

    async with bot_process(tmp_path, **settings) as bot:
        code = await bot.ended()

    place = "ALERT_RULES_FILE: alerts.toml, rule 1, line 5: threshold"
    assert (code, bot.output) == (2, f"telegauge: {place}: expected a number, not 'many'\n")
