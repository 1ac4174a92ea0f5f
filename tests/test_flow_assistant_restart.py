"""An answer cut off by the end of the bot: nothing is lost in silence, nothing happens twice."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from sqlalchemy import update

from bot.database.engine import Database
from bot.database.feature_tables import completions
from bot.sandbox.server import Sandbox
from tests.assistant.endpoint import DONE, Endpoint, chunk, sends
from tests.assistant.talking import ended, has_button, is_final, talking
from tests.driver import Driver, message_text
from tests.process import bot_process, living_in
from tests.rows import rows_of
from tests.waiting import until


async def test_a_stop_of_the_bot_keeps_what_has_come_and_says_so(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")
    model.order(sends(chunk("So far"), asyncio.Event()))

    async with talking(sandbox, tmp_path, model) as app:
        await driver.say(ann, "Tell me", has_button("So far"))
        database = app.core.database

    text = "So far\n\nThis answer was interrupted by a restart of the bot. Please ask again."
    assert [message_text(one) for one in await driver.messages(ann)][1:] == [text]
    again = Database(str(database.url))
    (row,) = await rows_of(again, completions)
    await again.close()
    assert (row["state"], row["error"], row["output_tokens"]) == ("interrupted", "interrupted", 2)


async def test_a_stop_lets_an_answer_end_that_ends_soon(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")
    model.order(sends(chunk("So"), 1.0, chunk(" be it"), chunk(finish="stop"), DONE))

    async with talking(sandbox, tmp_path, model, drain_timeout=20):
        await driver.say(ann, "Tell me", has_button("So"))

    assert [message_text(one) for one in await driver.messages(ann)][1:] == ["So be it"]


async def killed(
    sandbox: Sandbox, driver: Driver, folder: Path, model: Endpoint, ann: int
) -> None:
    """A bot that dies in the middle of an answer."""
    model.order(sends(chunk("So far"), asyncio.Event()))
    settings = living_in(
        sandbox,
        FEATURES="assistant",
        ASSISTANT_BASE_URL=model.url,
        ASSISTANT_MODEL="example-small",
        DATABASE_URL=f"sqlite:///{folder}/bot.db",
    )
    async with bot_process(folder, **settings) as bot:
        await bot.ready()
        await driver.say(ann, "Tell me", has_button("So far"))
        bot.send(signal.SIGKILL)
        await bot.ended()


async def test_after_kill_9_an_answer_is_closed_once_and_the_chat_says_so(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")
    await killed(sandbox, driver, tmp_path, model, ann)

    async with talking(sandbox, tmp_path, model) as app:
        mended = await driver.wait_for(ann, "This answer was interrupted by a restart of the bot.")
        (row,) = await ended(app)
        labels = {"model": "example-small", "error": "interrupted"}
        count = app.core.metrics.registry.get_sample_value
        failures = count("bot_completions_failed_total", labels)

    assert "reply_markup" not in mended
    assert (row["state"], row["is_estimated"], failures) == ("interrupted", True, 1)
    assert row["input_tokens"] > 0
    assert row["cost_usd"] > 0


async def test_after_kill_9_nothing_is_asked_or_closed_twice(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")
    await killed(sandbox, driver, tmp_path, model, ann)

    for _ in range(2):
        async with talking(sandbox, tmp_path, model) as app:
            (row,) = await ended(app)
            await until(lambda: app.scheduler.last_success("mend_answers") is not None)
            edits = len(await driver.calls("editMessageText"))

    assert len(model.asked) == 1
    assert row["state"] == "interrupted"
    assert len(await driver.messages(ann)) == 2
    assert edits == len(await driver.calls("editMessageText"))


async def test_after_a_restart_the_conversation_goes_on_and_its_words_are_gone(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")

    async with talking(sandbox, tmp_path, model) as app:
        await driver.say(ann, "One", is_final("Hello world"))
        await ended(app)
    async with talking(sandbox, tmp_path, model) as app:
        await driver.say(ann, "Two", is_final("Hello world"))
        rows = await ended(app, 2)

    assert [one["content"] for one in model.asked[1]["messages"]] == ["Be brief.", "Two"]
    assert len({row["conversation_id"] for row in rows}) == 1


async def test_a_whole_answer_that_was_not_shown_to_its_end_loses_only_its_button(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")
    await killed(sandbox, driver, tmp_path, model, ann)
    long_ago = {"state": "done", "ended_at": 1}
    database = Database(f"sqlite:///{tmp_path}/bot.db")
    async with database.write("test") as connection:
        await connection.execute(update(completions).values(long_ago))
    await database.close()

    async with talking(sandbox, tmp_path, model) as app:
        await driver.wait_for(ann, is_final("So far"))
        (row,) = await ended(app)

    assert row["state"] == "done"


async def test_while_telegram_is_away_the_word_is_owed(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")
    await killed(sandbox, driver, tmp_path, model, ann)
    await driver.fault("editMessageText", "status", status=502)

    async with talking(sandbox, tmp_path, model):
        await driver.wait_for_call("editMessageText")
    await driver.clear_faults()
    async with talking(sandbox, tmp_path, model) as app:
        await driver.wait_for(ann, "This answer was interrupted by a restart of the bot.")
        await ended(app)
