"""One door to SQLite or PostgreSQL: many readers, one writer, every visit timed.

SQLite gets three sets of connections, because durability is chosen for a connection, not for a
transaction: readers, a writer for statistics (synchronous=NORMAL) and a writer for money and
alerts (FULL, so that a commit is on disk before anyone is answered).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

# operation, seconds, class name of the error or None
QueryObserver = Callable[[str, float, str | None], None]

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
BUSY_MILLISECONDS = 5_000
# Two for reports, two for questions (bot/analytics), and as many for whoever talks to the bot.
READERS = 6
# What a visit raises besides is not the database's: a bug inside the block, a caller who leaves.
DATABASE_ERRORS = (SQLAlchemyError, OSError)  # TimeoutError is an OSError


def normal_url(url: str) -> URL:
    """*url* with the asyncio driver that we use for its kind of database, and its words."""
    parsed = make_url(url)
    if mode := parsed.query.get("sslmode"):  # as everyone else calls what asyncpg calls ssl
        parsed = parsed.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return parsed.set(drivername=DRIVERS.get(parsed.drivername, parsed.drivername))


class Database:
    """Reads and writes through SQLAlchemy Core connections.

    on_query hears of every visit: its operation's name, seconds and the database's error.
    """

    def __init__(self, url: str, on_query: QueryObserver | None = None) -> None:
        self.url = normal_url(url)
        self.dialect = self.url.get_backend_name()
        self.is_sqlite = self.dialect == "sqlite"
        self._on_query = on_query or _nobody
        self._turn = asyncio.Lock()
        if self.is_sqlite:
            self._reader = _sqlite(self.url, "NORMAL", READERS, is_reader=True)
            self._writer = _sqlite(self.url, "NORMAL", 1)
            self._durable = _sqlite(self.url, "FULL", 1)
        else:
            engine = create_async_engine(self.url, pool_size=READERS + 2, pool_pre_ping=True)
            self._reader = self._writer = self._durable = engine

    @property
    def file(self) -> Path | None:
        """SQLite's file; None for PostgreSQL."""
        return Path(self.url.database or "") if self.is_sqlite else None

    @asynccontextmanager
    async def read(self, operation: str) -> AsyncIterator[AsyncConnection]:
        """A connection to look with; what it changed is not kept."""
        async with self._timed(operation), self._reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(
        self, operation: str, *, durable: bool = False
    ) -> AsyncIterator[AsyncConnection]:
        """One transaction, committed when the block ends well.

        durable: on disk before this returns; without it a power cut may take the last moments
        """
        # PostgreSQL lets writers pass each other; SQLite would make them spin until they time out.
        async with self._timed(operation), self._queue(), self._open(durable) as connection:
            yield connection

    async def lasting(self) -> AsyncConnection:
        """A connection to keep, on which each statement is a transaction; the caller closes it."""
        connection = await self._reader.connect()
        return await connection.execution_options(isolation_level="AUTOCOMMIT")

    async def close(self) -> None:
        """Give every connection back."""
        for engine in {self._reader, self._writer, self._durable}:
            await engine.dispose()

    @asynccontextmanager
    async def _timed(self, operation: str) -> AsyncIterator[None]:
        started = time.perf_counter()
        error: str | None = None
        try:
            yield
        except DATABASE_ERRORS as exc:
            error = type(exc).__name__
            raise
        finally:
            self._on_query(operation, time.perf_counter() - started, error)

    @asynccontextmanager
    async def _queue(self) -> AsyncIterator[None]:
        if not self.is_sqlite:
            yield
            return
        async with self._turn:
            yield

    @asynccontextmanager
    async def _open(self, durable: bool) -> AsyncIterator[AsyncConnection]:  # noqa: FBT001  private
        engine = self._durable if durable else self._writer
        async with engine.begin() as connection:
            if not (self.is_sqlite or durable):
                await connection.execute(text("SET LOCAL synchronous_commit TO OFF"))
            yield connection


def _nobody(operation: str, seconds: float, error: str | None) -> None:
    """Nobody wants to know."""


def _sqlite(url: URL, synchronous: str, size: int, *, is_reader: bool = False) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=size, max_overflow=0)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        # The driver's own transactions begin too late and deferred; we say BEGIN ourselves.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            f"busy_timeout={BUSY_MILLISECONDS}",
            "foreign_keys=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that reads and then writes fails at once, whatever the timeout.
        connection.exec_driver_sql("BEGIN" if is_reader else "BEGIN IMMEDIATE")

    return engine
