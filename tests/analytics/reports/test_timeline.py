"""The timeline has every part of a period, as long as it really was."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.analytics import milestones
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.query import Step
from bot.analytics.reports.timeline import Timeline, TimelinePart, timeline
from bot.clock import to_milliseconds
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import asked, replace
from tests.analytics.reports.talk import (
    BERLIN,
    NOWS,
    Act,
    few,
    histories,
    long_known,
    long_met,
    rolled,
    summed,
    told,
)

# Now is noon of the first of January.
GOLDEN = (
    Act(number=1, hours=1),
    Act(number=2, hours=2, chat_id=-1),
    Act(number=1, hours=50),
    Act(number=1, hours=51, kind="button"),
    Act(number=1, hours=24 * 3 + 1),
    Act(number=1, hours=24 * 3 - 1),
)


def part(month: int, day: int, messages: int, before: int | None) -> TimelinePart:
    year = 2026 if month == 1 else 2025
    return TimelinePart(name=date(year, month, day), messages=messages, before=before)


def sums(report: Timeline) -> list[int | None]:
    return [one.messages for one in report.parts]


async def test_a_small_history_by_hand(database: Database) -> None:
    report = await timeline(await long_known(database, *GOLDEN), asked(3))

    assert report.parts == (part(12, 30, 1, 0), part(12, 31, 0, 0), part(1, 1, 2, 1))
    # What came later in the day three days ago is in neither period.
    assert (report.total.value, report.total.before) == (3, 1)


async def test_months_and_weeks_are_cut_by_the_period(sqlite: Database) -> None:
    source = await long_known(sqlite, *GOLDEN)

    months = await timeline(source, asked(3, step="month"))
    weeks = await timeline(source, asked(3, step="week"))

    assert [(one.name, one.messages) for one in months.parts] == [
        (date(2025, 12, 1), 1),
        (date(2026, 1, 1), 2),
    ]
    assert [(one.name, one.messages) for one in weeks.parts] == [(date(2025, 12, 29), 3)]


@pytest.mark.parametrize(("chat_id", "user_id", "total"), [(-1, None, 1), (None, 1001, 2)])
async def test_of_one_chat_or_person(
    sqlite: Database, chat_id: int | None, user_id: int | None, total: int
) -> None:
    source = await long_known(sqlite, *GOLDEN)

    report = await timeline(source, asked(3, chat_id=chat_id, user_id=user_id))

    assert report.total.value == total


async def test_a_day_of_25_hours_has_25_of_them(sqlite: Database) -> None:
    end = datetime(2026, 10, 25, 22, 30, tzinfo=UTC)
    acts = [Act(number=1, hours=hours, now=end) for hours in (0.25, 22.25, 22.5, 24)]

    report = await timeline(await told(sqlite, acts, BERLIN), asked(1, BERLIN, end, step="hour"))

    assert len(report.parts) == 25
    assert (sums(report)[0], sums(report)[2], sums(report)[24]) == (1, 2, 1)


async def test_of_a_person_what_was_removed_is_not_0(sqlite: Database) -> None:
    source = await long_met(sqlite, Act(number=1, hours=1), Act(number=1, hours=30))
    await summed(sqlite, NOON, UTC, removed=True)

    report = await timeline(source, asked(3, user_id=1001))

    assert sums(report)[:2] == [None, None]
    assert (report.total.value, report.total.unknown) == (None, Unknown.REMOVED)


async def test_of_everybody_sums_tell_what_was_removed_and_say_so(sqlite: Database) -> None:
    source = await long_met(sqlite, *GOLDEN)
    await summed(sqlite, NOON, UTC, removed=True)

    report = await timeline(source, asked(3))

    assert (sums(report), report.total.value) == ([1, 0, 2], 3)
    assert report.summed_until == datetime(2026, 1, 1, 9, tzinfo=UTC)


async def test_while_all_messages_are_kept_there_is_nothing_to_say(sqlite: Database) -> None:
    source = await long_met(sqlite, *GOLDEN)
    await summed(sqlite, NOON, UTC, removed=False)

    assert (await timeline(source, asked(3))).summed_until is None


async def test_hours_that_only_the_sum_of_their_day_knows_are_not_0(sqlite: Database) -> None:
    source = await long_met(sqlite, *GOLDEN)
    await summed(sqlite, NOON, UTC, removed=True)
    async with sqlite.write("test") as connection:
        since = to_milliseconds(NOON - timedelta(days=1))
        hours = tables.metric_aggregates.c
        old = (hours.step == "hour", hours.bucket_at < since)
        await connection.execute(delete(tables.metric_aggregates).where(*old))
        await milestones.reach(connection, hours_since=since)

    report = await timeline(source, asked(3, step="hour"))

    assert (sums(report)[:48], report.total.value) == ([None] * 48, 3)
    assert sum(count or 0 for count in sums(report)[48:]) == 2


@rolled
@given(
    data=st.data(),
    now=st.sampled_from(NOWS),
    step=st.sampled_from(["hour", "day", "week", "month"]),
    removed=st.booleans(),
)
async def test_sums_tell_what_single_messages_tell(
    sqlite: Database,
    data: st.DataObject,
    now: datetime,
    step: Step,
    removed: bool,  # noqa: FBT001  drawn
) -> None:
    source = await long_met(sqlite, *data.draw(histories(now)), zone=BERLIN)
    query = asked(9, BERLIN, now, step=step)
    await replace(sqlite, tables.marks, [])
    single = await timeline(source, query)

    await summed(sqlite, now, BERLIN, removed=removed)

    report = await timeline(source, query)
    assert (report.parts, report.total) == (single.parts, single.total)


@few
@given(
    data=st.data(),
    now=st.sampled_from(NOWS),
    step=st.sampled_from(["hour", "day", "week", "month"]),
    user_id=st.sampled_from([None, 1001]),
)
async def test_any_history_message_by_message(
    sqlite: Database, data: st.DataObject, now: datetime, step: Step, user_id: int | None
) -> None:
    acts = data.draw(histories(now))
    query = asked(9, BERLIN, now, step=step, user_id=user_id)

    report = await timeline(await told(sqlite, acts, BERLIN), query)

    expected = Counter(
        named(act.at, step)
        for act in acts
        if act.kind == "message" and act.is_in(query.period)
        if user_id is None or act.number == 1
    )
    assert {one.name: one.messages for one in report.parts if one.messages} == expected


def named(at: datetime, step: Step) -> date:
    """The first day, or the hour, of the part that *at* is in."""
    if step == "hour":
        return at.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    day = at.astimezone(BERLIN).date()
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day
