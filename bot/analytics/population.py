"""How many people the bot knows, counted now and then so that a scrape need not."""

from __future__ import annotations

from sqlalchemy import func, select

from bot.database.engine import Database
from bot.database.tables import users


class Population:
    """The last count.  known, blocked: None before the first."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.known: int | None = None
        self.blocked: int | None = None

    async def refresh(self) -> None:
        """Count everyone who was ever active, and those who block the bot."""
        query = select(func.count(users.c.first_seen_at), func.count(users.c.blocked_at))
        async with self._database.read("population") as connection:
            self.known, self.blocked = (await connection.execute(query)).one()
