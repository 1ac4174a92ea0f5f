"""What SQLAlchemy leaves to be said twice, or says too slowly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Dialect, Insert, Table, Update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

DIALECTS = ("sqlite", "postgresql")


def insert_into(dialect: str, table: Table) -> Any:
    """An INSERT with on_conflict_do_update and on_conflict_do_nothing.

    Both databases spell them alike, SQLAlchemy keeps a class for each.
    """
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)


class Many:
    """A statement for many rows of plain values, given as tuples in the order of *keys*.

    SQLAlchemy would convert each value by its column's type, which takes longer than writing it,
    so this is for numbers and texts only.
    """

    def __init__(self, statement: Insert | Update, keys: tuple[str, ...]) -> None:
        self._statement = statement
        self._keys = keys
        self._sql: dict[str, str] = {}

    async def run(self, connection: AsyncConnection, rows: Sequence[tuple[object, ...]]) -> None:
        """Execute the statement once for each of *rows*."""
        if not rows:
            return
        dialect = connection.dialect
        if dialect.name not in self._sql:
            self._sql[dialect.name] = self._compiled(dialect)
        await connection.exec_driver_sql(self._sql[dialect.name], list(rows))

    def _compiled(self, dialect: Dialect) -> str:
        compiled = self._statement.compile(dialect=dialect, column_keys=list(self._keys))
        order = getattr(compiled, "positiontup", None)
        if order != list(self._keys):
            raise ValueError(f"values would go astray: {order} is not {self._keys}")
        return str(compiled)
