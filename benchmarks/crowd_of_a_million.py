"""A database as after 90 days with many people: who came when and what they did, from a seed.

Two thirds of the people came within the 90 days, in the order of their numbers; a person comes on
half of all days, a quarter, … down to one in 64.  Most do one thing a day, few do a hundred: what
people do follows a power law (Pareto's, with 2), and every day differs.  A million people are
some eight million rows of user_activity; their single events are in crowd_events.py.

    python benchmarks/crowd_of_a_million.py [FILE] [--people 100000]
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.clock import to_milliseconds
from bot.database.engine import Database
from bot.database.migrate import migrate

DAYS = 90
LAST_DAY = date(2026, 6, 28)  # a Sunday
NOW = datetime(2026, 6, 28, 12, tzinfo=UTC)
FIRST_DAY = LAST_DAY - timedelta(days=DAYS - 1)
LANGUAGES = ("en", "en", "en", "de", "ru", "es", "pt-br", None)
DAY_MILLISECONDS = 86_400_000
BATCH = 200_000
TAIL = 2.0  # of the power law: the larger, the fewer do much
MOST = 300  # acts a day
INDEXES = """
SELECT name, sql FROM sqlite_master
WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('users', 'user_activity')
"""

Person = tuple[int, int, str | None, bool, int, int]
Activity = tuple[int, str, int, int, int, int]


def make(path: Path, people: int) -> int:
    """Fill a new file; how many rows user_activity has."""
    asyncio.run(_migrated(path))
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
    # An index is made ten times faster of all rows at once.
    indexes = connection.execute(INDEXES).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    for persons, activity in _batches(people):
        connection.executemany(
            "INSERT INTO users (number, telegram_id, language, is_premium, first_seen_at,"
            " last_seen_at) VALUES (?, ?, ?, ?, ?, ?)",
            persons,
        )
        connection.executemany(
            "INSERT INTO user_activity (user_id, activity_date, message_count, command_count,"
            " button_count, other_count) VALUES (?, ?, ?, ?, ?, ?)",
            activity,
        )
        connection.commit()
    for _, sql in indexes:
        connection.execute(sql)
    connection.executescript("ANALYZE; PRAGMA journal_mode=WAL;")
    (rows,) = connection.execute("SELECT count(*) FROM user_activity").fetchone()
    connection.close()
    return int(rows)


async def _migrated(path: Path) -> None:
    database = Database(f"sqlite:///{path}")
    await migrate(database)
    await database.close()


def _batches(people: int) -> Iterator[tuple[list[Person], list[Activity]]]:
    """Rows of users, and of user_activity in the order of its key."""
    chance = random.Random(1)  # noqa: S311  a seed, not a secret
    days = [(FIRST_DAY + timedelta(days=n)).isoformat() for n in range(DAYS)]
    start = to_milliseconds(datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=UTC))
    persons: list[Person] = []
    activity: list[Activity] = []
    for number in range(1, people + 1):
        born = max(0, (3 * number // 2 - people // 2) * DAYS // people)
        is_old = 3 * number <= people
        came = _days(chance, born, is_old=is_old)
        first = start + (came[0] if came and not is_old else -1) * DAY_MILLISECONDS
        last = start + (came[-1] if came else -1) * DAY_MILLISECONDS
        language = LANGUAGES[number % len(LANGUAGES)]
        persons.append((number, 10**6 + number, language, number % 16 == 0, first, last))
        habit = min(chance.paretovariate(TAIL), MOST)
        for day in came:
            acts = max(1, round(habit * (0.5 + chance.random())))
            commands = (number + day) % 10 == 0
            activity.append((number, days[day], acts - commands, int(commands), 0, 0))
        if len(activity) > BATCH:
            yield persons, activity
            persons, activity = [], []
    yield persons, activity


def _days(chance: random.Random, born: int, *, is_old: bool) -> list[int]:
    """On which days somebody comes who was born on the day *born*, and then surely does."""
    bits = chance.getrandbits(DAYS)
    for _ in range(chance.randrange(6)):
        bits &= chance.getrandbits(DAYS)
    if not is_old:
        bits = bits >> born << born | 1 << born
    return [day for day in range(born, DAYS) if bits >> day & 1]


def main() -> None:
    """Make a file, or show how long that takes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--people", type=int, default=100_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = chosen.file or Path(folder) / "crowd.db"
        started = time.perf_counter()
        rows = make(path, chosen.people)
        size = path.stat().st_size / 1e6
        print(
            f"{chosen.people:,} people, {rows:,} days of activity, {size:.0f} MB"
            f" in {time.perf_counter() - started:.0f} s"
        )


if __name__ == "__main__":
    main()
