"""What a rule's chart is drawn from: readings, firings and silences of the last hours."""

from __future__ import annotations

from datetime import timedelta

from bot.alerts.terms import Terms
from bot.alerts.trace import Point, Stretch, Traces
from bot.database.engine import Database
from tests.handlers.alerts import HOUR, MINUTE, fire, looked, quieten
from tests.updates import NOON

TERMS = Terms(name="HighErrorRate", severity="critical", labels={"feature": "quiz"})


async def test_it_has_what_the_rule_saw_in_three_hours(database: Database) -> None:
    for at, seen in (
        (NOON - 3 * HOUR - MINUTE, '{"HighErrorRate": [1.0, 5.0]}'),
        (NOON - HOUR, '{"HighErrorRate": [2.0, 5.0], "Other": [9.0, 1.0]}'),
        (NOON - MINUTE, '{"HighErrorRate": [null, 5.0]}'),
        (NOON, '{"Other": [9.0, 1.0]}'),
        (NOON + MINUTE, '{"HighErrorRate": [3.0, 5.0]}'),
    ):
        await looked(database, at, seen)

    trace = await Traces(database).of(TERMS, NOON)

    assert (trace.since, trace.until) == (NOON - 3 * HOUR, NOON)
    assert trace.points == (Point(NOON - HOUR, 2.0, 5.0), Point(NOON - MINUTE, None, 5.0))


async def test_it_has_its_own_firings_as_far_as_they_are_in_it(database: Database) -> None:
    await fire(database, fired_at=NOON - 5 * HOUR, resolved_at=NOON - 4 * HOUR)
    await fire(database, fired_at=NOON - 4 * HOUR, resolved_at=NOON - 2 * HOUR)
    await fire(database, fired_at=NOON - HOUR, rule="Other")
    await fire(database, fired_at=NOON - MINUTE)
    await fire(database, fired_at=NOON + MINUTE)

    trace = await Traces(database).of(TERMS, NOON)

    assert trace.firings == (
        Stretch(NOON - 3 * HOUR, NOON - 2 * HOUR),
        Stretch(NOON - MINUTE, NOON),
    )


async def test_it_has_every_silence_that_covered_it(database: Database) -> None:
    starts = [NOON - timedelta(minutes=n) for n in (60, 50, 40, 30, 20, 10)]
    ends = {"ends_at": NOON - MINUTE}
    await quieten(database, starts_at=starts[0], **ends)
    await quieten(database, starts_at=starts[1], key=None, **ends)
    await quieten(database, starts_at=starts[2], key="severity", value="critical", **ends)
    await quieten(database, starts_at=starts[3], key="feature", value="quiz", **ends)
    await quieten(database, starts_at=starts[4], value="Other", **ends)
    await quieten(database, starts_at=starts[5], key="severity", value="warning", **ends)
    await quieten(database, starts_at=NOON - 5 * HOUR, ends_at=NOON - 4 * HOUR)

    trace = await Traces(database).of(TERMS, NOON)

    assert trace.silenced == tuple(Stretch(start, NOON - MINUTE) for start in starts[:4])
