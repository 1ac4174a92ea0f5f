"""What sets and sums are worth: reports on many people, against plain SQL where there is some.

Both answer from the same SQLite file, in one process and one run, and must agree.  What is in
memory is loaded once before; our figure is the median of several runs, SQL's is one run with a
warm cache.  Printed for each number of people: milliseconds of both and their ratio, then the
reports that answer from tables, how long sums and sets took to make, and the memory of the process
(before it has run the SQL).

    python benchmarks/audience.py [--people 10000 100000 1000000] [--folder F] [--write docs]

--folder: keeps the databases there, and uses those that are there; --write: puts the table and the
plot into docs/speed.md.  A million people take some fifteen minutes and six gigabytes.
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
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from crowd_events import tell
from crowd_of_a_million import LAST_DAY, NOW, make
from prometheus_client import CollectorRegistry
from speed_page import Row, write_page

from bot.analytics.audience.audience import Audience
from bot.analytics.audience.rebuild import rebuild
from bot.analytics.bus import Bus
from bot.analytics.reports.desk import Compute, Reports
from bot.analytics.reports.foremost import foremost
from bot.analytics.reports.lifecycle import lifecycle
from bot.analytics.reports.messages import messages
from bot.analytics.reports.overview import overview
from bot.analytics.reports.peak import peak
from bot.analytics.reports.period import last_days
from bot.analytics.reports.query import Query
from bot.analytics.reports.retention import retention
from bot.analytics.reports.source import Source
from bot.analytics.reports.timeline import timeline
from bot.analytics.reports.top import top
from bot.database.engine import Database
from bot.plans import load_plans

Ask = Callable[[], Awaitable[list[Any]]]

RUNS, SLOW_RUNS = 20, 3
SLOW_SECONDS = 0.5
MONTH = 30
PERIOD = last_days(MONTH, NOW, UTC)
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

QUERIES = {"MAU": MAU, "lifecycle": LIFECYCLE, "retention": RETENTION}


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


async def timed(ask: Ask) -> tuple[float, list[Any]]:
    """Median milliseconds of some runs after the first, and the answer."""
    started = time.perf_counter()
    answer = await ask()
    is_slow = time.perf_counter() - started > SLOW_SECONDS
    seconds = []
    for _ in range(SLOW_RUNS if is_slow else RUNS):
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


async def report(compute: Compute, source: Source, **more: Any) -> list[Any]:
    """One report on a month."""
    return [await compute(source, Query(period=PERIOD, **more))]


async def people_only(source: Source) -> list[Any]:
    """Those with the most, without the groups that stand in the same report."""
    async with source.database.read("benchmark") as connection:
        return [await foremost(connection, PERIOD, 10)]


async def cached(desk: Reports) -> list[Any]:
    """The dashboard, as whoever comes second gets it."""
    return [await desk.ask(overview, MONTH)]


def questions(source: Source) -> dict[str, Ask]:
    """What is measured, by its name in QUERIES, TARGETS and the page."""
    sets = Sets(source)
    desk = Reports(source, CollectorRegistry(), {}, zone=UTC, bus=Bus())
    return {
        "MAU": sets.mau,
        "lifecycle": sets.lifecycle,
        "retention": sets.retention,
        "dashboard": partial(report, overview, source),
        "dashboard, cached": partial(cached, desk),
        "top people": partial(people_only, source),
        "top people and groups": partial(report, top, source),
        "timeline of the largest group": partial(report, timeline, source, chat_id=-1),
        "timeline": partial(report, timeline, source),
        "messages": partial(report, messages, source),
        "messages of the largest group": partial(report, messages, source, chat_id=-1),
        "peak hours": partial(report, peak, source),
    }


async def measure(path: Path) -> tuple[dict[str, tuple[float, list[Any]]], float]:
    """Milliseconds and answer of each question, and megabytes of this process after all."""
    database = Database(f"sqlite:///{path}")
    source = Source(
        database=database,
        audience=Audience(database, clock=lambda: NOW),
        plans=load_plans(None),
        clock=lambda: NOW,
    )
    found = {name: await timed(ask) for name, ask in questions(source).items()}
    await database.close()
    return found, psutil.Process().memory_info().rss / 1e6


async def make_sets(path: Path) -> None:
    """As the bot does when its sets are lost."""
    database = Database(f"sqlite:///{path}")
    await rebuild(database, UTC, clock=lambda: NOW)
    await database.close()


def prepared(folder: Path, people: int) -> Path:
    """A database with so many people; made unless it is there."""
    path = folder / f"crowd-{people}.db"
    if not path.exists():
        started = time.perf_counter()
        days = make(path, people)
        events, seconds = tell(path)
        asyncio.run(make_sets(path))
        print(
            f"{people:,} people: {days:,} days, {events:,} events, in"
            f" {time.perf_counter() - started:.0f} s, {seconds:.0f} of them to sum up",
            flush=True,
        )
    return path


def compared(folder: Path, people: int) -> tuple[list[Row], float]:
    """One row for each question, and megabytes; in a process of its own."""
    path = prepared(folder, people)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        found, megabytes = pool.submit(measured, path).result()
    rows = []
    for name, (ours, answer) in found.items():
        row = Row(people, name, ours)
        if name in QUERIES:
            theirs, expected = by_sql(path, QUERIES[name])
            row = Row(people, name, ours, theirs, is_equal=answer == expected)
        print(row.text(), flush=True)
        rows.append(row)
    print(f"{people:>9,} process {megabytes:.0f} MB", flush=True)
    return rows, megabytes


def measured(path: Path) -> tuple[dict[str, tuple[float, list[Any]]], float]:
    """As measure()."""
    return asyncio.run(measure(path))


def main() -> None:
    """Compare for each size; write the page if asked to."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, nargs="+", default=[100_000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--write", type=Path, metavar="DOCS")
    chosen = parser.parse_args()
    print("   people question                             ours          SQL     ratio")
    with tempfile.TemporaryDirectory() as folder:
        found = [compared(chosen.folder or Path(folder), people) for people in chosen.people]
    rows = [row for some, _ in found for row in some]
    memory = dict(zip(chosen.people, (megabytes for _, megabytes in found), strict=True))
    if chosen.write:
        write_page(chosen.write, rows, memory)


if __name__ == "__main__":
    main()
