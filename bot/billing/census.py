"""Census: how many people are on each paid plan, counted by a job and kept in memory."""

from __future__ import annotations

from sqlalchemy import case, func, select

from bot.billing.subscriptions import running
from bot.clock import Clock, utc_now
from bot.database.engine import Database
from bot.database.feature_tables import subscriptions
from bot.plans import Plans


class Census:
    """A person with several subscriptions counts once, for the best of them."""

    def __init__(self, database: Database, plans: Plans, clock: Clock = utc_now) -> None:
        self._database = database
        self._plans = plans
        self._clock = clock
        self._people: dict[str, int] | None = None

    def people(self, plan: str) -> float | None:
        """How many are on *plan*; None before the first count."""
        return None if self._people is None else self._people.get(plan, 0)

    async def refresh(self) -> None:
        """Count again; when the database is away the last count stays."""
        table = subscriptions.c
        ranks = {plan.name: rank for rank, plan in enumerate(self._plans.plan)}
        rank = func.max(case(ranks, value=table.plan, else_=0)).label("rank")
        is_somebodys = table.user_number.is_not(None) & running(self._clock())
        best = select(rank).where(is_somebodys).group_by(table.user_number).subquery()
        query = select(best.c.rank, func.count()).group_by(best.c.rank)
        async with self._database.read("billing.census") as connection:
            counts = {int(place): int(count) for place, count in await connection.execute(query)}
        self._people = {plan.name: counts.get(n, 0) for n, plan in enumerate(self._plans.plan)}
