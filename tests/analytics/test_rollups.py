"""Minutes and events become hours and days, once, whatever happens in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.analytics.milestones import read
from bot.analytics.reports import counts
from bot.analytics.rollups import EVENT
from bot.clock import from_milliseconds, to_milliseconds
from bot.database.engine import Database
from bot.database.tables import events, marks, metric_aggregates
from tests.analytics.moments import NOON, handled, said, started
from tests.analytics.reports.business import few_examples, replace
from tests.analytics.summing import DAY, HOUR, called, counted, numbers, summed_up, used, wrote
from tests.databases import opened, sqlite_address
from tests.rows import put, rows_of

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)


async def sums(database: Database, step: str, name: str = "updates") -> dict[datetime, Any]:
    return {
        from_milliseconds(row["bucket_at"]): (row["labels"], row["count"], row["total"])
        for row in await rows_of(database, metric_aggregates)
        if row["step"] == step and row["name"] == name
    }


async def forget_fine_rows(database: Database) -> None:
    """Only hours and days are left to count from."""
    async with database.write("test") as connection:
        await connection.execute(delete(events))
        await connection.execute(
            delete(metric_aggregates).where(metric_aggregates.c.step == "minute")
        )


async def test_minutes_become_hours_and_hours_days(database: Database) -> None:
    yesterday = NOON - DAY
    times = [yesterday, yesterday + 59 * MINUTE, yesterday + HOUR]
    await wrote(database, [handled(n, at, seconds=0.5) for n, at in enumerate(times)])

    await summed_up(database)

    assert await sums(database, "hour") == {
        yesterday: ("handled", 2, 1.0),
        yesterday + HOUR: ("handled", 1, 0.5),
    }
    assert await sums(database, "day") == {yesterday.replace(hour=0): ("handled", 3, 1.5)}


async def test_events_are_counted_by_kind_and_label(database: Database) -> None:
    at = NOON - DAY
    await wrote(database, [used(at), used(at + MINUTE), used(at, "start"), said(at=at)])

    await summed_up(database)
    await forget_fine_rows(database)

    assert numbers(await counted(database, EVENT + "command", 7)) == {"help": 2, "start": 1}
    assert numbers(await counted(database, EVENT + "message", 7)) == {"text": 1}


async def test_what_people_type_after_start_never_becomes_a_label(sqlite: Database) -> None:
    await wrote(sqlite, [started(n, source=f"x{n}", at=NOON - DAY) for n in (1, 2, 3)])

    await summed_up(sqlite)

    assert numbers(await counted(sqlite, EVENT + "start", 7)) == {"": 3}


async def test_a_second_run_changes_nothing(database: Database) -> None:
    times = [NOON - DAY, NOON - 2 * DAY, NOON - 6 * HOUR]
    facts = [(handled(n, at), said(at=at)) for n, at in enumerate(times)]
    await wrote(database, [one for pair in facts for one in pair])
    await summed_up(database)
    once = await rows_of(database, metric_aggregates)

    await summed_up(database)
    async with database.write("test") as connection:
        await connection.execute(delete(marks))  # as if it had to begin anew
    await summed_up(database)

    assert await rows_of(database, metric_aggregates) == once


async def test_a_run_goes_on_where_the_last_one_was_cut_off(sqlite: Database) -> None:
    await wrote(sqlite, [handled(n, NOON - n * DAY) for n in (1, 2, 3)])
    await summed_up(sqlite, NOON - 2 * DAY)

    await summed_up(sqlite)

    assert len(await sums(sqlite, "day")) == 3
    async with sqlite.read("test") as connection:
        assert (await read(connection)).rolled_until == to_milliseconds(NOON - 3 * HOUR)


async def test_what_arrives_late_within_three_hours_is_counted(sqlite: Database) -> None:
    await wrote(sqlite, [handled(1, NOON - 5 * HOUR)])
    await summed_up(sqlite)

    await wrote(sqlite, [handled(2, NOON - 2 * HOUR)])
    await summed_up(sqlite, NOON + 3 * HOUR)

    assert sum(count for _, count, _ in (await sums(sqlite, "hour")).values()) == 2


async def test_a_day_of_a_clock_change_has_all_its_hours(sqlite: Database) -> None:
    now = datetime(2026, 10, 27, 12, tzinfo=UTC)
    midnight = datetime(2026, 10, 24, 22, tzinfo=UTC)  # in Berlin; 25 hours follow
    await wrote(sqlite, [handled(n, midnight + n * HOUR) for n in range(26)])

    await summed_up(sqlite, now, BERLIN)

    assert [count for _, count, _ in (await sums(sqlite, "day")).values()] == [25, 1]
    assert len(await sums(sqlite, "hour")) == 26


async def test_the_last_24_hours_survive_a_restart_in_the_middle_of_an_hour(
    tmp_path: Path,
) -> None:
    now = NOON + 30 * MINUTE
    times = [now - 25 * HOUR, now - 23 * HOUR, now - 5 * HOUR, now - 20 * MINUTE]
    async with opened(sqlite_address(tmp_path)) as before:
        await wrote(before, [called(at) for at in times])
        await summed_up(before, now)

    async with opened(sqlite_address(tmp_path)) as after:
        await wrote(after, [called(now - 10 * MINUTE), called(now - MINUTE)])
        await summed_up(after, now)
        async with after.read("test") as connection:
            start, end = to_milliseconds(now - DAY), to_milliseconds(now)
            found = await counts.between(connection, "api", start, end, UTC)

    assert numbers(found) == {"sendMessage,ok": 5}


moments = st.lists(st.integers(0, 6 * 24 * 60), max_size=30)


@few_examples
@given(
    moments, st.integers(0, 6 * 24), st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu"])
)
async def test_sums_count_what_events_and_minutes_count(
    sqlite: Database, minutes: list[int], run: int, zone: str
) -> None:
    for table in (events, metric_aggregates, marks):
        await replace(sqlite, table, [])
    times = [NOON - n * MINUTE for n in minutes]
    await wrote(sqlite, [used(at) for at in times] + [called(at) for at in times])
    await summed_up(sqlite, NOON - run * HOUR, ZoneInfo(zone))

    commands = await counted(sqlite, EVENT + "command", 4, zone=ZoneInfo(zone))
    calls = await counted(sqlite, "api", 4, zone=ZoneInfo(zone))

    today = NOON.astimezone(ZoneInfo(zone)).date()
    kept = [(today - at.astimezone(ZoneInfo(zone)).date()).days < 4 for at in times if at < NOON]
    assert sum(numbers(commands).values()) == sum(numbers(calls).values()) == sum(kept)


async def test_nothing_recorded_is_nothing_to_sum_up(database: Database) -> None:
    await summed_up(database)

    assert await rows_of(database, metric_aggregates) == []


@pytest.mark.parametrize(("minute", "count"), [(10, 2), (50, 3)])
async def test_an_old_time_that_ends_within_an_hour_is_counted_to_the_nearest(
    sqlite: Database, minute: int, count: int
) -> None:
    midnight = (NOON - 20 * DAY).replace(hour=0)
    await wrote(sqlite, [called(midnight + n * HOUR) for n in range(5)])
    await summed_up(sqlite)
    await put(sqlite, marks, {"name": "sums.minutes_since", "value": str(to_milliseconds(NOON))})
    await forget_fine_rows(sqlite)

    found = await counted(sqlite, "api", 1, midnight + 2 * HOUR + minute * MINUTE)

    assert numbers(found) == {"sendMessage,ok": count}
