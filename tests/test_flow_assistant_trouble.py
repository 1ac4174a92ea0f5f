"""The assistant when its endpoint fails, when Telegram does, and when the reader is gone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.sandbox.server import Sandbox
from tests.assistant.endpoint import (
    DONE,
    Answer,
    Endpoint,
    chunk,
    drops,
    refuses,
    says,
    sends,
)
from tests.assistant.talking import ended, is_final, talking
from tests.driver import Driver

TRIED_TWICE = [
    (refuses(500), "The model cannot be reached at the moment."),
    (refuses(429), "The model cannot be reached at the moment."),
    (sends(chunk(finish="stop"), DONE), "The model had nothing to say."),
    (sends(DONE), "Something went wrong while the answer was written."),
]
TRIED_ONCE = [
    (refuses(401), "The model does not take our questions"),
    (refuses(400), "The model does not take our questions"),
    (refuses(400, code="context_length_exceeded"), "This conversation is too long"),
    (refuses(429, retry_after="60"), "The model cannot be reached at the moment."),
    (sends(chunk("Half"), DONE), "Half\n\n⚠ The answer breaks off here."),
]


@pytest.mark.parametrize(
    ("answer", "words", "tries"),
    [(*one, 2) for one in TRIED_TWICE] + [(*one, 1) for one in TRIED_ONCE],
)
async def test_a_failure_is_said_plainly(
    sandbox: Sandbox,
    driver: Driver,
    tmp_path: Path,
    model: Endpoint,
    answer: Answer,
    words: str,
    tries: int,
) -> None:
    ann = await driver.person("Ann")
    model.order(answer)

    async with talking(sandbox, tmp_path, model) as app:
        told = await driver.say(ann, "Hello?", words)
        (row,) = await ended(app)
        labels = {"model": "example-small", "error": row["error"]}
        count = app.core.metrics.registry.get_sample_value
        failures = count("bot_completions_failed_total", labels)

    assert "reply_markup" not in (await driver.messages(ann, told["message_id"] - 1))[0]
    assert (row["state"], failures, len(model.asked)) == ("failed", 1, tries)


async def test_a_silent_endpoint_is_a_failure_too(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")
    model.order(sends(asyncio.Event()))

    async with talking(sandbox, tmp_path, model, assistant_timeout=1) as app:
        await driver.say(ann, "Hello?", "The model took too long to answer.")
        (row,) = await ended(app)

    assert row["error"] == "timeout"


async def test_what_passes_is_asked_once_more_without_a_word(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")
    model.order(refuses(503), says("Here I am"))

    async with talking(sandbox, tmp_path, model):
        await driver.say(ann, "Hello?", is_final("Here I am"))

    assert len(await driver.messages(ann)) == 2


async def test_a_flooded_chat_gets_the_whole_answer_all_the_same(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")
    await driver.flood_limit(0.5)
    model.order(sends(*drops("a", 0.02, 100), chunk(finish="stop"), DONE))

    async with talking(sandbox, tmp_path, model):
        await driver.say(ann, "Go", is_final("a" * 100))

    edits = await driver.calls("editMessageText")
    assert len(edits) < 20


async def test_telegram_out_of_order_does_not_cost_the_end(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")
    await driver.fault("editMessageText", "status", status=502, times=2)

    async with talking(sandbox, tmp_path, model):
        await driver.say(ann, "Go", is_final("Hello world"))


async def test_an_answer_that_nobody_can_see_is_not_paid_for(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")
    model.order(sends(*drops("a", 0.05, 1000)))

    async with talking(sandbox, tmp_path, model) as app:
        await driver.say(ann, "Go", lambda message: "reply_markup" in message)
        await driver.block(ann)
        (row,) = await ended(app)

    assert (row["state"], row["error"]) == ("failed", "cancelled")
    assert row["is_estimated"]
