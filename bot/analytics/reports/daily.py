"""Daily statistics: what each day was like, of days that are over as it was noted then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.audience.days import Days, between
from bot.analytics.reports import counts
from bot.analytics.reports.counts import Sum
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query
from bot.analytics.rollups import EVENT
from bot.database.rollup_tables import daily_stats
from bot.database.tables import errors, metric_aggregates, user_activity, users

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

# Asks Telegram to wait until there is something: its time says nothing about anybody's speed.
WAITING = "getUpdates"
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class DayStatistics:
    """One day.

    people: ever active, up to its end; conversations: begun with the assistant
    api_calls: to the Bot API, without waiting for updates; None: not counted yet on that day
    mean_seconds: to handle an update; None of none
    """

    day: date
    people: int
    active_people: int
    new_people: int
    conversations: int
    messages: int
    commands: int
    updates: int
    api_calls: int | None
    mean_seconds: float | None
    errors: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Daily:
    """The days of the period, the oldest first; none before the first record.

    open_days: how many of them, at the end, are not noted for ever yet; the last is not over
    """

    period: Period
    days: tuple[DayStatistics, ...]
    open_days: int


async def daily(source: Source, query: Query) -> Daily:
    """Every day of the query's period; days that are over cost one row each."""
    period = query.period
    async with source.database.read("report.daily") as connection:
        closed = await _closed(connection, period)
        first = await first_day(connection, Days(period.zone))
        days = between(max(first, period.first_day), period.last_day) if first else []
        found = [closed.get(day) or await day_statistics(connection, day, period) for day in days]
    opened = sum(day not in closed for day in days)
    return Daily(period=period, days=tuple(found), open_days=opened)


async def first_day(connection: AsyncConnection, days: Days) -> date | None:
    """The day of the oldest record; None before there is any."""
    noted = await connection.scalar(select(func.min(daily_stats.c.day)))
    if noted is not None:
        return date.fromisoformat(str(noted))
    active = await connection.scalar(select(func.min(user_activity.c.activity_date)))
    row = metric_aggregates.c
    counted = [
        await connection.scalar(select(func.min(row.bucket_at)).where(row.step == step))
        for step in ("minute", "day")
    ]
    known = [days.of(int(at)) for at in counted if at is not None]
    return min([*known, *([date.fromisoformat(str(active))] if active else [])], default=None)


async def _closed(connection: AsyncConnection, period: Period) -> Mapping[date, DayStatistics]:
    wanted = daily_stats.c.day.between(period.first_day, period.last_day)
    rows = (await connection.execute(select(daily_stats).where(wanted))).mappings()
    return {row["day"]: DayStatistics(**row) for row in rows}


async def day_statistics(connection: AsyncConnection, day: date, period: Period) -> DayStatistics:
    """One day, counted anew; of one that is not over, up to period.now."""
    start, end = Days(period.zone).limits(day)
    end = min(end, period.end_at)

    async def counted(name: str) -> dict[str, Sum]:
        return await counts.between(connection, name, start, end, period.zone)

    async def number(query: Select[Any]) -> int:
        return int(await connection.scalar(query) or 0)

    updates = sum((await counted("updates")).values(), start=Sum())
    seen, at = users.c.first_seen_at, errors.c.at
    active = select(func.count()).where(user_activity.c.activity_date == day)
    return DayStatistics(
        day=day,
        people=await number(select(func.count()).where(seen < end)),
        active_people=await number(active),
        new_people=await number(select(func.count()).where(seen >= start, seen < end)),
        conversations=_all(await counted(EVENT + "conversation")),
        messages=_all(await counted(EVENT + "message")),
        commands=_all(await counted(EVENT + "command")),
        updates=updates.count,
        api_calls=await _api_calls(connection, end, await counted("api")),
        mean_seconds=updates.mean,
        errors=await number(select(func.count()).where(at >= start, at < end)),
    )


def _all(found: Mapping[str, Sum]) -> int:
    return sum(one.count for one in found.values())


async def _api_calls(
    connection: AsyncConnection, end: int, found: Mapping[str, Sum]
) -> int | None:
    """None before the first call that was ever counted: the bot cannot have made none."""
    row: Any = metric_aggregates.c
    oldest = [
        await connection.scalar(
            select(func.min(row.bucket_at)).where(row.name == "api", row.step == step)
        )
        for step in ("minute", "hour", "day")
    ]
    if not any(at is not None and at < end for at in oldest):
        return None
    return sum(one.count for label, one in found.items() if not label.startswith(f"{WAITING},"))
