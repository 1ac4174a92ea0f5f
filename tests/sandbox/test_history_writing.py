"""Synthetic history on disk: rows, marks, interruptions."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, insert, select

from bot.analytics.events import MessageReceived, UpdateHandled
from bot.analytics.reports.downloads import downloads
from bot.clock import to_milliseconds
from bot.database.engine import Database
from bot.database.feature_tables import all_tables
from bot.database.rollup_tables import daily_stats
from bot.database.tables import (
    events,
    marks,
    metric_aggregates,
    payments,
    seen_updates,
    users,
)
from bot.sandbox.crowd_people import settled
from bot.sandbox.history import facts_by_day, write_history
from bot.sandbox.history_facts import Fact
from bot.sandbox.history_marks import HistoryError, is_needed, is_synthetic
from bot.sandbox.history_sales import Paid
from bot.tokens import Scope, Tokens
from tests.analytics.moments import said
from tests.analytics.reports.business import asked, source_of
from tests.analytics.summing import summed_up, wrote

UTC_ZONE = ZoneInfo("UTC")
NOW = datetime(2026, 10, 5, 15, 30, tzinfo=UTC)
DAYS = 4
HISTORY: dict[str, Any] = {"days": DAYS, "now": NOW, "zone": UTC_ZONE, "seed": 7}


class PlugError(Exception):
    """Somebody pulled the plug."""


def pull_the_plug(done: int, total: int) -> None:
    if done == 2:
        raise PlugError


async def sizes(database: Database) -> dict[str, int]:
    async with database.read("test") as connection:
        return {
            table.name: await connection.scalar(select(func.count()).select_from(table)) or 0
            for table in all_tables.sorted_tables
        }


def expected() -> list[Fact]:
    return [fact for day in facts_by_day(**HISTORY) for fact in day]


async def test_the_facts_become_rows(database: Database) -> None:
    await write_history(database, **HISTORY)

    kinds = Counter(type(fact) for fact in expected())
    async with database.read("test") as connection:
        rows = await connection.execute(
            select(events.c.kind, func.count()).group_by(events.c.kind)
        )
        found = {row[0]: row[1] for row in rows}
        updates = await connection.scalar(
            select(func.sum(metric_aggregates.c.count)).where(
                metric_aggregates.c.name == "updates"
            )
        )
    assert found["message"] == kinds[MessageReceived]
    assert int(updates or 0) == kinds[UpdateHandled]


async def test_everybody_becomes_a_row_with_the_first_source(database: Database) -> None:
    await write_history(database, **HISTORY)

    async with database.read("test") as connection:
        rows = await connection.execute(select(users.c.telegram_id, users.c.source))
    assert {n: source or "" for n, source in rows} == {p.id: p.source for p in settled(7, DAYS)}


async def test_each_payment_is_in_the_ledger_and_among_the_events(sqlite: Database) -> None:
    longer = HISTORY | {"days": 12}
    await write_history(sqlite, **longer)

    paid = [f.payment for day in facts_by_day(**longer) for f in day if isinstance(f, Paid)]
    async with sqlite.read("test") as connection:
        rows = (await connection.execute(select(payments).order_by(payments.c.paid_at))).all()
        noted = select(events.c.at).where(events.c.kind == "payment").order_by(events.c.at)
        times = list(await connection.scalars(noted))
    assert paid and [row.telegram_payment_charge_id for row in rows] == [p.charge_id for p in paid]
    assert times == [to_milliseconds(p.paid_at) for p in paid]


async def test_a_report_reads_it_like_real_life(sqlite: Database) -> None:
    await write_history(sqlite, **HISTORY)

    report = await downloads(source_of(sqlite), asked(2, now=NOW))
    assert (report.requests.value or 0) > 0
    assert (report.requests.before or 0) > 0


async def test_the_day_it_ends_on_is_summed_up_with_what_is_lived_after_it(
    sqlite: Database,
) -> None:
    await write_history(sqlite, **HISTORY)
    evening = NOW + timedelta(hours=2)
    await wrote(sqlite, [said(at=evening), said(at=evening)])

    await summed_up(sqlite, NOW + timedelta(days=1))

    invented = Counter(fact.at.date() for fact in expected() if isinstance(fact, MessageReceived))
    async with sqlite.read("test") as connection:
        query = select(daily_stats.c.day, daily_stats.c.messages)
        noted = {row[0]: row[1] for row in await connection.execute(query)}
    assert invented[NOW.date()] > 0
    assert noted == invented + Counter({NOW.date(): 2})


async def test_it_is_needed_until_it_is_there(database: Database) -> None:
    before = await is_needed(database)
    await write_history(database, **HISTORY)

    assert before
    assert not await is_needed(database)


async def test_the_database_says_that_it_is_synthetic(database: Database) -> None:
    before = await is_synthetic(database)
    await write_history(database, **HISTORY)

    assert not before
    assert await is_synthetic(database)


async def test_a_token_is_no_history(sqlite: Database) -> None:
    await Tokens(sqlite).create("early", Scope.ADMIN)

    assert await is_needed(sqlite)


async def test_an_interrupted_history_is_needed_and_already_synthetic(sqlite: Database) -> None:
    with pytest.raises(PlugError):
        await write_history(sqlite, **HISTORY, progress=pull_the_plug)

    assert await is_needed(sqlite)
    assert await is_synthetic(sqlite)
    assert (await sizes(sqlite))["events"] > 0


async def test_an_interrupted_history_is_written_anew(database: Database) -> None:
    with pytest.raises(PlugError):
        await write_history(database, **HISTORY, progress=pull_the_plug)
    await write_history(database, **HISTORY)

    kinds = Counter(type(fact) for fact in expected())
    found = await sizes(database)
    assert (found["users"], found["marks"]) == (len(settled(7, DAYS)), 1)
    assert found["seen_updates"] == kinds[UpdateHandled]


async def test_a_second_history_is_refused_and_changes_nothing(sqlite: Database) -> None:
    await write_history(sqlite, **HISTORY)
    before = await sizes(sqlite)

    with pytest.raises(HistoryError):
        await write_history(sqlite, **HISTORY)

    assert await sizes(sqlite) == before


async def test_a_database_with_real_rows_is_left_alone(database: Database) -> None:
    async with database.write("test") as connection:
        await connection.execute(insert(users).values(telegram_id=5, is_premium=False))

    with pytest.raises(HistoryError):
        await write_history(database, **HISTORY)

    assert not await is_needed(database)
    assert not await is_synthetic(database)
    assert (await sizes(database))["users"] == 1


async def test_no_days_leave_the_mark_alone(sqlite: Database) -> None:
    await write_history(sqlite, **HISTORY | {"days": 0})

    filled = {name for name, count in (await sizes(sqlite)).items() if count}
    assert filled == {"marks"}
    assert not await is_needed(sqlite)


async def test_the_mark_says_when_and_from_which_seed(sqlite: Database) -> None:
    await write_history(sqlite, **HISTORY)

    async with sqlite.read("test") as connection:
        name, value = (await connection.execute(select(marks.c.name, marks.c.value))).one()
    assert name == "synthetic"
    assert NOW.isoformat() in value and '"seed":7' in value


async def test_progress_is_told_day_by_day(sqlite: Database) -> None:
    told: list[tuple[int, int]] = []

    await write_history(sqlite, **HISTORY, progress=lambda *steps: told.append(steps))

    assert told[:DAYS] == [(day, DAYS) for day in range(1, DAYS + 1)]
    assert told[-1] == (DAYS, DAYS)


async def test_real_updates_are_remembered_before_invented_ones(sqlite: Database) -> None:
    await write_history(sqlite, **HISTORY)

    async with sqlite.read("test") as connection:
        highest = await connection.scalar(select(func.max(seen_updates.c.update_id)))
    # The sandbox numbers its updates from the clock's milliseconds.
    assert 0 < int(highest or 0) < to_milliseconds(NOW - timedelta(days=365))
