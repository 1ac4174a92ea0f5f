"""People by number and the days on which they came, for reports made of sets."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from pyroaring import BitMap
from sqlalchemy import insert

from bot.analytics.audience import disk
from bot.analytics.audience.audience import Audience
from bot.analytics.reports.period import last_days
from bot.analytics.reports.query import Query
from bot.analytics.reports.source import Source
from bot.database import tables
from bot.database.engine import Database
from bot.plans import load_plans
from tests.analytics.audience.scene import DAY, TODAY, milliseconds
from tests.analytics.moments import NOON
from tests.databases import opened, sqlite_address
from tests.rows import user

# How many days ago, and who came.
Came = Mapping[int, set[int]]

HISTORIES = st.dictionaries(
    st.integers(0, 70), st.sets(st.integers(1, 8), min_size=1), max_size=12
)
few = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


def ago(days: int) -> date:
    return TODAY - days * DAY


def asked(days: int, **more: Any) -> Query:
    return Query(period=last_days(days, NOON, UTC), **more)


async def crowd(database: Database, came: Came) -> Source:
    """A source for reports; everybody has their number's parity as a language (de, en)."""
    first: dict[int, date] = {}
    for days in sorted(came, reverse=True):
        for number in came[days]:
            first.setdefault(number, ago(days))
    people = [
        user(n, first_seen_at=milliseconds(day), language="de" if n % 2 else "en")
        for n, day in first.items()
    ]
    activity = [
        {"user_id": n, "activity_date": ago(days)} for days, some in came.items() for n in some
    ]
    async with database.write("test") as connection:
        if people:
            await connection.execute(insert(tables.users), people)
            await connection.execute(insert(tables.user_activity), activity)
            await disk.add(connection, _sets(came, first), "test", 0)
    return Source(
        database=database,
        audience=Audience(database, clock=lambda: NOON),
        plans=load_plans(None),
        clock=lambda: NOON,
    )


def _sets(came: Came, first: Mapping[int, date]) -> dict[tuple[date, str], BitMap]:
    sets = {}
    for days, some in came.items():
        day = ago(days)
        sets[day, "active"] = BitMap(some)
        sets[day, "new"] = BitMap(n for n in some if first[n] == day)
        sets[day, "language:de"] = BitMap(n for n in some if n % 2)
        sets[day, "language:en"] = BitMap(n for n in some if not n % 2)
    return sets


class Template:
    """An empty database that is copied for every example, because migrations take long."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def run(self, came: Came, work: Callable[[Source], Awaitable[None]]) -> None:
        """Do *work* with a crowd of its own."""

        async def do(path: Path) -> None:
            database = Database(f"sqlite:///{path}")
            try:
                await work(await crowd(database, came))
            finally:
                await database.close()

        with TemporaryDirectory() as folder:
            path = Path(folder) / "test.db"
            shutil.copy(self._file, path)
            asyncio.run(do(path))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """An empty database with all tables."""
    folder = tmp_path_factory.mktemp("template")

    async def make() -> None:
        async with opened(sqlite_address(folder)):
            pass

    asyncio.run(make())
    return Template(folder / "test.db")
