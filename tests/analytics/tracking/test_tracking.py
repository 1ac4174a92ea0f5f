"""Reported facts are on disk when they are answered, once, and told to whom they concern."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.analytics.events import MessageReceived, UserFirstSeen, UserSeen
from bot.analytics.tracking.claims import forget_old
from bot.analytics.tracking.gate import Gate
from bot.analytics.tracking.tracking import AHEAD, FRESH
from bot.analytics.tracking.trouble import BusyError, FactError, ReusedError
from bot.analytics.tracking.visits import Visit
from bot.database.engine import Database
from bot.database.tables import events, user_activity, users
from bot.database.tracking_tables import tracked_batches
from tests.analytics.moments import ANN, NOON, said, seen
from tests.analytics.tracking.scene import DAY, HOUR, Yard, claim, wrote
from tests.rows import rows_of
from tests.waiting import until, until_true

SECOND = timedelta(seconds=1)


async def test_what_is_answered_is_in_the_tables(database: Database) -> None:
    yard = Yard(database)

    taken = await yard.take(*wrote(), Visit(at=NOON, user_id=ANN, kind="inline"))

    (person,) = await rows_of(database, users)
    (day,) = await rows_of(database, user_activity)
    assert (taken.answer, taken.is_repeated) == (b'{"taken":3}', False)
    assert (day["message_count"], day["other_count"]) == (1, 1)
    assert [row["user_number"] for row in await rows_of(database, events)] == [person["number"]]
    (writers,) = await yard.audience.days("wrote", NOON.date(), NOON.date())
    assert set(writers) == {person["number"]}


async def test_the_same_key_counts_once(database: Database) -> None:
    yard = Yard(database)

    first = await yard.take(*wrote(), claim=claim())
    again = await Yard(database).take(*wrote(), claim=claim())  # after a restart

    assert (first.answer, first.is_repeated) == (again.answer, False)
    assert again.is_repeated
    assert len(await rows_of(database, events)) == 1


async def test_the_same_key_twice_at_once_counts_once(database: Database) -> None:
    yards = [Yard(database) for _ in range(4)]

    taken = await asyncio.gather(*(yard.take(*wrote(), claim=claim()) for yard in yards))

    assert sorted(one.is_repeated for one in taken) == [False, True, True, True]
    assert {one.answer for one in taken} == {b'{"taken":2}'}
    assert len(await rows_of(database, events)) == 1


async def test_the_same_key_with_something_else_is_refused(database: Database) -> None:
    yard = Yard(database)
    await yard.take(*wrote(), claim=claim())

    with pytest.raises(ReusedError):
        await yard.take(*wrote(), claim=claim(digest="d2"))

    assert len(await rows_of(database, events)) == 1


async def test_the_same_key_of_another_sender_is_another_key(sqlite: Database) -> None:
    yard = Yard(sqlite)

    taken = [await yard.take(*wrote(), claim=claim(sender=one)) for one in ("helpdesk", "shop")]

    assert [one.is_repeated for one in taken] == [False, False]


async def test_a_batch_that_was_taken_is_answered_again_when_it_is_too_old_to_be_taken(
    sqlite: Database,
) -> None:
    yard = Yard(sqlite)
    await yard.take(*wrote(NOON - 90 * DAY), claim=claim())
    yard.now += HOUR

    again = await yard.take(*wrote(NOON - 90 * DAY), claim=claim())

    assert again.is_repeated


async def test_a_key_is_kept_for_a_day(database: Database) -> None:
    yard = Yard(database)
    for n in range(3):
        await yard.take(*wrote(), claim=claim(key=f"k{n}"))
    await forget_old(database, lambda: NOON + DAY)
    kept = len(await rows_of(database, tracked_batches))

    await forget_old(database, lambda: NOON + DAY + SECOND)

    assert (kept, await rows_of(database, tracked_batches)) == (3, [])


@pytest.mark.parametrize(
    ("at", "problem"),
    [
        (NOON + AHEAD + SECOND, "is in the future"),
        (NOON - 90 * DAY - SECOND, "is too long ago: RETENTION_DAYS is 90"),
    ],
)
async def test_one_fact_of_another_time_and_nothing_is_taken(
    sqlite: Database, at: Any, problem: str
) -> None:
    yard = Yard(sqlite)

    with pytest.raises(FactError, match=rf"^facts\.2\.at: {problem}"):
        await yard.take(*wrote(), said(at=at), claim=claim())

    assert [await rows_of(sqlite, one) for one in (events, users, tracked_batches)] == [[], [], []]


async def test_the_first_and_the_last_moment_that_may_be_reported(sqlite: Database) -> None:
    yard = Yard(sqlite)

    await yard.take(*wrote(NOON - 90 * DAY), *wrote(NOON + AHEAD))

    assert len(await rows_of(sqlite, events)) == 2


async def test_when_the_database_refuses_nothing_is_counted_and_it_may_be_sent_again(
    database: Database,
) -> None:
    yard, is_away = Yard(database), True

    def refuse(*_: object) -> None:
        if is_away:
            raise OSError("the disk is gone")

    event.listen(database._durable.sync_engine, "commit", refuse)  # noqa: SLF001  a fault, not a patch
    with pytest.raises(BusyError) as refused:
        await yard.take(*wrote(), claim=claim())
    is_away = False
    await yard.take(*wrote(), claim=claim())

    assert refused.value.seconds > 0
    assert len(await rows_of(database, events)) == 1
    assert len([one for one in yard.told if isinstance(one, MessageReceived)]) == 1


async def test_who_leaves_before_the_answer_is_counted_all_the_same(sqlite: Database) -> None:
    yard = Yard(sqlite)
    async with sqlite.write("somebody else"):
        caller = asyncio.create_task(yard.take(*wrote(), claim=claim()))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        caller.cancel()
    await until_true(lambda: rows_of(sqlite, tracked_batches))

    again = await yard.take(*wrote(), claim=claim())

    assert (again.answer, again.is_repeated) == (b'{"taken":2}', True)
    assert len(await rows_of(sqlite, events)) == 1


async def test_who_waits_for_long_may_send_it_again(sqlite: Database) -> None:
    yard = Yard(sqlite, answer_seconds=0.05)
    async with sqlite.write("somebody else"):
        with pytest.raises(BusyError, match="takes long"):
            await yard.take(*wrote(), claim=claim())
    await until_true(lambda: rows_of(sqlite, tracked_batches))

    again = await yard.take(*wrote(), claim=claim())

    assert again.is_repeated
    assert len(await rows_of(sqlite, events)) == 1


async def test_only_some_batches_wait_and_the_others_are_sent_away(sqlite: Database) -> None:
    yard = Yard(sqlite, gate=Gate(at_once=1, waiting=1))
    async with sqlite.write("somebody else"):
        some = [asyncio.create_task(yard.take(*wrote())) for _ in range(3)]
        await until(some[2].done)
        assert not (some[0].done() or some[1].done())

    with pytest.raises(BusyError, match="Too many"):
        await some[2]
    await asyncio.gather(*some[:2])
    assert len(await rows_of(sqlite, events)) == 2


async def test_who_waited_for_long_is_sent_away(sqlite: Database) -> None:
    yard = Yard(sqlite, gate=Gate(at_once=1, patience=0.01))
    async with sqlite.write("somebody else"):
        first = asyncio.create_task(yard.take(*wrote()))
        await asyncio.sleep(0)
        with pytest.raises(BusyError, match="Too many"):
            await yard.take(*wrote())

    await first
    assert len(await rows_of(sqlite, events)) == 1


async def test_a_full_buffer_drops_nothing_that_was_reported(sqlite: Database) -> None:
    yard = Yard(sqlite)
    yard.store._size = 1  # noqa: SLF001  as STORE_BUFFER_SIZE would have it
    for _ in range(5):
        yard.store(said())

    await yard.take(*wrote(), *wrote(), *wrote())

    assert len(await rows_of(sqlite, events)) == 3
    assert yard.store.buffered == 1


async def test_what_is_fresh_is_told_to_all_but_the_store(sqlite: Database) -> None:
    yard = Yard(sqlite)

    await yard.take(*wrote(NOON - FRESH))

    assert [type(one) for one in yard.told] == [UserSeen, MessageReceived, UserFirstSeen]
    assert yard.store.buffered == 0


async def test_what_is_old_moves_no_series_of_now(sqlite: Database) -> None:
    yard = Yard(sqlite)

    await yard.take(*wrote(NOON - FRESH - SECOND))

    assert yard.told == []


async def test_who_asked_to_be_forgotten_is_a_new_person(database: Database) -> None:
    yard = Yard(database)
    await yard.take(*wrote(NOON - DAY))
    (before,) = await rows_of(database, users)
    await yard.people.forget(ANN)

    await yard.take(*wrote(NOON - 10 * DAY))

    (after,) = await rows_of(database, users)
    days = await yard.audience.days("active", NOON.date() - 10 * DAY, NOON.date())
    assert after["number"] > before["number"]
    assert [len(one) for one in days] == [1] + [0] * 10


@pytest.mark.parametrize(("keep_names", "kept"), [(True, "Ann"), (False, None)])
async def test_names_are_kept_only_if_the_operator_wants_them(
    sqlite: Database, *, keep_names: bool, kept: str | None
) -> None:
    yard = Yard(sqlite, keep_names=keep_names)

    await yard.take(Visit(at=NOON, user_id=ANN, kind="inline", username="Ann", name="Ann"))

    (person,) = await rows_of(sqlite, users)
    assert (person["username"], person["name"]) == (kept, kept)


async def test_who_says_nothing_of_a_person_takes_nothing_away(sqlite: Database) -> None:
    yard = Yard(sqlite)
    await yard.live(seen(ANN, NOON - HOUR, language="de", is_premium=True))

    await yard.take(Visit(at=NOON, user_id=ANN, kind="inline"))

    (person,) = await rows_of(sqlite, users)
    (german,) = await yard.audience.days("language:de", NOON.date(), NOON.date())
    assert (person["language"], person["is_premium"], len(german)) == ("de", True, 1)


async def test_the_last_one_in_time_says_who_a_person_is(sqlite: Database) -> None:
    yard = Yard(sqlite)
    visits = [
        Visit(at=NOON - n * HOUR, user_id=ANN, kind="inline", language=tag)
        for n, tag in [(1, "de"), (2, "fr"), (0, None)]
    ]

    await yard.take(*visits)

    (person,) = await rows_of(sqlite, users)
    assert person["language"] == "de"


async def test_a_fault_of_ours_is_not_blamed_on_the_database(sqlite: Database) -> None:
    yard = Yard(sqlite)

    with pytest.raises((OperationalError, OverflowError, ValueError)):
        await yard.take(said(2**70))
