"""Scenes on a database of each kind, and where the kind is not the point; a shop of downloads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.database.engine import Database
from bot.sandbox.server import Sandbox
from tests.driver import Driver
from tests.handlers.scene import Scene
from tests.handlers.shop import Shop


@pytest.fixture
def scene(sqlite: Database) -> Scene:
    return Scene(sqlite)


@pytest.fixture
def scene_on_each(database: Database) -> Scene:
    return Scene(database)


@pytest.fixture
async def shop(sandbox: Sandbox, sqlite: Database, tmp_path: Path) -> AsyncIterator[Shop]:
    one = Shop(sandbox, sqlite, tmp_path)
    async with one.open():
        yield one


@pytest.fixture
async def ann(driver: Driver) -> int:
    return await driver.person("Ann", language_code="en")
