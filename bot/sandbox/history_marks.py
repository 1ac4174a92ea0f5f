"""What is written on a database that holds invented people, so that no real bot uses it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

import orjson
from sqlalchemy import Table, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database.api_tables import api_tokens
from bot.database.engine import Database
from bot.database.feature_tables import all_tables
from bot.database.marks import SYNTHETIC
from bot.database.tables import marks
from bot.database.web_tables import shares, web_sessions
from bot.errors import BotError

NAME = SYNTHETIC
BEGUN, COMPLETE = "begun", "complete"
# Keys are nobody's history: a token may be made before the sandbox runs for the first time.
KEYS = (api_tokens, web_sessions, shares)


class HistoryError(BotError):
    """The database holds something that was not invented, or all that was to be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """The note: begun until the last fact is written, complete from then on."""

    state: str
    at: str  # ISO 8601
    seed: int
    days: int


async def is_synthetic(database: Database) -> bool:
    """Whether the people in it are invented: no bot with a real token may use it."""
    async with database.read("history.mark") as connection:
        return await _read(connection) is not None


async def is_needed(database: Database) -> bool:
    """Whether a history is to be written: nothing is in it, or one that is not complete."""
    async with database.read("history.mark") as connection:
        return await _is_open(connection)


async def begin(database: Database, *, now: datetime, seed: int, days: int) -> None:
    """Note that a history is being written, after removing what an interrupted one left.

    Raises HistoryError when none is needed; then nothing is removed.
    """
    async with database.write("history.begin", durable=True) as connection:
        if not await _is_open(connection):
            raise HistoryError("the database has rows that are no unfinished history")
        for table in _filled():
            await connection.execute(delete(table))
        await _write(connection, Mark(state=BEGUN, at=now.isoformat(), seed=seed, days=days))


async def complete(database: Database, *, now: datetime, seed: int, days: int) -> None:
    """Note that the history is there; what it consists of is on disk before the note is."""
    async with database.write("history.complete", durable=True) as connection:
        await _write(connection, Mark(state=COMPLETE, at=now.isoformat(), seed=seed, days=days))


async def _is_open(connection: AsyncConnection) -> bool:
    mark = await _read(connection)
    if mark:
        return mark.state == BEGUN
    for table in _filled():
        if (await connection.execute(select(table).limit(1))).first():
            return False
    return True


async def _read(connection: AsyncConnection) -> Mark | None:
    value = await connection.scalar(select(marks.c.value).where(marks.c.name == NAME))
    return Mark(**orjson.loads(value)) if value else None


async def _write(connection: AsyncConnection, mark: Mark) -> None:
    await connection.execute(delete(marks).where(marks.c.name == NAME))
    value = orjson.dumps(asdict(mark)).decode()
    await connection.execute(insert(marks).values(name=NAME, value=value))


def _filled() -> list[Table]:
    """Every table that facts fill; those that refer to others come first."""
    kept = {marks, *KEYS}
    return [table for table in reversed(all_tables.sorted_tables) if table not in kept]
