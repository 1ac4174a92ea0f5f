"""The single events of the crowd: messages, commands, downloads, in private and in 2,000 groups.

Each act in user_activity is a message; a tenth of the people's days has a command among them; a
quarter of the messages is in groups, of which the largest has a tenth.  All by hashes of a
person's number, so that the same crowd says the same.  Sums are made by the bot's own jobs.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crowd_of_a_million import DAY_MILLISECONDS, DAYS, FIRST_DAY, NOW

from bot.analytics.closing import close_days
from bot.analytics.rollups import roll_up
from bot.clock import to_milliseconds
from bot.database.engine import Database

GROUPS = 2_000
MINUTE = 60_000
# A hash of a person's day and act, as large as a whole number of SQLite; people sleep by night.
ACTS = """
WITH RECURSIVE acts(number, mine, n, at) AS MATERIALIZED (
  SELECT user_id, 0, message_count + command_count, 0 FROM user_activity
    WHERE activity_date = :day
  UNION ALL SELECT number, mine + 1, n, 0 FROM acts WHERE mine + 1 < n),
mixed AS (SELECT number, mine, (number * 2654435761 + mine * 40503 + :seed * 69069) % 4294967296
  AS hash FROM acts)
INSERT INTO events (at, kind, user_number, chat_id, label, value)
SELECT :start + (7 + hash % 17) * 3600000 + (hash / 17) % 3600000 AS at, 'message', number,
  CASE WHEN hash / 64 % 4 = 0 THEN -CAST(pow(:groups, hash / 4294967296.0) AS INTEGER)
    ELSE 1000000 + number END,
  CASE hash / 1024 % 10 WHEN 0 THEN 'photo' WHEN 1 THEN 'voice' WHEN 2 THEN 'system'
    ELSE 'text' END,
  5 + hash / 4096 % 90
FROM mixed WHERE at < :now ORDER BY at
"""
COMMANDS = """
INSERT INTO events (at, kind, user_number, chat_id, label)
SELECT :start + (7 + user_id % 17) * 3600000 AS at, 'command', user_id, 1000000 + user_id,
  CASE user_id % 7 WHEN 0 THEN 'start' WHEN 1 THEN 'mystats' ELSE 'help' END
FROM user_activity WHERE activity_date = :day AND command_count > 0 AND at < :now ORDER BY at
"""
DOWNLOADS = """
INSERT INTO events (at, kind, user_number, chat_id, label, value)
SELECT :start + (7 + user_id % 17) * 3600000 + 60000 AS at,
  CASE user_id % 40 WHEN 0 THEN 'download_failed' ELSE 'download' END, user_id,
  1000000 + user_id, CASE user_id % 40 WHEN 0 THEN 'network' ELSE 'mp3' END,
  2 + user_id % 997 / 10.0
FROM user_activity WHERE activity_date = :day AND user_id % 20 = 0 AND at < :now ORDER BY at
"""
# As the store would: what the handlers took, by the minute.
UPDATES = """
INSERT INTO metric_aggregates (name, labels, step, bucket_at, count, total, took_10)
SELECT 'updates', outcome, 'minute', at / :minute * :minute, count(*), count(*) * 0.05, count(*)
FROM (SELECT at, CASE WHEN id % 200 = 0 THEN 'error' ELSE 'handled' END AS outcome FROM events
  WHERE kind = 'message' AND at >= :start) GROUP BY 2, 4
"""
CHATS = """
INSERT INTO chats (chat_id, type, title, first_message_at, last_message_at)
SELECT chat_id, 'supergroup', 'Group ' || -chat_id, min(at), max(at)
FROM events WHERE chat_id < 0 GROUP BY chat_id
"""
INDEXES = """
SELECT name, sql FROM sqlite_master
WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = 'events'
"""


def tell(path: Path) -> tuple[int, float]:
    """Add what the crowd of a file did; how many events, and seconds to sum them up."""
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
    indexes = connection.execute(INDEXES).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    for number in range(DAYS):
        _day(connection, number)
    for _, sql in indexes:
        connection.execute(sql)
    connection.execute(CHATS)
    connection.executescript("ANALYZE; PRAGMA journal_mode=WAL;")
    (rows,) = connection.execute("SELECT count(*) FROM events").fetchone()
    connection.close()
    return int(rows), asyncio.run(_summed(path))


def _day(connection: sqlite3.Connection, number: int) -> None:
    day = FIRST_DAY + timedelta(days=number)
    start = to_milliseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))
    values = {"day": day.isoformat(), "start": start, "now": to_milliseconds(NOW)}
    connection.execute(ACTS, values | {"seed": number, "groups": GROUPS})
    connection.execute(COMMANDS, values)
    connection.execute(DOWNLOADS, values)
    connection.commit()


async def _summed(path: Path) -> float:
    """The bot's own jobs; what they took."""
    with sqlite3.connect(path) as connection:
        connection.execute(UPDATES, {"minute": MINUTE, "start": 0})
    connection.close()
    database = Database(f"sqlite:///{path}")
    started = time.perf_counter()
    await roll_up(database, clock=lambda: NOW, zone=UTC)
    seconds = time.perf_counter() - started
    await close_days(database, clock=lambda: NOW, zone=UTC)
    await database.close()
    _forget_minutes(path)
    return seconds


def _forget_minutes(path: Path) -> None:
    """As the job tidy does: minutes stay for two days."""
    since = to_milliseconds(NOW) - 2 * DAY_MILLISECONDS
    with sqlite3.connect(path) as connection:
        connection.execute(
            "DELETE FROM metric_aggregates WHERE step = 'minute' AND bucket_at < ?", (since,)
        )
        connection.execute("INSERT INTO marks VALUES ('sums.minutes_since', ?)", (str(since),))
    connection.close()
