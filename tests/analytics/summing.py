"""What tests of sums share: facts through a real store, jobs that run when told to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from bot.analytics.bus import Bus
from bot.analytics.closing import close_days
from bot.analytics.events import ApiCalled, CommandUsed, Event
from bot.analytics.reports import counts
from bot.analytics.reports.counts import Sum
from bot.analytics.reports.period import Period
from bot.analytics.rollups import roll_up
from bot.analytics.store import Store
from bot.database.engine import Database
from tests.analytics.moments import ANN, NOON

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def wrote(database: Database, some: Iterable[Event], zone: str = "UTC") -> None:
    """Facts, on disk."""
    store = Store(database, Bus(), zone=ZoneInfo(zone), clock=lambda: NOON)
    for fact in some:
        store(fact)
    await store.flush()


async def summed_up(database: Database, now: datetime = NOON, zone: tzinfo = UTC) -> None:
    """The jobs have run."""
    await roll_up(database, clock=lambda: now, zone=zone)
    await close_days(database, clock=lambda: now, zone=zone)


async def counted(
    database: Database, name: str, days: int, now: datetime = NOON, zone: tzinfo = UTC
) -> dict[str, Sum]:
    """How often, by label."""
    async with database.read("test") as connection:
        return await counts.counted(connection, name, Period(days=days, now=now, zone=zone))


def numbers(found: dict[str, Sum]) -> dict[str, int]:
    """Only how often."""
    return {label: one.count for label, one in found.items()}


def called(at: datetime, method: str = "sendMessage", **more: Any) -> ApiCalled:
    """A call of the Bot API."""
    usual: dict[str, Any] = {"outcome": "ok", "seconds": 0.1}
    return ApiCalled(at=at, method=method, **(usual | more))


def used(at: datetime, command: str = "help", user_id: int = ANN) -> CommandUsed:
    """A command that was typed."""
    return CommandUsed(at=at, user_id=user_id, chat_id=user_id, command=command)
