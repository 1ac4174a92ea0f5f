"""What one of several processes on one PostgreSQL may do at a time; SQLite has one process."""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database.engine import DATABASE_ERRORS, Database

# Each number means one lock in the whole database, and must be the same in all our processes.
MIGRATION = 7_423_001
AUDIENCE = 7_423_002
QUIZZES = 7_423_004
ALERTS = 7_423_005
ALERT_DUTY = 7_423_006
SUMS = 7_423_007
TALKS = 7_423_008
# A connection that went silent must not keep the one who asks.
ANSWER_SECONDS = 5

# So that the server gives the lock to another soon after the line to its holder went dead.
WATCHFUL = (
    text("SET tcp_keepalives_idle = 10"),
    text("SET tcp_keepalives_interval = 5"),
    text("SET tcp_keepalives_count = 3"),
)
TAKE = text("SELECT pg_try_advisory_lock(:key)")
WAIT = text("SELECT pg_advisory_xact_lock(:key)")
ALIVE = text("SELECT 1")

log = structlog.get_logger(__name__)


async def alone(connection: AsyncConnection, key: int) -> None:
    """Until this transaction ends nobody else comes past here with *key*."""
    if connection.dialect.name != "sqlite":  # which has one writer anyway
        await connection.execute(WAIT, {"key": key})


class Lead:
    """Which of several processes does what must be done once.

    PostgreSQL keeps it for a connection, so it is free again as soon as its holder is gone,
    however that came about.
    """

    def __init__(self, database: Database, key: int) -> None:
        self._database = database
        self._key = {"key": key}
        self._connection: AsyncConnection | None = None
        self._is_held = False
        self._is_stopped = False
        self._turn = asyncio.Lock()

    async def held(self) -> bool:
        """Whether this process leads, which it does from now on if nobody else did.

        While the database is away nothing changes: who led may have something to say about it.
        """
        if self._database.is_sqlite:
            return True
        async with self._turn:
            if self._is_stopped:
                return False
            # A line that broke says nothing of the database: then once more, on a new one.
            if not await self._ask():
                await self._ask()
            return self._is_held

    async def stop(self) -> None:
        """Let another process lead, for good."""
        async with self._turn:
            self._is_stopped = True
            await self._drop()

    async def _ask(self) -> bool:
        """Whether there was an answer."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                self._is_held = await self._answer()
        except DATABASE_ERRORS as exc:
            log.warning("cannot ask who leads", error=type(exc).__name__)
            await self._drop()
            return False
        return True

    async def _answer(self) -> bool:
        if self._connection is None:
            self._connection = await self._database.lasting()
            for setting in WATCHFUL:
                await self._connection.execute(setting)
        elif self._is_held:
            await self._connection.execute(ALIVE)
            return True
        return bool(await self._connection.scalar(TAKE, self._key))

    async def _drop(self) -> None:
        """Close the connection for good: back among the others it would keep the lock."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            await connection.invalidate()
            await connection.close()
        except DATABASE_ERRORS as exc:
            log.warning("cannot close the connection of who leads", error=type(exc).__name__)
