"""Fixtures the rooms share: a sandbox and who drives it, databases of both kinds."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import chain, islice
from pathlib import Path

import pytest
import structlog
import uvloop

from bot.database.engine import Database
from bot.sandbox.server import Sandbox
from tests.assistant.endpoint import Endpoint, endpoint
from tests.databases import opened, postgres_database, postgres_server, sqlite_address
from tests.driver import Driver
from tests.sharing import shared


def pytest_xdist_auto_num_workers() -> int:
    """What ``-n auto`` means: two more than there are cores, for while others wait.

    A worker takes a core for many seconds before its first test.
    """
    return (os.cpu_count() or 1) + 2


@pytest.fixture(scope="session", autouse=True)
def _plain_log() -> None:
    """structlog's own default draws tracebacks with all variables, which takes seconds."""
    structlog.configure(
        processors=[
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["event"]),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


@pytest.fixture(scope="session", autouse=True)
def _shared() -> Iterator[None]:
    with shared():
        yield


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    server = Sandbox()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def driver(sandbox: Sandbox) -> AsyncIterator[Driver]:
    async with Driver(sandbox.url) as one:
        yield one


@pytest.fixture
async def model() -> AsyncIterator[Endpoint]:
    """An endpoint for a model that says what a test wants."""
    async with endpoint() as one:
        yield one


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server for the whole run; its address."""
    with postgres_server() as address:
        yield address


@pytest.fixture
async def postgres_url(postgres: str) -> AsyncIterator[str]:
    """A database of PostgreSQL for opened(), where only that kind has what a test is about."""
    async with postgres_database(postgres) as url:
        yield url


KINDS = ["sqlite", "postgresql"]


@pytest.fixture(params=KINDS)
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A database without tables; the test runs once on each kind."""
    if request.param == "sqlite":
        yield sqlite_address(tmp_path)
        return
    async with postgres_database(request.getfixturevalue("postgres"), is_empty=True) as url:
        yield url


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database for opened(); the test runs once on each kind."""
    if request.param == "sqlite":
        return sqlite_address(tmp_path)
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database of each kind with all tables."""
    async with opened(database_url) as one:
        yield one


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    """SQLite with all tables, where the kind of database is not the point."""
    async with opened(sqlite_address(tmp_path)) as one:
        yield one


# One of them alone at the end would keep a core waiting, and each page would make its bot anew.
LONGEST = [
    "test_docker.py",
    "tests/web/pages/",
    "test_flow_labels.py",
    "test_flow_panels.py",
    "::test_ten_thousand_random_votes",
    "test_flow_downloads_killed.py",
    "test_flow_downloads_shared.py",
    "test_dying.py",
    "test_flow_alert_killed.py",
    "test_flow_billing_kill.py",
    "test_machine.py",
]
# Tests leave little behind that only the collector finds; it comes more rarely.
COLLECTED = (20_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each worker, which gets a stretch of the list, begin with some of the longest tests.

    Those of a file stay together: two workers would make twice what a module makes for its tests.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    longest = [[item for item in items if name in item.nodeid] for name in LONGEST]
    first = {item for some in longest for item in some}
    others = iter([item for item in items if item not in first])
    size = -(-len(items) // workers)
    items.clear()
    for n in range(workers):
        begin = [*chain.from_iterable(longest[n::workers])]
        items += [*begin, *islice(others, max(size - len(begin), 0))]
    items += others


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over modules and tests, which stay: most of its work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED)


def pytest_sessionfinish() -> None:
    """Let what is still there at the end be looked through once; pytest does it five times."""
    gc.collect()
    gc.freeze()


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop that the bot runs on."""
    return {"uvloop": uvloop.new_event_loop}
