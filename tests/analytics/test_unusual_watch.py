"""How unusual the last full hour was is known without asking the database."""

from __future__ import annotations

from datetime import UTC, timedelta

from prometheus_client import CollectorRegistry

from bot.analytics.bus import Bus
from bot.analytics.reports.desk import Reports
from bot.analytics.unusual_watch import UnusualWatch
from bot.clock import to_milliseconds
from bot.database.engine import Database
from bot.database.tables import marks, metric_aggregates
from tests.analytics.moments import NOON
from tests.analytics.reports.business import source_of
from tests.rows import put

HOUR = timedelta(hours=1)
WEEKS = 7 * 7 * 24


def watch(database: Database) -> UnusualWatch:
    return UnusualWatch(Reports(source_of(database), CollectorRegistry(), {}, zone=UTC, bus=Bus()))


async def lived(database: Database, hours: int, last: int) -> None:
    """So many hours up to noon with 50 acts each, the last full one with *last*."""
    rows = (
        {
            "name": "activity",
            "labels": "message",
            "step": "hour",
            "bucket_at": to_milliseconds(NOON - age * HOUR),
            "count": 50 if age > 1 else last,
            "total": 0.0,
        }
        for age in range(1, hours + 1)
    )
    await put(database, metric_aggregates, *rows)
    await put(database, marks, {"name": "sums.rolled_until", "value": str(to_milliseconds(NOON))})


async def test_nothing_is_known_before_it_has_looked(sqlite: Database) -> None:
    assert watch(sqlite).score is None


async def test_nothing_is_known_of_a_young_bot(sqlite: Database) -> None:
    await lived(sqlite, 100, last=900)
    young = watch(sqlite)

    await young.look()

    assert young.score is None


async def test_a_rush_scores_above_nothing(sqlite: Database) -> None:
    await lived(sqlite, WEEKS, last=200)
    rush = watch(sqlite)

    await rush.look()

    assert rush.score is not None
    assert rush.score > 3.5


async def test_a_silence_scores_below_nothing(sqlite: Database) -> None:
    await lived(sqlite, WEEKS, last=0)
    silence = watch(sqlite)

    await silence.look()

    assert silence.score is not None
    assert silence.score < -3.5
