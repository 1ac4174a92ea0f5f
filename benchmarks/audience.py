"""What sets of people are worth: the reports against COUNT(DISTINCT) and self-joins in SQL.

Both answer from the same SQLite file, in one process and one run, and must agree.  The sets are
loaded once before; their figure is the median of several runs, SQL's is one run with a warm cache.
Printed for each number of people: milliseconds of both and their ratio, how long it took to make
the sets, and the memory of the process while it holds them (before it has run the SQL).

    python benchmarks/audience.py [--people 10000 100000 1000000]
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import psutil
from crowd_of_a_million import DAYS, LAST_DAY, NOW, make

from bot.analytics.audience.audience import Audience
from bot.analytics.audience.rebuild import rebuild
from bot.analytics.reports.lifecycle import lifecycle
from bot.analytics.reports.period import last_days
from bot.analytics.reports.query import Query
from bot.analytics.reports.retention import retention
from bot.analytics.reports.source import Source
from bot.database.engine import Database
from bot.plans import load_plans

RUNS = 20
WEEKS = 12
WEEK = Query(period=last_days(WEEKS * 7, NOW, UTC), step="week")
FIRST_WEEK = LAST_DAY - timedelta(days=WEEKS * 7 - 1)  # a Monday
MONTH_START = LAST_DAY - timedelta(days=29)

MAU = """
SELECT count(DISTINCT user_id) FROM user_activity WHERE activity_date BETWEEN :start AND :end
"""
# Who was there in which week; week 0 is the first one of the report.
WEEKLY = """
WITH weekly AS MATERIALIZED (
  SELECT DISTINCT user_id,
    CAST(floor((julianday(activity_date) - julianday(:first)) / 7) AS INTEGER) AS week
  FROM user_activity),
born AS MATERIALIZED (
  SELECT number AS user_id,
    CAST(floor((julianday(first_seen_at / 1000, 'unixepoch') - julianday(:first)) / 7) AS INTEGER)
    AS week FROM users)
"""
LIFECYCLE = (
    WEEKLY
    + """
SELECT now.week, count(*), sum(born.week = now.week),
  sum(born.week < now.week AND before.week IS NOT NULL),
  sum(born.week < now.week AND before.week IS NULL)
FROM weekly AS now JOIN born ON born.user_id = now.user_id
LEFT JOIN weekly AS before ON before.user_id = now.user_id AND before.week = now.week - 1
WHERE now.week >= 0 GROUP BY now.week ORDER BY now.week
"""
)
RETENTION = (
    WEEKLY
    + """
SELECT born.week, weekly.week - born.week, count(*)
FROM born JOIN weekly ON weekly.user_id = born.user_id
WHERE born.week >= 0 AND weekly.week < :weeks - 1 GROUP BY 1, 2 ORDER BY 1, 2
"""
)


class Sets:
    """The same three questions, asked of the audience."""

    def __init__(self, source: Source) -> None:
        self._source = source

    async def mau(self) -> list[Any]:
        """People in 30 days."""
        return [(len(await self._source.audience.union("active", MONTH_START, LAST_DAY)),)]

    async def lifecycle(self) -> list[Any]:
        """Twelve weeks: active, new, returning, resurrecting."""
        stages = (await lifecycle(self._source, WEEK)).stages
        return [
            (n, one.active, one.new, one.returning, one.resurrecting)
            for n, one in enumerate(stages)
        ]

    async def retention(self) -> list[Any]:
        """Twelve weekly cohorts: who came back in which week that is over."""
        cohorts = (await retention(self._source, WEEK)).cohorts
        cells = [
            (n, age, cell.people)
            for n, one in enumerate(cohorts)
            for age, cell in enumerate(one.cells)
        ]
        return [cell for cell in cells if cell[2]]


async def timed(ask: Callable[[], Awaitable[list[Any]]]) -> tuple[float, list[Any]]:
    """Median milliseconds of some runs after the first, and the answer."""
    answer = await ask()
    seconds = []
    for _ in range(RUNS):
        started = time.perf_counter()
        await ask()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds) * 1000, answer


def by_sql(path: Path, query: str) -> tuple[float, list[Any]]:
    """Milliseconds of one run, and the answer."""
    connection = sqlite3.connect(path)
    connection.execute("SELECT count(*), sum(message_count) FROM user_activity").fetchone()
    values = {"start": str(MONTH_START), "end": str(LAST_DAY), "first": str(FIRST_WEEK)}
    started = time.perf_counter()
    answer = connection.execute(query, values | {"weeks": WEEKS}).fetchall()
    milliseconds = (time.perf_counter() - started) * 1000
    connection.close()
    return milliseconds, answer


async def measure(path: Path) -> tuple[float, dict[str, tuple[float, list[Any]]], float]:
    """Seconds to make the sets, what each question took, and megabytes of this process."""
    database = Database(f"sqlite:///{path}")
    started = time.perf_counter()
    await rebuild(database, UTC, clock=lambda: NOW)
    seconds = time.perf_counter() - started
    audience = Audience(database, clock=lambda: NOW)
    source = Source(
        database=database, audience=audience, plans=load_plans(None), clock=lambda: NOW
    )
    sets = Sets(source)
    found = {
        "MAU": await timed(sets.mau),
        "lifecycle": await timed(sets.lifecycle),
        "retention": await timed(sets.retention),
    }
    await database.close()
    return seconds, found, psutil.Process().memory_info().rss / 1e6


def compare(people: int) -> None:
    """All of it for one size, in a process of its own; prints its rows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "crowd.db"
        rows = make(path, people)
        seconds, found, megabytes = asyncio.run(measure(path))
        for (name, (ours, answer)), query in zip(
            found.items(), (MAU, LIFECYCLE, RETENTION), strict=True
        ):
            theirs, expected = by_sql(path, query)
            same = "equal" if answer == expected else "DIFFERENT"
            print(
                f"{people:>9,} {rows:>10,} {name:9} {ours:8.2f} ms {theirs:10.0f} ms"
                f" {theirs / ours:8.0f} x  {same}"
            )
        print(f"{people:>9,} sets made in {seconds:.1f} s, process {megabytes:.0f} MB", flush=True)


def main() -> None:
    """Compare for each size."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, nargs="+", default=[100_000])
    print(f"{DAYS} days\n   people       days question       sets          SQL    ratio  answers")
    for people in parser.parse_args().people:
        child = multiprocessing.get_context("spawn").Process(target=compare, args=(people,))
        child.start()
        child.join()


if __name__ == "__main__":
    main()
