"""Somebody else's feature, loaded by its name, works and is measured without a line about it."""

from __future__ import annotations

from pathlib import Path

from bot.sandbox.server import Sandbox
from tests.driver import Driver
from tests.process import bot_process, fetched, living_in
from tests.waiting import until_true

ROUTER = "examples.dice:build_router"
COUNTED = (
    'bot_command_usage_total{command="roll"} 2.0',
    'bot_update_duration_seconds_count{handler="roll",kind="message"} 2.0',
    'bot_update_duration_seconds_count{handler="roll_again",kind="callback_query"} 1.0',
)


async def test_the_example_is_measured(sandbox: Sandbox, driver: Driver, tmp_path: Path) -> None:
    settings = living_in(sandbox, BOT_ROUTERS=ROUTER, FEATURES="none")
    ann = await driver.person("Ann")

    async with bot_process(tmp_path, **settings) as bot:
        address = await bot.ready()
        await driver.say(ann, "/roll nonsense", "Like this: /roll 2d6")
        throw = await driver.say(ann, "/ROLL 2d6", "🎲 2d6: ")
        await driver.press(ann, throw, "Roll again")
        await driver.say(ann, "/help", "/roll · throw dice: /roll 2d6")
        assert "roll" in {one["command"] for one in (await driver.chat(ann))["commands"]}

        async def is_counted() -> bool:
            _, shown = await fetched(f"{address}/metrics")
            return all(line in shown for line in COUNTED)

        await until_true(is_counted)
