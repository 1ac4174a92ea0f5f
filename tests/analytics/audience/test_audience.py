"""The sets say exactly who was there, whatever happens to the process that keeps them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.analytics.bus import Bus
from bot.analytics.events import BotBlocked, CommandUsed
from bot.analytics.features.billing import InvoiceSent
from bot.analytics.features.downloads import LinkRefused
from bot.analytics.features.quiz import QuizStarted
from bot.analytics.store import Store
from bot.database import tables
from bot.database.audience_tables import audience_sets
from bot.database.engine import Database
from tests.analytics.audience.scene import DAY, TODAY, House, history, numbers
from tests.analytics.moments import ANN, BOB, NOON, seen, started
from tests.rows import feature_rows, payment, put, rows_of, user
from tests.waiting import until

EVERYTHING: tuple[tuple[Any, str], ...] = (
    (seen(ANN), "active"),
    (seen(ANN), "new"),
    (seen(ANN, language="pt-br"), "language:pt"),
    (seen(ANN, language="klingon"), "language:other"),
    (seen(ANN, is_premium=True), "premium"),
    (CommandUsed(at=NOON, user_id=ANN, chat_id=1, command="help"), "command:help"),
    (LinkRefused(at=NOON, user_id=ANN, error="site"), "feature:downloads"),
    (QuizStarted(at=NOON, user_id=ANN, chat_id=1, topic="space"), "feature:quiz"),
    (
        InvoiceSent(at=NOON, user_id=ANN, plan="pro", stars=5, is_recurring=False),
        "feature:billing",
    ),
    (BotBlocked(at=NOON, user_id=ANN), "blocked"),
)


@pytest.mark.parametrize(("fact", "segment"), EVERYTHING, ids=[one for _, one in EVERYTHING])
async def test_what_a_person_does_is_in_a_set_at_once_and_found_again_after_a_crash(
    sqlite: Database, fact: Any, segment: str
) -> None:
    house = House(sqlite)
    await house.write(seen(BOB), seen(ANN))
    await house.write(fact)

    assert ANN in await house.members(segment)
    assert segment in await house.audience.segments()
    again = House(sqlite)
    await again.audience.start()
    assert await again.members(segment) == await house.members(segment)
    await again.audience.stop()


async def test_who_came_from_where_counts_on_every_day_they_are_active(sqlite: Database) -> None:
    house = House(sqlite)
    await house.write(started(ANN, "source-ads_medium-cpc"), seen(ANN))
    house.now += DAY
    await house.write(started(ANN, "friend", house.now), seen(ANN, house.now))

    assert await house.members("source:ads", TODAY + DAY) == {ANN}
    assert await house.members("source:friend", TODAY + DAY) == set()


async def test_what_is_saved_needs_no_other_table(database: Database) -> None:
    house = House(database)
    await house.write(seen(ANN))
    await house.audience.save()
    await house.write(seen(BOB))
    await house.audience.save()

    async with database.write("test") as connection:
        await connection.execute(tables.user_activity.delete())

    assert await House(database).members("active") == {ANN, BOB}


async def test_days_from_before_are_counted_behind_the_scenes(database: Database) -> None:
    days = {TODAY - 5 * DAY: {1, 2}, TODAY - 2 * DAY: {2}, TODAY - DAY: {3}}
    await history(database, days)
    house = House(database)

    await house.audience.start()
    await until(lambda: not house.audience.pending_days)

    sets = await house.audience.days("active", TODAY - 5 * DAY, TODAY)
    assert numbers(sets) == [[1, 2], [], [], [2], [3], []]
    new = await house.audience.days("new", TODAY - 5 * DAY, TODAY)
    assert numbers(new) == [[1, 2], [], [], [], [3], []]
    await house.audience.stop()


async def test_a_day_that_is_over_becomes_one_row_a_segment(database: Database) -> None:
    first, second = House(database), House(database)
    await first.write(seen(ANN))
    await second.write(seen(BOB))
    await first.audience.save()
    await second.audience.save()
    later = House(database, NOON + 2 * DAY)

    await later.audience.start()
    await until(lambda: not later.audience.pending_days)

    rows = [row for row in await rows_of(database, audience_sets) if row["segment"] == "active"]
    assert [(row["day"], row["owner"]) for row in rows] == [(TODAY, "")]
    assert await later.members("active") == {ANN, BOB}
    await later.audience.stop()


async def test_a_day_that_is_complete_takes_what_comes_late(sqlite: Database) -> None:
    await history(sqlite, {TODAY - 5 * DAY: {1}})
    house = House(sqlite)
    await house.audience.start()
    await until(lambda: not house.audience.pending_days)

    await house.write(seen(BOB, NOON - 5 * DAY))
    await house.audience.stop()

    assert len(await House(sqlite).members("active", TODAY - 5 * DAY)) == 2


async def test_several_processes_are_one_audience(database: Database) -> None:
    first, second = House(database), House(database)
    await first.write(seen(ANN))
    await second.write(seen(BOB))
    await second.audience.save()

    assert await first.members("active") == {ANN, BOB}


async def test_a_save_that_fails_loses_nothing(sqlite: Database) -> None:
    house = House(sqlite)
    await house.write(seen(ANN))
    await rename(sqlite, "audience_sets", "elsewhere")
    with pytest.raises(DBAPIError):
        await house.audience.save()
    await rename(sqlite, "elsewhere", "audience_sets")

    await house.write(seen(BOB))
    await house.audience.save()

    assert await House(sqlite).members("active") == {ANN, BOB}


async def rename(database: Database, old: str, new: str) -> None:
    async with database.write("test") as connection:
        await connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


async def test_a_set_that_was_read_before_knows_what_was_saved_since(sqlite: Database) -> None:
    house = House(sqlite)
    await house.write(seen(ANN))
    await house.audience.save()
    before = await house.members("active")

    await house.write(seen(BOB))
    await house.audience.save()

    assert (before, await house.members("active")) == ({ANN}, {ANN, BOB})


async def test_days_are_those_of_the_operator_also_when_clocks_change(sqlite: Database) -> None:
    # On 29 March 2026 Berlin goes from UTC+1 to UTC+2: the day has 23 hours.
    start = datetime(2026, 3, 28, 23, tzinfo=ZoneInfo("UTC"))
    house = House(sqlite, start, ZoneInfo("Europe/Berlin"))
    hours = [-1, 0, 22, 23]
    await house.write(*(seen(ANN + n, start + timedelta(hours=h)) for n, h in enumerate(hours)))

    day = start.date() + DAY
    expected = [{ANN}, {ANN + 1, ANN + 2}, {ANN + 3}]
    assert [await house.members("new", day + n * DAY) for n in (-1, 0, 1)] == expected
    house.now = start + timedelta(hours=23)
    again = House(sqlite, house.now, ZoneInfo("Europe/Berlin"))
    await again.audience.start()
    assert [await again.members("new", day + n * DAY) for n in (0, 1)] == expected[1:]
    await again.audience.stop()


async def test_gauges_count_the_day_the_week_and_the_month(sqlite: Database) -> None:
    days = {TODAY: {1}, TODAY - 6 * DAY: {2}, TODAY - 29 * DAY: {3}, TODAY - 30 * DAY: {4}}
    await history(sqlite, days)
    house = House(sqlite)
    assert house.audience.active("month") is None

    await house.audience.start()
    await until(lambda: not house.audience.pending_days)
    await house.audience.count()

    windows = ("day", "week", "month")
    assert [house.audience.active(one) for one in windows] == [1, 2, 3]  # type: ignore[arg-type]  # literals
    await house.audience.stop()


async def test_who_pays_and_who_is_on_a_plan_is_read_from_the_ledger(sqlite: Database) -> None:
    await put(sqlite, tables.users, user(1))
    await put(sqlite, tables.payments, payment("a", NOON - DAY))
    ((table, row),) = [one for one in feature_rows(1, NOON) if one[0].name == "subscriptions"]
    start = row["started_at"]
    await put(sqlite, table, row | {"started_at": start - 2 * 86_400_000, "expires_at": start})
    house = House(sqlite)

    paid = await house.audience.days("paid", TODAY - 3 * DAY, TODAY + DAY)
    on_plan = await house.audience.days("plan:vip", TODAY - 3 * DAY, TODAY + DAY)

    assert numbers(paid) == [[], [], [1], [], []]
    assert numbers(on_plan) == [[], [1], [1], [1], []]
    assert {"paid", "plan:vip"} <= set(await house.audience.segments())


async def test_no_person_can_make_more_names_than_there_is_room_for(sqlite: Database) -> None:
    house = House(sqlite)
    for n in range(60):
        await house.write(started(ANN + n, f"s{n}"), seen(ANN + n, language=f"x{n}"))

    names = await house.audience.segments()

    assert len([one for one in names if one.startswith("source:")]) == 51
    assert "source:other" in names
    assert [one for one in names if one.startswith("language:")] == ["language:other"]


async def test_what_goes_wrong_while_noting_costs_no_fact(sqlite: Database) -> None:
    def broken(*_: object) -> None:
        raise ValueError("a bug")

    store = Store(sqlite, Bus(), clock=lambda: NOON, noted=broken)
    store(seen(ANN))

    await store.flush()

    assert store.buffered == 0
    assert len(await rows_of(sqlite, tables.users)) == 1
