"""Notes on the database itself, such as what kind of people it holds."""

from __future__ import annotations

from sqlalchemy import select

from bot.database.engine import Database
from bot.database.tables import marks

# On a database whose people were invented by the sandbox.
SYNTHETIC = "synthetic"


async def mark_of(database: Database, name: str) -> str | None:
    """What was noted under *name*; None if nothing was."""
    query = select(marks.c.value).where(marks.c.name == name)
    async with database.read("marks.read") as connection:
        value: str | None = await connection.scalar(query)
        return value
