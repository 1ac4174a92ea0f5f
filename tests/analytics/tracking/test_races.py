"""A late fact that comes while its time is summed up is in the sums, and only once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.analytics.closing import close_days
from bot.analytics.rollups import roll_up
from bot.database.engine import Database
from bot.database.rollup_tables import daily_stats
from bot.database.tables import metric_aggregates
from tests.analytics.moments import BOB, NOON, said, seen
from tests.analytics.tracking.scene import DAY, Yard, wrote
from tests.databases import opened, sqlite_address
from tests.rows import rows_of
from tests.waiting import until

THEN = NOON - 3 * DAY


class Race:
    """Sums up, while a late fact is on its way."""

    def __init__(self, database: Database, visits: list[str]) -> None:
        self.database = database
        self.yard = Yard(database)
        self._visits = visits

    async def begun(self) -> None:
        """Bob wrote long ago, which is summed up, and THEN, which is not."""
        self.yard.now = THEN
        for at in (NOON - 5 * DAY, THEN):
            await self.yard.live(seen(BOB, at), said(BOB, at))
        await self.yard.jobs()
        self.yard.now = NOON

    async def run(self, job: Callable[..., Awaitable[None]], visit: str) -> None:
        """*job* has made its *visit* and waits to write when the late fact is written."""
        self._visits.clear()
        async with self.database.write("somebody else"):
            fact = asyncio.create_task(self.yard.take(*wrote(THEN)))
            await asyncio.sleep(0.01)  # it stands in the line before the job
            where = {"clock": self.yard.clock, "zone": self.yard.zone}
            running = asyncio.ensure_future(job(self.database, **where))
            await until(lambda: visit in self._visits)
        await asyncio.gather(fact, running)


@pytest.fixture
async def race(tmp_path: Path) -> AsyncIterator[Race]:
    visits: list[str] = []
    async with opened(sqlite_address(tmp_path), lambda name, *_: visits.append(name)) as database:
        one = Race(database, visits)
        await one.begun()
        yield one


async def test_while_hours_are_summed_up(race: Race) -> None:
    await race.run(roll_up, "rollups.read")

    counts = {
        row["step"]: row["count"]
        for row in await rows_of(race.database, metric_aggregates)
        if row["name"] == "event:message"
        and row["bucket_at"] > (NOON - 4 * DAY).timestamp() * 1000
    }
    assert counts == {"hour": 2, "day": 2}


async def test_while_a_day_is_closed(race: Race) -> None:
    await roll_up(race.database, clock=race.yard.clock, zone=race.yard.zone)

    await race.run(close_days, "closing.count")

    days = {row["day"]: row for row in await rows_of(race.database, daily_stats)}
    day = days[THEN.date()]
    assert (day["messages"], day["active_people"], day["people"]) == (2, 2, 2)
