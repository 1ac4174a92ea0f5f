"""Tills on a database of each kind, and one where the kind is not the point."""

from __future__ import annotations

import pytest

from bot.database.engine import Database
from tests.billing.till import Till


@pytest.fixture
def till(sqlite: Database) -> Till:
    return Till(sqlite)


@pytest.fixture
def till_on_each(database: Database) -> Till:
    return Till(database)
