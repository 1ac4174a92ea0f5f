"""A store and an audience on one database, with a hand on the clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from pyroaring import BitMap

from bot.analytics.audience.audience import Audience
from bot.analytics.bus import Bus
from bot.analytics.events import Event
from bot.analytics.people import People
from bot.analytics.store import Store
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.rows import put, rows_of, user

TODAY = NOON.date()
DAY = timedelta(days=1)
UTC = ZoneInfo("UTC")


class House:
    """One process: what it writes and what it knows.  now: what its clock says"""

    def __init__(self, database: Database, now: datetime = NOON, zone: ZoneInfo = UTC) -> None:
        self.now = now
        self.database = database
        self.audience = Audience(database, zone=zone, clock=lambda: self.now)
        self.store = Store(
            database, Bus(), zone=zone, clock=lambda: self.now, noted=self.audience.note
        )
        self.people = People(
            database, self.store.flush, Bus(), lambda: self.now, sets=self.audience
        )

    async def write(self, *facts: Event) -> None:
        """Put *facts* on disk, and tell the audience."""
        for fact in facts:
            self.store(fact)
        await self.store.flush()

    async def members(self, segment: str, day: date = TODAY) -> set[int]:
        """The Telegram ids of who is in the set."""
        (found,) = await self.audience.days(segment, day, day)
        known = {row["number"]: row["telegram_id"] for row in await self._users()}
        return {known[number] for number in found}

    async def _users(self) -> list[Any]:
        return list(await rows_of(self.database, tables.users))


async def history(database: Database, days: dict[date, set[int]]) -> None:
    """Rows of user_activity and users, written past the store; numbers as given."""
    numbers = set().union(*days.values())
    for number in sorted(numbers):
        first = min(day for day, some in days.items() if number in some)
        at = milliseconds(first)
        await put(database, tables.users, user(number, first_seen_at=at, language="de"))
    for day, some in days.items():
        rows = [{"user_id": number, "activity_date": day} for number in sorted(some)]
        await put(database, tables.user_activity, *rows)


def milliseconds(day: date, zone: tzinfo = UTC) -> int:
    """Noon of *day*."""
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=zone).timestamp() * 1000)


def numbers(sets: Any) -> list[list[int]]:
    """Sets as sorted lists."""
    return [sorted(one) for one in sets]


def bitmap(*some: int) -> BitMap:
    """A set of these."""
    return BitMap(some)
