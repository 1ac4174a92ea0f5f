"""What tests of the reports on features share: where these ask, a question, and rows in bulk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from hypothesis import HealthCheck, settings
from sqlalchemy import Table, delete, insert

from bot.analytics import milestones
from bot.analytics.audience.audience import Audience
from bot.analytics.reports.period import last_days
from bot.analytics.reports.query import Query
from bot.analytics.reports.source import Source
from bot.clock import to_milliseconds
from bot.database import tables
from bot.database.engine import Database
from bot.plans import load_plans
from tests.analytics.moments import NOON
from tests.rows import event, put

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LONG_AGO = NOON - 400 * DAY

# Each example empties the tables itself.
few_examples = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def source_of(database: Database, rate: float | None = None) -> Source:
    """Where a report asks; it is noon."""
    return Source(
        database=database,
        audience=Audience(database),
        plans=load_plans(),
        clock=lambda: NOON,
        stars_usd_rate=rate,
    )


def asked(days: int = 7, zone: tzinfo = UTC, now: datetime = NOON, **more: Any) -> Query:
    """A question about the last days."""
    return Query(period=last_days(days, now, zone), **more)


async def old_record(database: Database) -> None:
    """The bot has been writing for long, so that a 0 is a 0."""
    await put(database, tables.events, event("edit", LONG_AGO))


async def cleaned(database: Database, before: datetime) -> None:
    """Whatever ended before that was removed for its age."""
    async with database.write("test") as connection:
        await milestones.reach(connection, events_since=to_milliseconds(before))


async def replace(database: Database, table: Table, rows: list[dict[str, Any]]) -> None:
    """Only *rows*, which name the same columns, in a table."""
    async with database.write("test") as connection:
        await connection.execute(delete(table))
        if rows:
            await connection.execute(insert(table), rows)


def milliseconds(at: datetime) -> int:
    """As the database has it."""
    return to_milliseconds(at)


def deal(number: int, start: datetime, **more: Any) -> dict[str, Any]:
    """A row of subscriptions: 150 Stars a month, of the person with that number."""
    usual = {
        "user_number": number,
        "plan": "premium",
        "stars": 150,
        "is_recurring": True,
        "first_charge_id": f"{number} {start} {len(more)} {sorted(map(str, more.values()))}",
        "last_charge_id": "",
        "started_at": start,
        "expires_at": start + 30 * DAY,
        "cancelled_at": None,
        "ended_at": None,
        "end": None,
    }
    row = usual | more
    return {
        name: milliseconds(value) if isinstance(value, datetime) else value
        for name, value in row.items()
    }
