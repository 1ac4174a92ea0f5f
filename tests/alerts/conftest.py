"""A scene on a database of each kind."""

from __future__ import annotations

import pytest

from bot.database.engine import Database
from tests.alerts.scene import Scene


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(database)


@pytest.fixture
def small_scene(sqlite: Database) -> Scene:
    """For what does not depend on the kind of database."""
    return Scene(sqlite)
