"""What the features would have left in their tables, written in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database.engine import Database
from bot.database.feature_tables import (
    completions,
    conversations,
    downloads,
    quiz_answers,
    quiz_runs,
)
from bot.database.tables import users

Values = dict[str, Any]

# The column of the person whom a row is about.
OWNERS: dict[Table, Column[Any]] = {
    downloads: downloads.c.user_number,
    quiz_runs: quiz_runs.c.starter_number,
    conversations: conversations.c.user_number,
}
# The rows that belong to one of these, and by which column.
PARTS: dict[Table, Column[Any]] = {
    quiz_runs: quiz_answers.c.run_id,
    conversations: completions.c.conversation_id,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row as it is when everything is over.

    at: when it was; user_id: Telegram's; parts: rows that belong to it, such as answers to a run
    """

    at: datetime
    table: Table
    user_id: int
    values: Values
    parts: Sequence[Values] = ()


async def write_rows(database: Database, rows: Sequence[Row]) -> None:
    """Insert *rows* in one transaction, each with its person's number, known to the database."""
    if not rows:
        return
    async with database.write("history.rows") as connection:
        known = select(users.c.telegram_id, users.c.number)
        mine = known.where(users.c.telegram_id.in_({row.user_id for row in rows}))
        numbers = {row[0]: row[1] for row in await connection.execute(mine)}
        for table in OWNERS:
            some = [row for row in rows if row.table is table]
            if some:
                await _write(connection, table, some, numbers)


async def _write(
    connection: AsyncConnection, table: Table, rows: Sequence[Row], numbers: dict[int, int]
) -> None:
    owner = OWNERS[table].name
    values = [row.values | {owner: numbers[row.user_id]} for row in rows]
    if table not in PARTS:
        await connection.execute(insert(table), values)
        return
    # The database numbers them, as it numbers real ones that come later.
    returning = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    ids = await connection.scalars(returning, values)
    column = PARTS[table]
    parts = [
        _part(part, column, number, numbers[row.user_id])
        for row, number in zip(rows, ids, strict=True)
        for part in row.parts
    ]
    if parts:
        await connection.execute(insert(column.table), parts)


def _part(values: Values, column: Column[Any], parent: int, owner: int) -> Values:
    mine = {"user_number": owner} if "user_number" in column.table.c else {}
    return values | {column.name: parent} | mine
