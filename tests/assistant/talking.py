"""Bots that talk: what the flows of the assistant share."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping

from bot.app import App
from bot.database.feature_tables import completions
from bot.sandbox.server import Sandbox
from tests.assistant.endpoint import Endpoint
from tests.driver import Json, Wanted, message_text
from tests.living import living
from tests.rows import rows_of
from tests.waiting import until_true

PLANS = """
[[plan]]
name = "free"
title = "Free"
priority = "low"
downloads = {{a_day = 1, waiting = 1, megabytes = 1, minutes = 1}}
assistant = {{messages_a_day = {messages}, tokens_a_day = {tokens}}}
"""


def talking(
    sandbox: Sandbox, folder: Path, model: Endpoint, **changed: Any
) -> AbstractAsyncContextManager[App]:
    """A bot with nothing but the assistant."""
    usual: dict[str, Any] = {
        "features": ("assistant",),
        "assistant_base_url": model.url,
        "assistant_model": "example-small",
        "assistant_prompt": "Be brief.",
        "drain_timeout": 0.2,
        "bot_routers": (),
    }
    return living(sandbox, folder, **(usual | changed))


def plans(folder: Path, messages: int, tokens: int) -> Path:
    file = folder / "plans.toml"
    file.write_text(PLANS.format(messages=messages, tokens=tokens), encoding="utf-8")
    return file


def is_final(text: str) -> Wanted:
    """A message of the bot with exactly this text, and no button below it."""

    def fits(message: Json) -> bool:
        return message_text(message) == text and "reply_markup" not in message

    return fits


def has_button(text: str) -> Wanted:
    return lambda message: message_text(message) == text and "reply_markup" in message


async def ended(app: App, count: int = 1) -> list[RowMapping]:
    """The rows of completions, once so many are over and shown."""
    rows: list[RowMapping] = []

    async def are_over() -> bool:
        rows[:] = await rows_of(app.core.database, completions)
        over = [row for row in rows if row["state"] != "running" and row["message_id"] is None]
        return len(over) == count

    await until_true(are_over)
    return rows
