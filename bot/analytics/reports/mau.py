"""Monthly users: distinct people of the last 30 days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.analytics.audience.audience import Audience
from bot.analytics.audience.segments import ACTIVE
from bot.clock import Clock

DAYS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Mau:
    """Distinct people who were active from first_day to last_day, as counted at *at*."""

    count: int
    first_day: date
    last_day: date
    at: datetime


async def monthly_users(audience: Audience, clock: Clock) -> Mau:
    """The people of today and the 29 days before, days as the audience cuts them."""
    last = audience.today
    first = last - timedelta(days=DAYS - 1)
    people = await audience.union(ACTIVE, first, last)
    return Mau(count=len(people), first_day=first, last_day=last, at=clock())
