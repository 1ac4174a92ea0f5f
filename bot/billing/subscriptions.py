"""Who is on which plan."""

from __future__ import annotations

from sqlalchemy import select

from bot.clock import Clock, to_milliseconds, utc_now
from bot.database.engine import Database
from bot.database.feature_tables import subscriptions
from bot.database.tables import users
from bot.plans import Plan, Plans


class Subscriptions:
    """Reads and ends what payments gave."""

    def __init__(self, database: Database, plans: Plans, clock: Clock = utc_now) -> None:
        self._database = database
        self._plans = plans
        self._clock = clock

    async def plan_of(self, user_id: int) -> Plan:
        """The best plan that this person has paid for and still has; else the free one."""
        table = subscriptions.join(users, users.c.number == subscriptions.c.user_number)
        mine = (
            (users.c.telegram_id == user_id)
            & subscriptions.c.ended_at.is_(None)
            & (subscriptions.c.expires_at > to_milliseconds(self._clock()))
        )
        query = select(subscriptions.c.plan).select_from(table).where(mine)
        async with self._database.read("subscriptions.plan_of") as connection:
            names = (await connection.scalars(query)).all()
        best = max((self._plans.rank(name) for name in names), default=0)
        return self._plans.plan[best]
