"""Who paid, and who was on a plan: few people, so they are read where they are written.

Money may be written days after it was paid (a payment that was lost and found), or taken back; a
set that was kept would not know.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from pyroaring import BitMap
from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.audience.days import Days, between
from bot.database.feature_tables import subscriptions
from bot.database.tables import payments


async def paid(
    connection: AsyncConnection, days: Days, first: date, last: date
) -> Sequence[BitMap]:
    """Who paid on each day, refunded since or not."""
    start, end = days.limits(first)[0], days.limits(last)[1]
    table = payments.c
    query = select(table.user_number, table.paid_at).where(
        table.paid_at >= start, table.paid_at < end, table.user_number.is_not(None)
    )
    found: defaultdict[date, BitMap] = defaultdict(BitMap)
    for number, at in await connection.execute(query):
        found[days.of(at)].add(number)
    return [found[day] for day in between(first, last)]


async def on_plan(
    connection: AsyncConnection, days: Days, plan: str, first: date, last: date
) -> Sequence[BitMap]:
    """Who was on *plan* at some time of each day, active or not."""
    start, end = days.limits(first)[0], days.limits(last)[1]
    table = subscriptions.c
    ended = func.coalesce(table.ended_at, table.expires_at)
    until = case((ended < table.expires_at, ended), else_=table.expires_at)
    query = select(table.user_number, table.started_at, until).where(
        table.plan == plan, table.started_at < end, until > start, table.user_number.is_not(None)
    )
    found: defaultdict[date, BitMap] = defaultdict(BitMap)
    for number, since, over in await connection.execute(query):
        for day in between(days.of(max(since, start)), days.of(min(over, end) - 1)):
            found[day].add(number)
    return [found[day] for day in between(first, last)]


async def plans(connection: AsyncConnection) -> set[str]:
    """The plans that anybody was ever on."""
    return set(await connection.scalars(select(subscriptions.c.plan).distinct()))
