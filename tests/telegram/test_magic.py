"""F filters answer on the loop, wherever they stand."""

from __future__ import annotations

import asyncio

import pytest
from aiogram import Dispatcher, F, Router
from aiogram.types import Message, Update

from bot.telegram.magic import answer_here
from tests.telegram.rig import message, offline_bot


async def test_no_f_filter_takes_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []

    async def hear(_: Message, word: str) -> None:
        heard.append(word)

    inner, outer, dispatcher = Router(), Router(), Dispatcher()
    inner.message.register(hear, F.text == "no")
    inner.message.register(hear, F.text.len().as_("length"), F.text.as_("word"))
    inner.message.filter(F.chat.type == "private")
    outer.include_router(inner)
    dispatcher.include_router(outer)
    answer_here([outer])
    monkeypatch.setattr(asyncio, "to_thread", None)

    update = Update.model_validate(message("yes"))
    await dispatcher.feed_update(offline_bot(), update)

    assert heard == ["yes"]
