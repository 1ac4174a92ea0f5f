"""Facts reach both kinds of database, whatever happens on the way."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any

from bot.analytics import events as facts
from bot.analytics.bus import Bus
from bot.analytics.events import UserFirstSeen
from bot.analytics.operations import EventsDropped, StoreFlushed
from bot.analytics.store import Store
from bot.clock import to_milliseconds
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.moments import ANN, BOB, NOON, failed, handled, said, seen, started
from tests.fakes import Recorder
from tests.rows import rows_of
from tests.waiting import until

AT: dict[str, Any] = {"at": NOON}


@asynccontextmanager
async def running(
    database: Database, **options: Any
) -> AsyncIterator[tuple[Store, Bus, Recorder]]:
    told = Recorder()
    bus = Bus(told)
    store = Store(database, bus, clock=lambda: NOON, **options)
    bus.add(store)
    store.start()
    yield store, bus, told
    await store.stop()


async def write(database: Database, *some: facts.Event) -> Recorder:
    async with running(database) as (_, bus, told):
        for fact in some:
            bus.publish(fact)
    return told


async def test_a_person_is_met_once_and_keeps_their_number(database: Database) -> None:
    told = await write(database, seen(ANN), seen(BOB, language="de", is_premium=True))
    told += await write(database, seen(ANN, NOON + timedelta(hours=1)))

    ann, bob = await rows_of(database, tables.users)
    assert (ann["telegram_id"], bob["language"], bob["is_premium"]) == (ANN, "de", True)
    assert ann["first_seen_at"] == to_milliseconds(NOON)
    assert ann["last_seen_at"] == to_milliseconds(NOON + timedelta(hours=1))
    assert [f.user_id for f in told if isinstance(f, UserFirstSeen)] == [ANN, BOB]


async def test_what_comes_while_a_batch_is_written_waits_for_the_next(database: Database) -> None:
    more = iter([said()])

    def one_more(*_: object) -> None:
        for fact in more:
            bus.publish(fact)

    async with running(database, interval=1000, noted=one_more) as (store, bus, told):
        bus.publish(said())
        await store.flush()

        assert store.buffered == 1
        assert [fact.facts for fact in told if isinstance(fact, StoreFlushed)] == [1]
        await store.flush()
        assert [fact.facts for fact in told if isinstance(fact, StoreFlushed)] == [1, 1]


async def test_activity_adds_up_over_batches(database: Database) -> None:
    for _ in range(2):
        await write(database, seen(kind="message"), seen(kind="command"), seen(kind="poll"))

    (row,) = await rows_of(database, tables.user_activity)
    assert row["activity_date"] == date(2026, 1, 1)
    assert (row["message_count"], row["command_count"], row["other_count"]) == (2, 2, 2)


async def test_the_first_start_ever_is_the_source(database: Database) -> None:
    await write(database, started(source="ads"))
    await write(database, started(source="friend"))

    (person,) = await rows_of(database, tables.users)
    assert person["source"] == "ads"
    assert [row["label"] for row in await rows_of(database, tables.events)] == ["ads", "friend"]


async def test_a_block_makes_nobody_active_and_can_be_taken_back(database: Database) -> None:
    await write(database, facts.BotBlocked(**AT, user_id=ANN))
    (blocked,) = await rows_of(database, tables.users)
    await write(database, facts.BotUnblocked(**AT, user_id=ANN))
    (free,) = await rows_of(database, tables.users)

    assert blocked["first_seen_at"] is None
    assert blocked["blocked_at"] == to_milliseconds(NOON)
    assert free["blocked_at"] is None


async def test_a_message_is_a_row_with_the_persons_number(database: Database) -> None:
    await write(
        database, seen(BOB), seen(ANN), said(ANN, length=7, text="a\0b"), said(None, chat_id=-9)
    )

    people = {row["telegram_id"]: row["number"] for row in await rows_of(database, tables.users)}
    named, anonymous = await rows_of(database, tables.events)
    assert (named["user_number"], named["value"], named["text"]) == (people[ANN], 7, "ab")
    assert (anonymous["user_number"], anonymous["chat_id"]) == (None, -9)


async def test_who_is_only_mentioned_is_not_met(database: Database) -> None:
    pressed = facts.ButtonPressed(**AT, user_id=ANN, chat_id=ANN, button="forget")
    await write(database, pressed)
    await write(database, seen(ANN), pressed)

    before, after = await rows_of(database, tables.events)
    (ann,) = await rows_of(database, tables.users)
    assert (before["user_number"], after["user_number"]) == (None, ann["number"])


async def test_a_groups_story_is_told_by_its_latest_facts(database: Database) -> None:
    group: dict[str, Any] = {"chat_id": -5, "chat_type": "group"}
    later = NOON + timedelta(hours=1)
    await write(database, facts.ChatJoined(**AT, **group, title="Us"))
    await write(database, said(**group, title="Us all"), said(at=later, **group, title="Us all"))
    await write(database, facts.ChatLeft(at=later, **group))

    (chat,) = await rows_of(database, tables.chats)
    assert (chat["title"], chat["joined_at"]) == ("Us all", to_milliseconds(NOON))
    assert (chat["first_message_at"], chat["last_message_at"]) == (
        to_milliseconds(NOON),
        to_milliseconds(later),
    )
    assert chat["left_at"] == to_milliseconds(later)


async def test_a_title_of_any_length_and_kind_is_kept_within_bounds(database: Database) -> None:
    title = "a\0" + "b" * 5_000
    told = await write(database, said(chat_id=-5, chat_type="group", title=title))

    (chat,) = await rows_of(database, tables.chats)
    assert chat["title"] == "a" + "b" * 255
    assert not any(isinstance(fact, EventsDropped) for fact in told)


async def test_updates_are_remembered_and_counted_by_the_minute(database: Database) -> None:
    await write(database, handled(1), handled(2))
    await write(database, handled(2), handled(3, outcome="error"))

    assert {row["update_id"] for row in await rows_of(database, tables.seen_updates)} == {1, 2, 3}
    tally = {
        row["labels"]: row["count"]
        for row in await rows_of(database, tables.metric_aggregates)
        if row["name"] == "updates"
    }
    assert tally == {"handled": 3, "error": 1}


async def test_errors_and_quarantined_updates_are_kept_within_bounds(database: Database) -> None:
    odd = facts.UpdateQuarantined(**AT, update_id=None, reason="not an object", payload="[\0]")
    await write(database, failed(message="m" * 9_000, traceback="t" * 99_000), odd)

    (error,) = await rows_of(database, tables.errors)
    (update,) = await rows_of(database, tables.quarantined_updates)
    assert (len(error["message"]), len(error["traceback"])) == (2_000, 10_000)
    assert (update["reason"], update["payload"]) == ("not an object", "[]")


async def test_a_fact_is_on_disk_without_anyone_asking(database: Database) -> None:
    async with running(database, interval=0.02) as (store, bus, _):
        bus.publish(seen())
        await until(lambda: not store.buffered)

        assert len(await rows_of(database, tables.users)) == 1


async def test_facts_wait_out_a_locked_database(sqlite: Database) -> None:
    assert sqlite.file
    async with running(sqlite, interval=0.01) as (store, bus, _):
        blocker = sqlite3.connect(sqlite.file, isolation_level=None)
        blocker.execute("BEGIN EXCLUSIVE")
        bus.publish(seen())
        await asyncio.sleep(0.1)
        waiting = store.buffered
        blocker.execute("ROLLBACK")
        blocker.close()

    assert waiting == 1
    assert len(await rows_of(sqlite, tables.users)) == 1


async def test_a_failed_batch_is_written_once_and_in_order(sqlite: Database) -> None:
    async with running(sqlite, interval=0.01) as (store, bus, _):
        async with sqlite.write("break") as connection:
            await connection.exec_driver_sql("ALTER TABLE errors RENAME TO away")
        bus.publish(started(source="one"))
        bus.publish(failed())
        await asyncio.sleep(0.1)
        bus.publish(started(source="two"))
        assert store.buffered == 3
        async with sqlite.write("mend") as connection:
            await connection.exec_driver_sql("ALTER TABLE away RENAME TO errors")

    assert [row["label"] for row in await rows_of(sqlite, tables.events)] == ["one", "two"]


async def test_a_full_buffer_drops_the_oldest_and_says_so(sqlite: Database) -> None:
    async with running(sqlite, size=1000, interval=0.5) as (_, bus, told):
        for number in range(1, 1101):
            bus.publish(handled(number))
        await until(lambda: any(isinstance(fact, EventsDropped) for fact in told))

    kept = {row["update_id"] for row in await rows_of(sqlite, tables.seen_updates)}
    assert kept == set(range(101, 1101))
    assert [f.count for f in told if isinstance(f, EventsDropped)] == [100]


async def test_a_fact_no_database_takes_costs_only_itself(database: Database) -> None:
    broken = handled(2**70)
    told = await write(database, handled(1), broken, handled(3))

    assert {row["update_id"] for row in await rows_of(database, tables.seen_updates)} == {1, 3}
    assert EventsDropped(**AT, count=1, reason="broken") in told


async def test_a_flush_whose_caller_leaves_writes_each_fact_once(database: Database) -> None:
    async with running(database, interval=10) as (store, bus, _):
        bus.publish(started(source="once"))
        impatient = asyncio.create_task(store.flush())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        impatient.cancel()

    assert len(await rows_of(database, tables.events)) == 1


async def test_many_facts_are_few_transactions(sqlite: Database) -> None:
    told = await write(sqlite, *(handled(number) for number in range(5_000)))

    sizes = [fact.facts for fact in told if isinstance(fact, StoreFlushed)]
    assert sum(sizes) == 5_000
    assert len(sizes) == 3
