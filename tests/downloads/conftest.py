"""Fixtures of this room: a courier at work for one person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.server import Sandbox
from tests.downloads.courier_scene import Desk
from tests.driver import Driver


@pytest.fixture
async def desk(sandbox: Sandbox, driver: Driver, tmp_path: Path) -> AsyncIterator[Desk]:
    one = Desk(sandbox, driver, tmp_path)
    await one.begin()
    yield one
    await one.bot.session.close()
