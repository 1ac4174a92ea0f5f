"""Each day is counted once, and what was noted of it stays."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.analytics.features.assistant import ConversationStarted
from bot.analytics.reports.daily import Daily, DayStatistics, daily
from bot.database.engine import Database
from bot.database.feature_tables import all_tables
from bot.database.tables import errors, events
from tests.analytics.moments import ANN, BOB, NOON, failed, handled, said, seen
from tests.analytics.reports.business import asked, few_examples, source_of
from tests.analytics.summing import DAY, HOUR, called, summed_up, used, wrote

YESTERDAY = NOON - DAY


async def report(database: Database, days: int = 2) -> Daily:
    return await daily(source_of(database), asked(days))


async def lived(database: Database) -> None:
    """Two people, on three days; Bob came yesterday."""
    await wrote(database, [seen(ANN, NOON - 2 * DAY), said(at=NOON - 2 * DAY)])
    talk = ConversationStarted(at=YESTERDAY, user_id=BOB, chat_id=BOB)
    facts = [seen(BOB, YESTERDAY), seen(ANN, YESTERDAY), used(YESTERDAY), talk]
    facts += [said(at=YESTERDAY), said(BOB, at=YESTERDAY), failed(at=YESTERDAY)]
    facts += [handled(1, YESTERDAY, seconds=0.2), handled(2, YESTERDAY, seconds=0.4)]
    await wrote(database, [*facts, called(YESTERDAY), called(YESTERDAY, "getUpdates")])
    await wrote(database, [seen(ANN, NOON - HOUR)])


WHOLE = DayStatistics(
    day=date(2025, 12, 31),
    people=2,
    active_people=2,
    new_people=1,
    conversations=1,
    messages=2,
    commands=1,
    updates=2,
    api_calls=1,
    mean_seconds=(0.2 + 0.4) / 2,
    errors=1,
)


async def test_a_day_has_all_its_figures(database: Database) -> None:
    await lived(database)
    await summed_up(database)

    found = await report(database)

    assert (found.days[0], found.open_days) == (WHOLE, 1)
    assert (found.days[1].active_people, found.days[1].people) == (1, 2)


async def test_a_day_is_the_same_before_and_after_it_is_noted(sqlite: Database) -> None:
    await lived(sqlite)

    opened = await report(sqlite, 5)
    await summed_up(sqlite)

    assert (await report(sqlite, 5)).days == opened.days
    assert len(opened.days) == 3


async def test_what_was_noted_stays_when_the_rows_go(sqlite: Database) -> None:
    await lived(sqlite)
    await summed_up(sqlite)
    async with sqlite.write("test") as connection:
        for table in (events, errors):
            await connection.execute(delete(table))

    assert (await report(sqlite)).days[0] == WHOLE


async def test_calls_from_before_they_were_counted_are_unknown(sqlite: Database) -> None:
    await lived(sqlite)

    first, second, third = (await report(sqlite, 3)).days

    assert (first.api_calls, second.api_calls, third.api_calls) == (None, 1, 0)


async def test_without_records_there_are_no_days(sqlite: Database) -> None:
    assert (await report(sqlite)).days == ()


acts = st.lists(st.tuples(st.integers(0, 5 * 24 * 60), st.sampled_from([ANN, BOB])), max_size=20)


@few_examples
@given(acts, st.integers(0, 60))
async def test_any_days_are_counted_as_one_would_by_hand(
    sqlite: Database, some: list[tuple[int, int]], hours: int
) -> None:
    async with sqlite.write("test") as connection:
        for table in reversed(all_tables.sorted_tables):
            await connection.execute(delete(table))
    times = sorted((NOON - timedelta(minutes=n + 1), who) for n, who in some)
    for at, who in times:
        await wrote(sqlite, [seen(who, at), said(who, at=at)])
    await summed_up(sqlite, NOON - hours * HOUR)

    found = {one.day: one for one in (await report(sqlite, 7)).days}

    assert {day: one.messages for day, one in found.items() if one.messages} == _messages(times)
    firsts = {who: at.date() for at, who in reversed(times)}
    news = Counter(firsts.values())
    assert {day: one.new_people for day, one in found.items() if one.new_people} == news


def _messages(times: list[tuple[datetime, int]]) -> Counter[date]:
    return Counter(at.date() for at, _ in times)
