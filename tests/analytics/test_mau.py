"""Monthly users: counted once, kept over restarts, counted anew when they are old."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.analytics.audience.audience import Audience
from bot.analytics.bus import Bus
from bot.analytics.mau import LOOK_SECONDS, MARK, MauLine
from bot.analytics.operations import CacheAsked
from bot.analytics.render.words import Words
from bot.config import Settings
from bot.database.engine import Database
from bot.database.marks import mark_of, put_mark
from bot.database.tables import metadata
from tests.analytics.audience.scene import DAY, TODAY, history
from tests.analytics.moments import NOON
from tests.fakes import Recorder

HOUR = timedelta(hours=1)
ANYBODY: dict[str, Any] = {"mau_hide_low_counts": False}


class Process:
    """One life of a process.  now: what its clocks say"""

    def __init__(self, database: Database, now: datetime = NOON, **settings: Any) -> None:
        self.now = now
        self.told = Recorder()
        self.audience = Audience(database, clock=lambda: self.now)
        self.line = MauLine(
            database,
            self.audience,
            Bus(self.told),
            settings=Settings(_env_file=None, **settings),
            clock=lambda: self.now,
            monotonic=self.monotonic,
        )

    def monotonic(self) -> float:
        return self.now.timestamp()

    @property
    def asked(self) -> list[str]:
        return [fact.result for fact in self.told if isinstance(fact, CacheAsked)]


async def filled(database: Database, days: dict[int, set[int]]) -> None:
    """Sets of who was active so many days ago."""
    await history(database, {TODAY - ago * DAY: some for ago, some in days.items()})
    process = Process(database)
    await process.audience.start()
    async with asyncio.timeout(10):
        while process.audience.pending_days:  # noqa: ASYNC110  nobody signals
            await asyncio.sleep(0.005)
    await process.audience.stop()


async def test_people_of_thirty_days_are_counted_once_each(database: Database) -> None:
    await filled(database, {0: {1, 2}, 5: {2}, 29: {3}, 30: {4}})

    found = await Process(database).line.count()

    assert (found.count, found.at) == (3, NOON)
    assert (found.first_day, found.last_day) == (TODAY - 29 * DAY, TODAY)


async def test_who_asks_at_once_waits_for_one_count(sqlite: Database) -> None:
    process = Process(sqlite)

    await asyncio.gather(*(process.line.count() for _ in range(5)))

    assert process.asked == ["miss", "hit", "hit", "hit", "hit"]
    assert isinstance(process.told[0], CacheAsked) and process.told[0].cache == "mau"


async def test_a_restart_keeps_the_count(sqlite: Database) -> None:
    await Process(sqlite).line.count()

    after = Process(sqlite, NOON + HOUR / 2)

    assert (await after.line.count()).at == NOON
    assert after.asked == ["hit"]


@pytest.mark.parametrize("now", [NOON + HOUR, NOON - HOUR])
async def test_an_old_count_and_one_of_tomorrow_are_counted_anew(
    sqlite: Database, now: datetime
) -> None:
    await Process(sqlite).line.count()

    assert (await Process(sqlite, now).line.count()).at == now


async def test_the_timeout_is_the_operators(sqlite: Database) -> None:
    process = Process(sqlite, mau_cache_timeout=60)
    await process.line.count()
    process.now += timedelta(seconds=60)

    assert (await process.line.count()).at == process.now


async def test_a_fresh_count_is_asked_for(sqlite: Database) -> None:
    process = Process(sqlite)
    await process.line.count()
    process.now += timedelta(seconds=1)

    assert (await process.line.count(is_fresh=True)).at == process.now


async def test_what_another_process_counted_is_noticed(sqlite: Database) -> None:
    process, other = Process(sqlite), Process(sqlite, NOON + timedelta(seconds=1))
    await process.line.count()
    await other.line.count(is_fresh=True)

    process.now += timedelta(seconds=LOOK_SECONDS)

    assert (await process.line.count()).at == other.now


@pytest.mark.parametrize("mark", ["", "[1]", '{"count": 1}', "no JSON"])
async def test_a_mark_that_nobody_can_read_is_no_count(sqlite: Database, mark: str) -> None:
    await put_mark(sqlite, MARK, mark)

    assert (await Process(sqlite).line.count()).count == 0


async def test_a_count_without_all_days_is_not_kept(sqlite: Database) -> None:
    await history(sqlite, {TODAY - 9 * DAY: {1}, TODAY: {2}})
    process = Process(sqlite)
    await process.audience.start()

    assert process.audience.pending_days
    await process.line.count()
    await process.audience.stop()

    assert await mark_of(sqlite, MARK) is None


async def test_people_see_the_line(sqlite: Database) -> None:
    await filled(sqlite, {3: {1, 2}})

    assert await Process(sqlite, **ANYBODY).line.shown(Words()) == "👥 2 monthly users"


async def test_switched_off_nobody_is_counted(sqlite: Database) -> None:
    process = Process(sqlite, mau_display_place="off", **ANYBODY)

    assert await process.line.shown(Words()) == ""
    assert process.asked == []


async def test_a_database_in_trouble_costs_nobody_the_greeting(sqlite: Database) -> None:
    async with sqlite.write("test") as connection:
        await connection.run_sync(metadata.tables["marks"].drop)

    assert await Process(sqlite, **ANYBODY).line.shown(Words()) == ""
