"""Tests: bot/telegram/kinds.py."""

from __future__ import annotations

from aiogram import Dispatcher
from aiogram.enums import UpdateType
from aiogram.types import BusinessConnection

from bot.telegram.kinds import ALLOWED_UPDATES, wanted


def test_every_kind_we_ask_for_is_one_of_telegrams() -> None:
    assert set(ALLOWED_UPDATES) <= {kind.value for kind in UpdateType}


def test_what_somebody_elses_router_handles_is_asked_for_too() -> None:
    dispatcher = Dispatcher()

    @dispatcher.business_connection()
    async def connected(connection: BusinessConnection) -> None:
        """Handle a kind that Telegauge itself has no use for."""

    assert wanted(dispatcher) == [*ALLOWED_UPDATES, "business_connection"]
