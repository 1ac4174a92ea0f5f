"""What a plan allows one person at a time and in a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database.feature_tables import downloads
from bot.plans import Plan

DAY = 24 * 3_600_000
ACTIVE = ("queued", "running")
COUNTED = (*ACTIVE, "done")

row = downloads.c


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The plan does not allow another one.

    most: the plan's figure; seconds: until the day's figure allows the next one, 0 for waiting
    """

    limit: Literal["a_day", "waiting"]
    most: int
    seconds: float = 0.0


async def refusal(
    connection: AsyncConnection, number: int, plan: Plan, now: int
) -> Refused | None:
    """Why the person of that number may not queue another one; None if they may.

    now: UTC milliseconds
    """
    mine, limits = row.user_number == number, plan.downloads
    waiting = select(func.count()).where(mine, row.state.in_(ACTIVE))
    if (await connection.execute(waiting)).scalar_one() >= limits.waiting:
        return Refused(limit="waiting", most=limits.waiting)
    today = select(row.queued_at).where(mine, row.state.in_(COUNTED), row.queued_at > now - DAY)
    times = (await connection.execute(today.order_by(row.queued_at))).scalars().all()
    if len(times) < limits.a_day:
        return None
    # The next is allowed when so many have left the day that there is room for one.
    leaves = times[len(times) - limits.a_day] if limits.a_day else now
    return Refused(limit="a_day", most=limits.a_day, seconds=(leaves + DAY - now) / 1000)
