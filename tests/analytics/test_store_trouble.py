"""Trouble of the database's own costs no fact: the facts wait, and are written when it is over."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.analytics.bus import Bus
from bot.analytics.operations import EventsDropped
from bot.analytics.store import Store
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.moments import started
from tests.databases import opened
from tests.fakes import Recorder
from tests.rows import rows_of

# PostgreSQL's codes: of the disk, of other transactions, of the administrator, of the network.
TROUBLE = ("53100", "53200", "58030", "40001", "40P01", "55P03", "57014", "57P01", "08006")
FAULTS = ("22003", "23514")
REMEDY = "DROP TRIGGER trouble ON events"


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    """PostgreSQL alone: only its driver hides what kind of error it was."""
    async with opened(postgres_url) as one:
        yield one


async def do(database: Database, *statements: str) -> None:
    async with database.write("trouble") as connection:
        for statement in statements:
            await connection.execute(text(statement))


async def have_events(database: Database, action: str) -> None:
    """Do *action*, in PostgreSQL's own language, before every new row of events."""
    await do(
        database,
        "CREATE FUNCTION before_event() RETURNS trigger AS $$ "
        f"BEGIN {action}; RETURN NEW; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER trouble BEFORE INSERT ON events "
        "FOR EACH ROW EXECUTE FUNCTION before_event()",
    )


async def waits_out(database: Database, *remedy: str) -> list[str | None]:
    """The labels of events in *database*, when two facts came before the *remedy*."""
    told = Recorder()
    bus = Bus(told)
    store = Store(database, bus, interval=10)
    bus.add(store)
    bus.publish(started(source="one"))
    bus.publish(started(source="two"))
    with pytest.raises((DBAPIError, OSError)):
        await store.flush()
    assert store.buffered == 2
    await do(database, *remedy)
    await store.stop()
    assert not any(isinstance(fact, EventsDropped) for fact in told)
    return [row["label"] for row in await rows_of(database, tables.events)]


@pytest.mark.parametrize("code", TROUBLE)
async def test_facts_wait_out_what_is_not_their_fault(code: str, database: Database) -> None:
    await have_events(database, f"RAISE EXCEPTION 'no' USING ERRCODE = '{code}'")

    assert await waits_out(database, REMEDY) == ["one", "two"]


async def test_facts_wait_while_the_server_only_reads(database: Database) -> None:
    await do(database, "SET default_transaction_read_only TO on")

    assert await waits_out(database, "SET default_transaction_read_only TO off") == ["one", "two"]


async def test_facts_outlive_a_connection_that_is_cut_off(database: Database) -> None:
    await have_events(database, "PERFORM pg_terminate_backend(pg_backend_pid())")

    assert await waits_out(database, REMEDY) == ["one", "two"]


@pytest.mark.parametrize("code", FAULTS)
async def test_what_is_a_facts_fault_costs_only_that_fact(code: str, database: Database) -> None:
    fault = f"RAISE EXCEPTION 'no' USING ERRCODE = '{code}'"
    await have_events(database, f"IF NEW.label = 'bad' THEN {fault}; END IF")
    told = Recorder()
    bus = Bus(told)
    store = Store(database, bus, interval=10)
    bus.add(store)

    for label in ("one", "bad", "two"):
        bus.publish(started(source=label))
    await store.stop()

    assert [row["label"] for row in await rows_of(database, tables.events)] == ["one", "two"]
    assert [fact.reason for fact in told if isinstance(fact, EventsDropped)] == ["broken"]
