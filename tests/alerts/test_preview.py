"""What a rule would have done last week, from what is on record, and nothing where nothing is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec
import pytest

from bot.alerts.evaluation import Evaluator
from bot.alerts.own_fields import OwnRule
from bot.alerts.own_shapes import built, question_of
from bot.alerts.preview import CHUNK, ROWS, Preview, Previews
from bot.alerts.records import note
from bot.alerts.snapshot import Snapshot
from bot.clock import to_milliseconds
from bot.database.alert_tables import alert_readings
from bot.database.engine import Database
from bot.database.tables import errors, events, metric_aggregates
from tests.alerts.own_scene import rule
from tests.alerts.scene import NOON
from tests.rows import error, put

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
QUEUE: dict[str, Any] = {"series": "bot_queue_depth", "read": "value"}


async def previewed(database: Database, asked: OwnRule) -> Preview:
    return await Previews(database, 60, lambda: NOON).of(asked)


async def began(database: Database, at: datetime) -> None:
    """The first minute of which anything is kept."""
    row = {"name": "updates", "labels": "handled", "step": "minute", "count": 1, "total": 0.0}
    await put(database, metric_aggregates, row | {"bucket_at": to_milliseconds(at)})


async def failed(database: Database, *moments: datetime, **columns: Any) -> None:
    """An error at each of *moments*."""
    for place, at in enumerate(moments):
        await put(database, errors, error(f"{place}", at) | columns)


async def read(database: Database, asked: OwnRule, *seen: tuple[datetime, float | None]) -> None:
    """Checks at which a rule called Another read what *asked* reads."""
    other = asked.model_copy(update={"name": "Another"})
    for at, value in seen:
        take = partial(Snapshot, at=at, shares={}, levels={}, own={"Another": value})
        readings = Evaluator([built(other, "file", 60)], take).readings()
        async with database.write("test") as connection:
            await note(connection, readings, at)


def spans(found: Preview) -> list[tuple[datetime, datetime | None]]:
    return [(one.start, one.end) for one in found.rehearsal.firings]


async def test_errors_of_the_week_fire_when_they_would_have(database: Database) -> None:
    at = NOON - 3 * DAY
    await began(database, NOON - 30 * DAY)
    await failed(database, at, at + MINUTE, at + 2 * MINUTE, at + 2 * MINUTE)

    found = await previewed(database, rule(threshold=3, window="5m"))

    assert [one.source for one in found.based_on] == ["counts"]
    # Four when the third minute is over, three (unclear) six minutes after the first, then fewer;
    # the second bad check fires, and two good ones end it.
    assert spans(found) == [(at + 4 * MINUTE, at + 8 * MINUTE)]
    assert found.based_on[0].since == NOON - 7 * DAY
    assert found.rehearsal.checks == 7 * 24 * 60
    assert max(value for _, value in found.points if value is not None) == 4
    assert len(found.points) <= 500


async def test_only_what_the_rule_names_counts(database: Database) -> None:
    await began(database, NOON - 30 * DAY)
    await failed(database, *[NOON - DAY] * 9, category="web")
    await failed(database, *[NOON - 2 * DAY] * 4, category="job")

    found = await previewed(database, rule(labels={"category": ["job", "store"]}))

    assert max(value or 0 for _, value in found.points) == 4
    assert len(spans(found)) == 1


async def test_nothing_is_told_of_days_before_the_record_began(sqlite: Database) -> None:
    start = NOON - 2 * DAY
    await began(sqlite, start)

    low = rule(comparison="<", threshold=1, window="1h")
    found = await previewed(sqlite, low)

    assert found.based_on[0].since == start
    # In the first hour nobody can say that there was too little.
    assert spans(found) == [(start + HOUR + MINUTE, None)]
    assert found.rehearsal.unknown == 60


async def test_while_nobody_checked_nothing_would_have_fired(database: Database) -> None:
    await began(database, NOON - 30 * DAY)
    for at in (NOON - 3 * DAY, NOON - MINUTE):
        await put(database, alert_readings, {"at": to_milliseconds(at), "readings": "{}"})

    found = await previewed(database, rule(comparison="<", threshold=1))

    # Before the first check that is kept nobody knows; then only around checks.
    known = {at for at, _ in found.points}
    assert not [at for at in known if NOON - 2 * DAY < at < NOON - HOUR]
    assert found.rehearsal.checks == 4 * 24 * 60 + 10 + 10


async def test_what_a_rule_with_the_same_question_read_is_used_as_it_is(
    database: Database,
) -> None:
    asked, at = rule(**QUEUE, threshold=5), NOON - 2 * HOUR
    figures = [1, 9, 9, None, 9, 1, 1]
    seen = [(at + place * MINUTE, value) for place, value in enumerate(figures)]
    await read(database, asked, *seen)

    found = await previewed(database, asked)

    assert [one.source for one in found.based_on] == ["readings"]
    assert list(found.points) == seen
    assert spans(found) == [(at + 2 * MINUTE, at + 6 * MINUTE)]
    assert (found.rehearsal.unknown, found.reason) == (1, "")


@pytest.mark.parametrize(
    "other",
    [
        {"labels": {"priority": "low"}},
        {"series": "bot_downloads_in_progress"},
        {"series": "bot_errors_total", "read": "rate"},
    ],
)
async def test_what_a_rule_with_another_question_read_is_no_guide(
    sqlite: Database, other: dict[str, Any]
) -> None:
    await read(sqlite, rule(**QUEUE | other, threshold=5), (NOON - HOUR, 9))

    found = await previewed(sqlite, rule(**QUEUE, threshold=5))

    assert (found.based_on, found.points, spans(found)) == ((), [], [])
    assert "bot_queue_depth is a gauge" in found.reason
    assert "no rule that is asked reads just this" in found.reason


async def test_before_the_first_reading_the_counts_are_used(database: Database) -> None:
    asked, at = rule(threshold=3), NOON - 2 * HOUR
    await began(database, NOON - 30 * DAY)
    await failed(database, *[NOON - DAY] * 4, *[NOON - HOUR] * 4)
    await read(database, asked, (at, 0), (at + MINUTE, 0))

    found = await previewed(database, asked)

    assert [one.source for one in found.based_on] == ["counts", "readings"]
    assert found.based_on[0].until <= found.based_on[1].since == at
    # The later errors were at a time in which the rule was asked and saw none.
    assert [start.date() for start, _ in spans(found)] == [(NOON - DAY).date()]


async def test_where_nothing_was_recorded_the_reason_says_so(sqlite: Database) -> None:
    found = await previewed(sqlite, rule())

    assert found.reason.startswith("nothing was recorded yet")


async def test_a_busy_week_is_not_counted_again(sqlite: Database) -> None:
    row = {"name": "event:message", "labels": "text", "step": "hour", "total": 0.0}
    at = to_milliseconds(NOON - DAY)
    await put(sqlite, metric_aggregates, row | {"bucket_at": at, "count": 10**9})

    found = await previewed(sqlite, rule(series="bot_messages_total"))

    assert "more than two million" in found.reason


async def test_the_minute_that_is_not_over_is_left_out(sqlite: Database) -> None:
    await began(sqlite, NOON - 30 * DAY)
    event = {"kind": "message", "label": "text"}
    for at in (NOON - MINUTE, NOON):
        await put(sqlite, events, event | {"at": to_milliseconds(at)})

    found = await previewed(sqlite, rule(series="bot_messages_total", threshold=0))

    assert found.based_on[0].until == NOON - MINUTE
    assert spans(found) == []


async def test_of_very_many_checks_the_latest_are_read(sqlite: Database) -> None:
    asked = rule(**QUEUE, threshold=5)
    text = msgspec.json.encode({"Mine": [9, 5, question_of(asked)]}).decode()
    rows = [
        {"at": to_milliseconds(NOON) - 1000 * n, "readings": text} for n in range(ROWS + CHUNK)
    ]
    async with sqlite.write("test") as connection:
        await connection.execute(alert_readings.insert(), rows)

    found = await previewed(sqlite, asked)

    assert found.rehearsal.checks == ROWS
    assert found.based_on[0].until == NOON


async def test_readings_of_another_question_under_the_same_name_are_told_apart(
    sqlite: Database,
) -> None:
    asked, mark = rule(**QUEUE, threshold=5), "readings"
    seen: Iterable[tuple[int, object]] = (
        (1, [9, 5]),
        (2, [9, 5, "12345678"]),
        (3, [None, 5, mark]),
    )
    for place, one in seen:
        text = msgspec.json.encode({"Mine": one, "Other": [7, 7, question_of(asked)][:place]})
        at = to_milliseconds(NOON - place * HOUR)
        await put(sqlite, alert_readings, {"at": at, "readings": text.decode()})

    found = await previewed(sqlite, asked)

    assert list(found.points) == [(NOON - 3 * HOUR, 7)]
