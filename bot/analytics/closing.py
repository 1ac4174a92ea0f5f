"""Job: each day that is over gets its row of daily_stats, once, for ever."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import date, timedelta, tzinfo

from sqlalchemy import func, select

from bot.analytics import milestones
from bot.analytics.audience.days import Days
from bot.analytics.reports.daily import day_statistics, first_day
from bot.analytics.reports.period import Period
from bot.clock import Clock
from bot.database.engine import Database
from bot.database.locks import SUMS, alone
from bot.database.rollup_tables import daily_stats
from bot.database.statements import insert_into

DAY = timedelta(days=1)


async def close_days(database: Database, *, clock: Clock, zone: tzinfo) -> None:
    """Note every day whose hours are all summed up; to be run after roll_up().

    Each day is a transaction of its own, so a run that was cut off goes on where it was.
    """
    days = Days(zone)
    period = Period(days=1, now=clock(), zone=zone)
    day, until = await _open(database, days)
    while day and until and day < until:
        async with database.read("closing.count") as connection:
            late = (await milestones.read(connection)).late
            row = asdict(await day_statistics(connection, day, period))
        statement = insert_into(database.dialect, daily_stats).on_conflict_do_nothing()
        async with database.write("closing.note") as connection:
            await alone(connection, SUMS)
            if late != (await milestones.read(connection)).late:  # perhaps facts of this day
                row = asdict(await day_statistics(connection, day, period))
            await connection.execute(statement, [row])
        day += DAY
        await asyncio.sleep(0)


async def _open(database: Database, days: Days) -> tuple[date | None, date | None]:
    """The first day without a row, and the first that cannot have one yet."""
    async with database.read("closing.open") as connection:
        known = await milestones.read(connection)
        last = await connection.scalar(select(func.max(daily_stats.c.day)))
        first = await first_day(connection, days)
    if last is not None:
        first = date.fromisoformat(str(last)) + DAY
    return first, days.of(known.rolled_until) if known.rolled_until else None
