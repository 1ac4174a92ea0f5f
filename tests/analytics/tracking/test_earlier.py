"""A fact of the last hour gives the same numbers as if it had come later, or in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.analytics.reports.messages import messages
from bot.analytics.reports.period import last_days
from bot.analytics.reports.query import Query
from bot.clock import to_milliseconds
from bot.database.engine import Database
from bot.database.tables import events, marks, users
from tests.analytics.moments import ANN, BOB, NOON, said, seen
from tests.analytics.tracking.scene import DAY, HOUR, UTC, Yard, claim, wrote
from tests.rows import rows_of

MINUTE = timedelta(minutes=1)
MIDNIGHT = NOON - 12 * HOUR
BEFORE, AFTER = MIDNIGHT - 2 * MINUTE, MIDNIGHT + 5 * MINUTE
SOON, LATER = MIDNIGHT + 10 * MINUTE, MIDNIGHT + 90 * MINUTE


async def people(yard: Yard, segment: str) -> list[int]:
    """How many there were on the day before midnight, and on the day after."""
    day = MIDNIGHT.date()
    return [len(one) for one in await yard.audience.days(segment, day - DAY, day)]


async def lived(database: Database, *parts: Any) -> Yard:
    yard = Yard(database, SOON)
    await yard.live(*parts)
    await yard.audience.start()
    await yard.audience.stop()
    return yard


@pytest.mark.parametrize("now", [SOON, LATER])
async def test_who_acted_elsewhere_before_the_bot_saw_them_was_new_then(
    database: Database, now: datetime
) -> None:
    yard = await lived(database, seen(ANN, AFTER), said(ANN, AFTER))
    yard.now = now

    await yard.take(*wrote(BEFORE), claim=claim())

    (ann,) = await rows_of(database, users)
    assert ann["first_seen_at"] == to_milliseconds(BEFORE)
    assert (await people(yard, "new"), await people(yard, "active")) == ([1, 0], [1, 1])
    assert len(await rows_of(database, events)) == 2


@pytest.mark.parametrize("now", [SOON, LATER])
async def test_a_day_before_all_records_is_recorded(sqlite: Database, now: datetime) -> None:
    yard = await lived(sqlite, seen(BOB, AFTER), said(BOB, AFTER))
    yard.now = now

    await yard.take(*wrote(BEFORE))

    found = await messages(yard.source, Query(period=last_days(1, now, UTC)))
    assert (found.total.value, found.recorded_since) == (1, BEFORE)
    assert await people(yard, "new") == [1, 1]


async def test_the_same_key_counts_once_when_it_turns_out_to_be_earlier(sqlite: Database) -> None:
    yard = await lived(sqlite, seen(ANN, AFTER), said(ANN, AFTER))

    taken = [await yard.take(*wrote(BEFORE), claim=claim()) for _ in range(2)]

    assert [one.is_repeated for one in taken] == [False, True]
    assert len(await rows_of(sqlite, events)) == 2


async def test_what_comes_in_time_is_not_late(sqlite: Database) -> None:
    yard = await lived(sqlite, seen(ANN, BEFORE), said(ANN, BEFORE))

    await yard.take(*wrote(AFTER))

    assert [row["name"] for row in await rows_of(sqlite, marks)] == []
