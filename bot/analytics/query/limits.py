"""How long a question may take: statements are stopped, and so is whatever counts."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Executable, text
from sqlalchemy.engine import Row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database.engine import Database
from bot.errors import BotError

# SQLite looks at the clock after so many steps of its machine: some thousand times a second.
STEPS = 20_000
STOPPED = "57014"  # PostgreSQL's code of a statement that took too long
MILLISECONDS = 1_000
# Rows of an answer.
ROWS = 10_000


class TooMuchError(BotError):
    """A question that takes too long or has too many rows; the text says what to narrow."""


class Deadline:
    """The end of the time that an answer may take, in seconds from now; and its size.

    rows: how many it may have
    """

    def __init__(
        self,
        seconds: float,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        rows: int = ROWS,
    ) -> None:
        self.seconds = seconds
        self.rows = rows
        self._monotonic = monotonic
        self._until = monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds until then; negative afterwards."""
        return self._until - self._monotonic()

    def check(self) -> None:
        """Raise TooMuchError if it is over."""
        if self.left <= 0:
            raise TooMuchError(
                f"This took longer than {self.seconds:g} s and was stopped. "
                "Ask about fewer days, with fewer dimensions or metrics, or narrow the filters."
            )

    def check_rows(self, count: int) -> None:
        """Raise TooMuchError if these are too many."""
        if count > self.rows:
            raise TooMuchError(
                f"This has more than {self.rows} rows. Ask about fewer days, leave out a "
                "dimension, or narrow the filters."
            )


class Limited:
    """A connection on which every statement ends by the deadline."""

    def __init__(self, connection: AsyncConnection, deadline: Deadline) -> None:
        self.connection = connection
        self.deadline = deadline

    async def rows(self, query: Executable) -> list[Row[Any]]:
        """What *query* finds; TooMuchError if that takes too long."""
        self.deadline.check()
        if self.connection.dialect.name != "sqlite":
            left = max(1, round(self.deadline.left * MILLISECONDS))
            await self.connection.execute(text(f"SET LOCAL statement_timeout TO {left}"))
        try:
            return list(await self.connection.execute(query))
        except DBAPIError as exc:
            if _was_stopped(exc):
                self.deadline.check()
            raise


@asynccontextmanager
async def limited(
    database: Database, operation: str, deadline: Deadline
) -> AsyncIterator[Limited]:
    """A connection to look with until *deadline*."""
    async with database.read(operation) as connection:
        if not database.is_sqlite:
            yield Limited(connection, deadline)
            return
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver.set_progress_handler(lambda: deadline.left <= 0, STEPS)
        try:
            yield Limited(connection, deadline)
        finally:
            await driver.set_progress_handler(None, 0)


def _was_stopped(exc: DBAPIError) -> bool:
    return getattr(exc.orig, "sqlstate", "") == STOPPED or "interrupted" in str(exc.orig)
