"""Whatever the process lives through, the sets say what the table of activity says."""

from __future__ import annotations

import asyncio
import shutil
from collections import defaultdict
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.database import tables
from bot.database.engine import Database
from tests.analytics.audience.scene import DAY, TODAY, House
from tests.analytics.moments import seen
from tests.databases import opened, sqlite_address
from tests.rows import rows_of
from tests.waiting import until

ACTS = st.one_of(
    st.tuples(st.just("come"), st.integers(1, 5)),
    st.tuples(st.just("come_late"), st.integers(1, 5)),
    st.tuples(st.just("read")),
    st.tuples(st.just("save")),
    st.tuples(st.just("sleep")),
    st.tuples(st.just("forget"), st.integers(1, 5)),
    st.tuples(st.just("crash")),
    st.tuples(st.just("stop")),
)


class Life:
    """One process after the other on one database."""

    def __init__(self, database: Database) -> None:
        self.house = House(database)
        self._database = database

    async def come(self, person: int) -> None:
        await self.house.write(seen(person, self.house.now))

    async def come_late(self, person: int) -> None:
        await self.house.write(seen(person, self.house.now - DAY))

    async def read(self) -> None:
        await self.house.audience.union("active", TODAY - 3 * DAY, self.house.audience.today)

    async def save(self) -> None:
        await self.house.audience.save()

    async def sleep(self) -> None:
        self.house.now += DAY

    async def forget(self, person: int) -> None:
        await self.house.people.forget(person)

    async def crash(self) -> None:
        self.house = House(self._database, self.house.now)
        await self.house.audience.start()
        await until(lambda: not self.house.audience.pending_days)
        await self.house.audience.stop()

    async def stop(self) -> None:
        await self.house.audience.stop()
        await self.crash()

    async def is_exact(self) -> None:
        """The sets of every day are the rows of that day."""
        wanted: dict[date, set[int]] = defaultdict(set)
        for row in await rows_of(self._database, tables.user_activity):
            wanted[row["activity_date"]].add(row["user_id"])
        last = self.house.audience.today
        sets = await self.house.audience.days("active", TODAY - 2 * DAY, last)
        days = [TODAY + (n - 2) * DAY for n in range(len(sets))]
        assert {day: set(some) for day, some in zip(days, sets, strict=True) if some} == wanted


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with all tables."""
    folder = tmp_path_factory.mktemp("template")

    async def make() -> None:
        async with opened(sqlite_address(folder)):
            pass

    asyncio.run(make())
    return folder / "test.db"


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(ACTS, min_size=3, max_size=15))
def test_the_sets_are_those_of_the_table(template: Path, acts: list[tuple[Any, ...]]) -> None:
    async def live(path: Path) -> None:
        database = Database(f"sqlite:///{path}")
        try:
            life = Life(database)
            for act, *details in acts:
                await getattr(life, act)(*details)
                await life.is_exact()
        finally:
            await database.close()

    with TemporaryDirectory() as folder:
        path = Path(folder) / "test.db"
        shutil.copy(template, path)
        asyncio.run(live(path))
