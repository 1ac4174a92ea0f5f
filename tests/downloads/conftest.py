"""Fixtures of this room: a courier at work for one person, workers, and where nobody may go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.database.engine import Database
from bot.sandbox.server import Sandbox
from tests.downloads.courier_scene import Desk
from tests.downloads.places import Place, film, place
from tests.downloads.queue_scene import Workshop
from tests.driver import Driver


@pytest.fixture
async def desk(sandbox: Sandbox, driver: Driver, tmp_path: Path) -> AsyncIterator[Desk]:
    one = Desk(sandbox, driver, tmp_path)
    await one.begin()
    yield one
    await one.bot.session.close()


@pytest.fixture
def shop(sqlite: Database, tmp_path: Path) -> Workshop:
    return Workshop(sqlite, tmp_path)


@pytest.fixture
async def secret() -> AsyncIterator[Place]:
    """Where nobody may go; it knows whoever came."""
    async with place() as one:
        one.pages["/film.mkv"] = ("video/x-matroska", film())
        yield one
