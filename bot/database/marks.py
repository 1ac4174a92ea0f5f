"""Notes on the database itself: what kind of people it holds, what has been done for good."""

from __future__ import annotations

from sqlalchemy import select

from bot.database.engine import Database
from bot.database.statements import insert_into
from bot.database.tables import marks

# On a database whose people were invented by the sandbox.
SYNTHETIC = "synthetic"


async def mark_of(database: Database, name: str) -> str | None:
    """What was noted under *name*; None if nothing was."""
    query = select(marks.c.value).where(marks.c.name == name)
    async with database.read("marks.read") as connection:
        value: str | None = await connection.scalar(query)
        return value


async def put_mark(database: Database, name: str, value: str) -> None:
    """Note *value* under *name*, whatever was there."""
    statement = insert_into(database.dialect, marks).values(name=name, value=value)
    changed = {"value": statement.excluded.value}
    async with database.write("marks.write") as connection:
        await connection.execute(
            statement.on_conflict_do_update(index_elements=["name"], set_=changed)
        )


async def advance_mark(database: Database, name: str, value: str) -> bool:
    """Note *value* under *name* unless the same or a later text is there; whether it was noted.

    Of several processes that try at once, one gets True.
    """
    statement = insert_into(database.dialect, marks).values(name=name, value=value)
    statement = statement.on_conflict_do_update(
        index_elements=["name"],
        set_={"value": statement.excluded.value},
        where=marks.c.value < statement.excluded.value,
    ).returning(marks.c.name)
    async with database.write("marks.advance", durable=True) as connection:
        return (await connection.execute(statement)).first() is not None
