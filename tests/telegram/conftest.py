"""Fixtures: facts, and a bot that talks to the sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from bot.analytics.bus import Bus
from bot.sandbox.server import Sandbox
from bot.telegram.connect import build_bot
from tests.telegram.rig import Recorder


@pytest.fixture
def facts() -> Recorder:
    return Recorder()


@pytest.fixture
def bus(facts: Recorder) -> Bus:
    return Bus(facts)


@pytest.fixture
async def bot(sandbox: Sandbox, bus: Bus) -> AsyncIterator[Bot]:
    one = build_bot(sandbox.token, sandbox.url, bus, seconds=5)
    yield one
    await one.session.close()
