"""A person sees everything about them, and can take it away."""

from __future__ import annotations

import orjson
import pytest
from sqlalchemy import Column

from bot.analytics.bus import Bus
from bot.analytics.events import MessageReceived, UserForgotten, UserSeen
from bot.analytics.people import TRACES, People
from bot.analytics.store import Store
from bot.database import tables
from bot.database.engine import Database
from bot.database.feature_tables import all_tables
from tests.analytics.moments import NOON
from tests.fakes import Recorder
from tests.rows import alice_and_bob, error, put, rows_of, set_aside, user

ALICE, BOB = 1001, 1002
# Tables whose rows are about no person, and columns that only look as if they were.
IMPERSONAL = {
    "metric_aggregates": "counts of updates",
    "daily_stats": "counts of a day",
    "alert_state": "rules",
    "alert_readings": "rules",
    "api_tokens": "programs",
    "tracked_batches": "programs, by their tokens; hashes",
    "seen_updates": "numbers of updates",
    "marks": "what this file is",
    "sent_files": "what Telegram has, nobody's in particular",
    "audience_sets": "sets of numbers; tests/analytics/audience/test_forgetting.py",
}
PERSONAL_NAMES = {
    *("user_id", "user_number", "telegram_id", "chat_id", "sender_id", "payer_id"),
    *("acked_by", "created_by", "updated_by"),
}


async def nothing_waits() -> None:
    """All rows are there already."""


def people(database: Database, bus: Bus | None = None) -> People:
    return People(database, nothing_waits, bus or Bus(), lambda: NOON)


@pytest.mark.parametrize("table", all_tables.sorted_tables, ids=lambda one: one.name)
def test_every_table_is_known_to_be_about_people_or_not(table: object) -> None:
    about = {trace.table for trace in TRACES}
    name = getattr(table, "name", "")

    assert (table in about) != (name in IMPERSONAL)


@pytest.mark.parametrize(
    "column",
    [c for t in all_tables.sorted_tables for c in t.c if c.name in PERSONAL_NAMES],
    ids=str,
)
def test_every_column_that_refers_to_a_person_is_forgotten(column: Column[object]) -> None:
    assert any(trace.column is column for trace in TRACES)


async def test_the_export_has_every_row_about_the_person_and_none_of_others(
    database: Database,
) -> None:
    await alice_and_bob(database, NOON)

    export = await people(database).export(ALICE)

    counts = {name: len(rows) for name, rows in export["tables"].items()}
    assert counts.pop("events") == 3
    assert set(counts) == {trace.table.name for trace in TRACES} - {"events"}
    assert set(counts.values()) == {1}
    assert "Bob" not in str(export) and str(BOB) not in str(export)


async def test_the_export_is_json_with_times_a_person_can_read(database: Database) -> None:
    await alice_and_bob(database, NOON)

    tables_ = orjson.loads(orjson.dumps(await people(database).export(ALICE)))["tables"]

    assert tables_["events"][0]["at"] == "2026-01-01T12:00:00+00:00"
    assert tables_["payments"][0]["paid_at"] == "2026-01-01T12:00:00+00:00"
    assert tables_["user_activity"][0]["activity_date"] == "2026-01-01"


async def test_the_export_names_what_quotes_the_person_but_not_the_text_around(
    database: Database,
) -> None:
    await put(database, tables.errors, error("ABC234", NOON, traceback="of 1001, not of Bob"))
    await put(database, tables.quarantined_updates, set_aside('{"id": 1001, "to": "Bob"}', NOON))

    found = (await people(database).export(ALICE))["tables"]

    (failure,), (update,) = found["errors"], found["quarantined_updates"]
    assert (failure["number"], update["reason"]) == ("ABC234", "undecodable")
    assert not {"message", "traceback", "payload"} & {*failure, *update}


@pytest.mark.parametrize("near", ["10010", "91001", "100 1", "1001"])
async def test_only_the_whole_id_counts_as_quoted(database: Database, near: str) -> None:
    await put(database, tables.errors, error("ABC234", NOON, message=f"chat {near}:private"))
    await put(database, tables.quarantined_updates, set_aside(f'{{"id": {near}}}', NOON))

    changes = await people(database).forget(ALICE)

    assert changes == (2 if near == str(ALICE) else 0)


async def test_an_unknown_person_has_an_empty_export(database: Database) -> None:
    await alice_and_bob(database, NOON)

    export = await people(database).export(4711)

    assert not any(export["tables"].values())


async def test_nothing_of_a_forgotten_person_is_left(database: Database) -> None:
    await alice_and_bob(database, NOON)

    await people(database).forget(ALICE)

    found = [
        str(dict(row)) for t in all_tables.tables.values() for row in await rows_of(database, t)
    ]
    assert not any("Alice" in row or str(ALICE) in row for row in found)
    assert not any((await people(database).export(ALICE))["tables"].values())


async def test_the_events_and_the_money_stay_without_the_person(database: Database) -> None:
    await alice_and_bob(database, NOON)

    await people(database).forget(ALICE)

    events = await rows_of(database, tables.events)
    assert len(events) == 6
    assert [row["text"] for row in events if row["kind"] == "message"] == [None, "secret"]
    payments = await rows_of(database, tables.payments)
    assert [(row["user_number"], row["stars"]) for row in payments] == [(None, 50), (2, 50)]


async def test_others_are_not_touched(database: Database) -> None:
    await alice_and_bob(database, NOON)
    before = await people(database).export(BOB)

    await people(database).forget(ALICE)

    assert await people(database).export(BOB) == before


async def test_forgetting_an_unknown_person_touches_nobody(database: Database) -> None:
    await alice_and_bob(database, NOON)
    told = Recorder()
    await people(database).forget(ALICE)

    assert await people(database, Bus(told)).forget(ALICE) == 0
    assert told == []


async def test_that_somebody_was_forgotten_is_told_but_not_who(sqlite: Database) -> None:
    await put(sqlite, tables.users, user(1))
    told = Recorder()

    await people(sqlite, Bus(told)).forget(ALICE)

    assert told == [UserForgotten(at=NOON)]


async def test_what_still_waits_in_memory_is_forgotten_too(database: Database) -> None:
    store = Store(database, Bus(), clock=lambda: NOON)
    store(UserSeen(at=NOON, user_id=ALICE, kind="message"))
    store(
        MessageReceived(
            at=NOON,
            user_id=ALICE,
            chat_id=ALICE,
            chat_type="private",
            content_type="text",
            length=2,
            text="hi",
        )
    )

    await People(database, store.flush, Bus()).forget(ALICE)
    await store.flush()

    assert await rows_of(database, tables.users) == []
    (row,) = await rows_of(database, tables.events)
    assert (row["user_number"], row["chat_id"], row["text"]) == (None, None, None)


async def test_a_chosen_language_is_forgotten_at_once(sqlite: Database) -> None:
    one = people(sqlite)
    await one.languages.choose(ALICE, "de")

    await one.forget(ALICE)

    assert one.languages.chosen(ALICE) is None
