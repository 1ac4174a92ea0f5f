"""Old rows go in small bites, and what they said stays known."""

from __future__ import annotations

import asyncio
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from bot.analytics.bus import Bus
from bot.analytics.cleanup import BATCH, Cleanup, Removed
from bot.analytics.milestones import Milestones, read
from bot.analytics.rollups import EVENT
from bot.analytics.store import Store
from bot.clock import to_milliseconds
from bot.database.alert_tables import alert_history, alert_outbox, alert_state, silences
from bot.database.engine import Database
from bot.database.feature_tables import completions, conversations, downloads
from bot.database.tables import events, metric_aggregates, users
from tests.analytics.moments import NOON, handled, seen
from tests.analytics.reports.business import replace
from tests.analytics.summing import DAY, HOUR, counted, numbers, used, wrote
from tests.databases import opened, sqlite_address
from tests.rows import event, put, rows_of


def cleanup(database: Database, **more: Any) -> Cleanup:
    return Cleanup(database, clock=lambda: NOON, zone=UTC, **more)


async def steps(database: Database) -> list[tuple[str, int]]:
    rows = await rows_of(database, metric_aggregates)
    return sorted((row["step"], row["bucket_at"]) for row in rows if row["name"] == "updates")


async def test_events_go_after_their_days_and_their_counts_stay(database: Database) -> None:
    await wrote(database, [used(NOON - n * DAY) for n in (1, 9, 11, 20)])

    removed = await cleanup(database).remove_interactions(10)

    assert removed == Removed(events=2)
    kept = {row["at"] for row in await rows_of(database, events)}
    assert kept == {to_milliseconds(NOON - n * DAY) for n in (1, 9)}
    assert numbers(await counted(database, EVENT + "command", 30)) == {"help": 4}


async def test_a_report_can_know_what_is_gone(database: Database) -> None:
    await wrote(database, [used(NOON - 15 * DAY)])

    await cleanup(database).tidy(10)

    async with database.read("test") as connection:
        assert await read(connection) == Milestones(
            rolled_until=to_milliseconds(NOON - 3 * HOUR),
            minutes_since=to_milliseconds(NOON - 2 * DAY),
            hours_since=to_milliseconds(NOON - 10 * DAY),
            events_since=to_milliseconds(NOON - 10 * DAY),
        )


async def test_minutes_go_after_two_days_and_hours_with_the_events(database: Database) -> None:
    times = [NOON - 11 * DAY, NOON - 3 * DAY, NOON - DAY]
    await wrote(database, [handled(n, at) for n, at in enumerate(times)])

    await cleanup(database).tidy(10)

    def at(days: int, hour: int = 12) -> int:
        return to_milliseconds((NOON - days * DAY).replace(hour=hour))

    whole = [("day", at(days, 0)) for days in (11, 3, 1)]
    assert await steps(database) == [*whole, ("hour", at(3)), ("hour", at(1)), ("minute", at(1))]


async def test_work_that_ended_goes_and_what_is_open_stays(database: Database) -> None:
    old = to_milliseconds(NOON - 15 * DAY)
    done = {"state": "done", "offered_at": old, "ended_at": old}
    await put(database, downloads, {"id": 1, **done}, {"id": 2, **done, "ended_at": None})
    talk = {"id": 1, "status": "ended", "started_at": old, "last_at": old}
    await put(database, conversations, talk)
    asked = {"conversation_id": 1, "model": "m", "state": "done", "asked_at": old}
    await put(database, completions, {**asked, "ended_at": old}, {**asked, "state": "running"})
    await wrote(database, [used(NOON)])

    removed = await cleanup(database).remove_interactions(10)

    assert removed == Removed(downloads=1, completions=1)
    assert [row["id"] for row in await rows_of(database, downloads)] == [2]
    assert [row["state"] for row in await rows_of(database, completions)] == ["running"]


OLD = to_milliseconds(NOON - 15 * DAY)


def alert(number: int, ended: int | None) -> dict[str, Any]:
    fixed = {"rule": "R", "severity": "warning", "details": "", "is_announced": True}
    return {"id": number, "fired_at": OLD - 1, "resolved_at": ended, **fixed}


def notice(history_id: int, kind: str, sent_at: int | None, **more: Any) -> dict[str, Any]:
    times = {"created_at": OLD, "next_attempt_at": OLD, "sent_at": sent_at}
    return {"history_id": history_id, "kind": kind, "text": "…", **times, **more}


async def test_alerts_that_are_over_go_with_their_notices(database: Database) -> None:
    recent = to_milliseconds(NOON - DAY)
    await put(database, alert_history, alert(1, OLD), alert(2, recent), alert(3, None))
    await put(database, alert_outbox, notice(1, "firing", OLD))
    await put(database, alert_outbox, notice(1, "resolved", None, failed_at=OLD))
    await put(database, alert_outbox, notice(2, "firing", OLD), notice(3, "firing", OLD))
    state = {"rule": "R", "state": "firing", "since_at": OLD, "history_id": 3}
    await put(database, alert_state, state)

    removed = await cleanup(database).remove_interactions(10)

    assert removed == Removed(alerts=3)
    assert [row["id"] for row in await rows_of(database, alert_history)] == [2, 3]
    assert [row["history_id"] for row in await rows_of(database, alert_outbox)] == [2, 3]


async def test_an_alert_stays_while_somebody_is_still_to_hear_of_it(database: Database) -> None:
    await put(database, alert_history, alert(1, OLD))
    await put(database, alert_outbox, notice(1, "firing", OLD), notice(1, "resolved", None))

    removed = await cleanup(database).remove_interactions(10)

    assert removed.total == 0
    assert len(await rows_of(database, alert_outbox)) == 2


async def test_silences_that_ended_go_and_those_to_come_stay(sqlite: Database) -> None:
    ends = [OLD, to_milliseconds(NOON - DAY), to_milliseconds(NOON + DAY)]
    await put(
        sqlite, silences, *({"starts_at": OLD, "ends_at": end, "created_at": OLD} for end in ends)
    )

    removed = await cleanup(sqlite).remove_interactions(10)

    assert removed == Removed(alerts=1)
    assert [row["ends_at"] for row in await rows_of(sqlite, silences)] == ends[1:]


async def test_what_still_waits_in_memory_is_summed_up_before_it_would_be_lost(
    sqlite: Database,
) -> None:
    store = Store(sqlite, Bus(), clock=lambda: NOON)
    store(used(NOON - 15 * DAY))

    await cleanup(sqlite, before=store.flush).remove_interactions(10)

    assert numbers(await counted(sqlite, EVENT + "command", 30)) == {"help": 1}


async def many(database: Database, count: int) -> None:
    await replace(database, events, [event("edit", NOON - 15 * DAY)] * count)


async def test_progress_is_told_batch_by_batch(sqlite: Database) -> None:
    await many(sqlite, 2 * BATCH + 1)
    told: list[tuple[int, int]] = []

    await cleanup(sqlite).remove_interactions(10, lambda *one: told.append(one))

    whole = 2 * BATCH + 1
    assert told == [(BATCH, whole), (2 * BATCH, whole), (whole, whole)]


async def test_people_s_facts_get_through_between_two_batches(tmp_path: Path) -> None:
    visits: list[str] = []
    address = sqlite_address(tmp_path)
    async with opened(address, lambda name, *_: visits.append(name)) as database:
        await many(database, 4 * BATCH)
        store = Store(database, Bus(), clock=lambda: NOON)

        def act(done: int, total: int) -> None:
            store(seen())
            flushing.append(asyncio.ensure_future(store.flush()))

        flushing: list[asyncio.Future[None]] = []
        await cleanup(database).remove_interactions(10, act)
        await asyncio.gather(*flushing)

    batches = [name for name in visits if name in {"cleanup.remove", "store.flush"}]
    assert batches[:6] == ["cleanup.remove", "store.flush"] * 3


async def test_the_disk_rests_at_least_twice_as_long_as_it_worked(sqlite: Database) -> None:
    await many(sqlite, 2 * BATCH)
    rests: list[float] = []

    async def rest(seconds: float) -> None:
        rests.append(seconds)

    await cleanup(sqlite, sleep=rest).remove_interactions(10)

    assert len(rests) == 2
    assert min(rests) > 0


async def test_a_cleanup_of_everything_is_refused(sqlite: Database) -> None:
    with pytest.raises(ValueError, match="at least one day"):
        await cleanup(sqlite).remove_interactions(0)


async def test_people_stay(sqlite: Database) -> None:
    await wrote(sqlite, [seen(at=NOON - 20 * DAY)])

    await cleanup(sqlite).tidy(10)

    assert len(await rows_of(sqlite, users)) == 1
