"""The assistant with the sandbox's own model, a script that says what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.model_request import MODEL
from bot.sandbox.server import Sandbox
from tests.assistant.talking import ended
from tests.driver import Driver, message_text
from tests.living import living


def settings(sandbox: Sandbox) -> dict[str, Any]:
    return {
        "features": ("assistant",),
        "assistant_base_url": f"{sandbox.url}/model/v1",
        "assistant_model": MODEL,
        "assistant_timeout": 5,
        "drain_timeout": 0.2,
    }


async def test_the_script_answers_and_its_tokens_have_a_price(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    await driver.ask("POST", "/model/settings", {"seconds_a_word": 0})

    async with living(sandbox, tmp_path, **settings(sandbox)) as app:
        await driver.write(ann, "/ask Who are you?")
        (row,) = await ended(app)

    _, answer = await driver.messages(ann)
    assert "script" in message_text(answer)
    assert (row["state"], row["is_estimated"], row["unpriced_tokens"]) == ("done", False, 0)
    assert row["cost_usd"] > 0


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ({"kind": "status", "status": 503}, "server", "cannot be reached"),
        ({"kind": "status", "status": 401}, "refused", "does not take our questions"),
        ({"kind": "hang"}, "timeout", "took too long"),
        ({"kind": "empty"}, "empty", "had nothing to say"),
        ({"kind": "cut"}, "network", "breaks off here"),
        ({"kind": "stall"}, "timeout", "breaks off here"),
        ({"kind": "garbage"}, "broken", "breaks off here"),
    ],
    ids=lambda value: value.get("kind") if isinstance(value, dict) else "",
)
async def test_each_fault_of_the_endpoint_ends_in_a_sentence(
    sandbox: Sandbox,
    driver: Driver,
    tmp_path: Path,
    fault: dict[str, Any],
    error: str,
    words: str,
) -> None:
    ann = await driver.person("Ann")
    await driver.ask("POST", "/model/settings", {"seconds_a_word": 0})
    await driver.ask("POST", "/model/faults", fault)

    async with living(sandbox, tmp_path, **settings(sandbox) | {"assistant_timeout": 1}) as app:
        await driver.say(ann, "Tell me about whales", words)
        (row,) = await ended(app)

    await driver.ask("DELETE", "/model/faults")
    assert row["error"] == error


async def test_tokens_that_the_endpoint_does_not_tell_are_marked_as_estimated(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    await driver.ask("POST", "/model/settings", {"seconds_a_word": 0})
    await driver.ask("POST", "/model/faults", {"kind": "no_usage"})

    async with living(sandbox, tmp_path, **settings(sandbox)) as app:
        await driver.write(ann, "Who are you?")
        (row,) = await ended(app)

    assert (row["state"], row["is_estimated"]) == ("done", True)
    assert row["output_tokens"] > 0
