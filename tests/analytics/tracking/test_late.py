"""A fact that comes days late is in every report as if it had come in time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.analytics.cleanup import Cleanup
from bot.analytics.reports.daily import DayStatistics, daily
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.messages import messages
from bot.analytics.reports.period import last_days
from bot.analytics.reports.query import Query
from bot.analytics.reports.retention import retention
from bot.analytics.reports.timeline import timeline
from bot.analytics.tracking.visits import Visit
from bot.clock import from_milliseconds, to_milliseconds
from bot.database import tables
from bot.database.engine import Database
from bot.database.tables import metric_aggregates, users
from tests.analytics.moments import ANN, BOB, NOON, handled, said, seen
from tests.analytics.summing import called, used
from tests.analytics.tracking.scene import DAY, HOUR, Yard, wrote
from tests.rows import rows_of

# Bob has been there for so long, and all but the last hours is summed up and closed.  Each day
# takes its time, and what is older is no other case.
HISTORY = 12
LONG_AGO = NOON - 9 * DAY
CY = 1003


def asked(days: int, now: datetime = NOON, **more: Any) -> Query:
    return Query(period=last_days(days, now, ZoneInfo("UTC")), **more)


async def lived(database: Database, days: int = HISTORY) -> Yard:
    """A bot that has been used for some days, by Bob, and has summed up all of it."""
    yard = Yard(database)
    times = [(n, NOON - n * DAY) for n in range(days, 0, -1)]
    await yard.live(
        *(one for n, at in times for one in (seen(BOB, at), said(BOB, at), handled(n, at)))
    )
    await yard.jobs()
    return yard


async def day_of(yard: Yard, day: date) -> DayStatistics:
    found = await daily(yard.source, asked(HISTORY))
    (one,) = [one for one in found.days if one.day == day]
    return one


async def test_a_message_of_long_ago_is_in_the_timeline_and_the_statistics(
    database: Database,
) -> None:
    yard = await lived(database)

    await yard.take(*wrote(LONG_AGO))

    line = await timeline(yard.source, asked(HISTORY))
    found = await messages(yard.source, asked(HISTORY))
    counts = {part.name: part.messages for part in line.parts}
    assert (line.total.value, counts[LONG_AGO.date()], counts[NOON.date() - DAY]) == (
        HISTORY,
        2,
        1,
    )
    assert (found.total.value, found.senders.value) == (HISTORY, 2)


async def test_a_message_of_long_ago_is_in_the_hours_of_its_day(database: Database) -> None:
    yard = await lived(database)

    await yard.take(*wrote(LONG_AGO + 2 * HOUR))

    line = await timeline(yard.source, asked(HISTORY, step="hour"))
    counts = {part.name: part.messages for part in line.parts if part.messages}
    assert (counts[LONG_AGO], counts[LONG_AGO + 2 * HOUR]) == (1, 1)


async def test_who_wrote_40_days_ago_is_among_the_active_of_that_month(sqlite: Database) -> None:
    yard = await lived(sqlite, days=45)
    day = NOON.date() - 40 * DAY

    await yard.take(*wrote(NOON - 40 * DAY))

    months = [
        len(await yard.audience.union("active", last - 29 * DAY, last))
        for last in (day - DAY, day, day + 29 * DAY, day + 30 * DAY)
    ]
    assert months == [1, 2, 2, 1]


async def test_who_wrote_long_ago_is_a_newcomer_of_then(database: Database) -> None:
    yard = await lived(database)

    await yard.take(*wrote(LONG_AGO), *wrote(LONG_AGO + 3 * DAY))

    report = await retention(yard.source, asked(10))
    ann = report.cohorts[0]
    came = [n for n, cell in enumerate(ann.cells) if cell.people]
    assert (ann.span.first, ann.size, came) == (LONG_AGO.date(), 1, [0, 3])


async def test_a_day_that_was_closed_is_told_anew(database: Database) -> None:
    yard = await lived(database)
    before = await day_of(yard, LONG_AGO.date())

    await yard.take(*wrote(LONG_AGO), called(LONG_AGO), used(LONG_AGO))

    day = await day_of(yard, LONG_AGO.date())
    assert (day.messages, day.commands, day.api_calls) == (2, 1, 1)
    assert (day.active_people, day.new_people) == (before.active_people + 1, 1)
    assert (day.people, (await day_of(yard, NOON.date() - DAY)).people) == (2, 2)
    assert (day.updates, day.mean_seconds) == (before.updates, before.mean_seconds)
    assert (await day_of(yard, LONG_AGO.date() - DAY)).people == 1


async def test_a_day_before_the_first_one_is_there_afterwards(database: Database) -> None:
    yard = await lived(database)
    first = NOON - 20 * DAY

    await yard.take(*wrote(first))

    found = await daily(yard.source, asked(30))
    assert (found.days[0].day, found.days[0].messages) == (first.date(), 1)
    assert [one.people for one in found.days[:8]] == [1] * 8
    assert (found.days[8].people, len(found.days)) == (2, 21)


async def test_what_was_recorded_begins_with_the_oldest_fact(sqlite: Database) -> None:
    yard = await lived(sqlite)

    before = (await timeline(yard.source, asked(10))).total
    await yard.take(*wrote(NOON - 22 * DAY))
    after = (await timeline(yard.source, asked(10))).total

    assert (before.unknown_before, after.unknown_before) == (Unknown.NOT_RECORDED_THEN, None)


async def test_who_was_known_already_turns_out_to_be_older(database: Database) -> None:
    yard = await lived(database)
    await yard.live(seen(ANN, NOON - DAY), said(ANN, NOON - DAY))
    await yard.jobs()

    await yard.take(*wrote(LONG_AGO))

    (_, ann) = await rows_of(database, users)
    new = {
        day: len((await yard.audience.days("new", day, day))[0])
        for day in (LONG_AGO.date(), NOON.date() - DAY)
    }
    assert ann["first_seen_at"] == to_milliseconds(LONG_AGO)
    assert ann["last_seen_at"] == to_milliseconds(NOON - DAY)
    assert new == {LONG_AGO.date(): 1, NOON.date() - DAY: 0}


async def test_an_old_visit_changes_nothing_that_a_newer_one_said(database: Database) -> None:
    yard = Yard(database, keep_names=True)
    await yard.live(seen(ANN, language="de", is_premium=True, name="Ann"))

    visit = Visit(at=LONG_AGO, user_id=ANN, kind="inline", language="fr", name="Old")
    await yard.take(visit)

    (ann,) = await rows_of(database, users)
    assert (ann["language"], ann["is_premium"], ann["name"]) == ("de", True, "Ann")


async def test_an_old_message_changes_no_newer_title(database: Database) -> None:
    yard = Yard(database)
    group: dict[str, Any] = {"chat_id": -5, "chat_type": "group"}
    await yard.live(said(title="New", **group))

    await yard.take(said(at=LONG_AGO, title="Old", **group))

    (chat,) = await rows_of(database, tables.chats)
    times = [from_milliseconds(chat[name]) for name in ("first_message_at", "last_message_at")]
    assert (chat["title"], times) == ("New", [LONG_AGO, NOON])


async def test_a_day_without_minutes_gets_no_new_ones(sqlite: Database) -> None:
    yard = await lived(sqlite)
    await Cleanup(sqlite, clock=yard.clock, zone=yard.zone).tidy(90)

    await yard.take(called(LONG_AGO))

    rows = [row for row in await rows_of(sqlite, metric_aggregates) if row["name"] == "api"]
    assert sorted((row["step"], row["count"]) for row in rows) == [("day", 1), ("hour", 1)]


async def test_a_crash_after_the_answer_loses_nobody_from_an_old_day(database: Database) -> None:
    yard = await lived(database)
    await yard.take(*wrote(LONG_AGO))

    after = Yard(database)  # nothing was saved by the one before

    found = await after.audience.days("active", LONG_AGO.date(), LONG_AGO.date())
    assert [len(one) for one in found] == [2]


async def test_another_process_hears_of_an_old_day(database: Database) -> None:
    if database.is_sqlite:  # which has one process
        return
    yard, other = await lived(database), Yard(database)
    day = LONG_AGO.date()
    assert [len(one) for one in await other.audience.days("active", day, day)] == [1]

    await yard.take(*wrote(LONG_AGO))
    await other.audience.hear()

    assert [len(one) for one in await other.audience.days("active", day, day)] == [2]


async def test_who_is_forgotten_after_a_late_fact_is_gone_from_its_day(
    database: Database,
) -> None:
    yard = await lived(database)
    await yard.take(*wrote(LONG_AGO))

    await yard.people.forget(ANN)

    day = LONG_AGO.date()
    fresh = Yard(database)
    for one in (yard, fresh):
        sets = await one.audience.days("active", day, day)
        assert [len(some) for some in sets] == [1]
