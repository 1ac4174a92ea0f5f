"""Tests: bot/handlers/admin_dashboard.py."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import TelegramMethod
from aiogram.types import InlineKeyboardMarkup

from bot.database.engine import Database
from tests.fakes import Outbox
from tests.handlers.scene import Scene
from tests.updates import ALICE, GROUP, ROOT

REAL: dict[str, Any] = {"bot_token": "42:TEST"}
SECURE = REAL | {"dashboard_url": "https://bot.example"}


class Picky(Outbox):
    """A Telegram that does not like the addresses of Mini Apps."""

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109  aiogram's signature
        if opened_by(method):
            raise TelegramBadRequest(method, "BUTTON_URL_INVALID")
        return await super().make_request(bot, method, timeout)


def opened_by(method: TelegramMethod[Any]) -> list[str]:
    """The addresses that a message's buttons open inside Telegram."""
    markup = getattr(method, "reply_markup", None)
    rows = markup.inline_keyboard if isinstance(markup, InlineKeyboardMarkup) else []
    return [one.web_app.url for row in rows for one in row if one.web_app]


def pages(scene: Scene) -> list[str]:
    """Those of the last answer."""
    return [url for sent in scene.outbox.sent for url in opened_by(sent)]


async def test_an_https_address_opens_inside_telegram(sqlite: Database) -> None:
    scene = Scene(sqlite, **SECURE)

    shown = await scene.says(ROOT, "/dashboard")

    assert pages(scene) == ["https://bot.example/dashboard"]
    assert shown.startswith("It opens here, inside Telegram.")
    assert "📊 Open the dashboard" in scene.outbox.buttons


async def test_the_sandbox_opens_the_side_servers_own(scene: Scene) -> None:
    await scene.says(ROOT, "/dashboard")

    assert pages(scene) == ["http://127.0.0.1:8080/dashboard"]


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        (REAL, "http://127.0.0.1:8080/dashboard"),
        (REAL | {"dashboard_url": "http://bot.example"}, "http://bot.example/dashboard"),
    ],
)
async def test_without_https_it_says_where_the_page_is_and_what_to_do(
    sqlite: Database, settings: dict[str, Any], address: str
) -> None:
    scene = Scene(sqlite, **settings)

    shown = await scene.says(ROOT, "/dashboard")

    assert f"The dashboard: {address}\n" in shown
    assert "<code>telegauge token create NAME --scope admin</code>" in shown
    assert "DASHBOARD_URL" in shown
    assert pages(scene) == []


async def test_a_button_telegram_refuses_becomes_words(sqlite: Database) -> None:
    picky = Picky()
    scene = Scene(sqlite, Bot("42:TEST", session=picky), **SECURE)
    scene.outbox = picky

    shown = await scene.says(ROOT, "/dashboard")

    assert shown.startswith("The dashboard: https://bot.example/dashboard")


async def test_a_group_gets_no_button(sqlite: Database) -> None:
    scene = Scene(sqlite, **SECURE)

    shown = await scene.says(ROOT, "/dashboard", GROUP)

    assert shown.startswith("Not in front of a group")
    assert pages(scene) == []


async def test_a_stranger_does_not_learn_the_address(sqlite: Database) -> None:
    scene = Scene(sqlite, **SECURE)

    assert "bot.example" not in await scene.says(ALICE, "/dashboard")
    assert pages(scene) == []
