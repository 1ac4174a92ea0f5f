"""A scene on a database of each kind, and one where the kind is not the point."""

from __future__ import annotations

import pytest

from bot.database.engine import Database
from tests.handlers.scene import Scene


@pytest.fixture
def scene(sqlite: Database) -> Scene:
    return Scene(sqlite)


@pytest.fixture
def scene_on_each(database: Database) -> Scene:
    return Scene(database)
