"""Peak hours are different people by hour of the week, as often as the hour occurred."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.reports.peak import Slot, peak
from bot.database.audience_tables import audience_sets
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import asked, replace
from tests.analytics.reports.talk import BERLIN, NOWS, Act, few, histories, summed, told

# Now is noon of a Thursday: 1 came in both Thursdays' hour from 11, 2 in the last one's.
GOLDEN = [
    Act(number=1, hours=1),
    Act(number=1, hours=0.5),
    Act(number=2, hours=0.5, kind="button"),
    Act(number=3, hours=0.5, label="system"),
    Act(number=1, hours=24 * 7 + 1),
    Act(number=3, hours=15, chat_id=-1),
]


async def test_a_small_history_by_hand(database: Database) -> None:
    report = await peak(await told(database, GOLDEN), asked(8))

    assert report.slots[3][11] == Slot(people=2, times=2)
    assert report.slots[2][21] == Slot(people=1, times=1)
    assert report.slots[3][12] == Slot(people=0, times=1)
    assert report.busiest in {(3, 11), (2, 21)}


async def test_an_hour_that_did_not_occur_has_no_mean(sqlite: Database) -> None:
    report = await peak(await told(sqlite, GOLDEN), asked(1))

    assert (report.slots[0][11].mean, report.slots[3][11].mean) == (None, 2)


async def test_of_one_chat(sqlite: Database) -> None:
    report = await peak(await told(sqlite, GOLDEN), asked(8, chat_id=-1))

    assert report.busiest == (2, 21)


async def test_an_hour_that_the_clocks_repeat_has_occurred_twice(sqlite: Database) -> None:
    end = datetime(2026, 10, 25, 22, 30, tzinfo=UTC)
    acts = [Act(number=number, hours=hours, now=end) for number, hours in ((1, 22.25), (2, 21.25))]

    report = await peak(await told(sqlite, acts, BERLIN), asked(1, BERLIN, end))

    assert report.slots[6][2] == Slot(people=2, times=2)
    assert report.slots[6][3].times == 1


async def test_sets_tell_what_was_removed(sqlite: Database) -> None:
    source = await told(sqlite, GOLDEN)
    whole = await peak(source, asked(8))

    await summed(sqlite, NOON, UTC, removed=True)

    assert await peak(source, asked(8)) == whole


async def test_of_a_chat_hours_that_were_removed_have_not_occurred(sqlite: Database) -> None:
    source = await told(sqlite, GOLDEN)
    await summed(sqlite, NOON, UTC, removed=True)

    report = await peak(source, asked(8, chat_id=-1))

    assert (report.slots[2][21].times, report.slots[3][11].times) == (0, 1)


async def test_while_days_are_still_counted_single_events_are(sqlite: Database) -> None:
    source = await told(sqlite, GOLDEN)
    whole = await peak(source, asked(8))
    source.audience._overdue = [NOON.date()]  # noqa: SLF001  as before the first round
    await replace(sqlite, audience_sets, [])

    assert await peak(source, asked(8)) == whole


@few
@given(data=st.data(), now=st.sampled_from(NOWS))
async def test_any_history_hour_by_hour(
    sqlite: Database, data: st.DataObject, now: datetime
) -> None:
    acts = data.draw(histories(now))
    query = asked(9, BERLIN, now)

    report = await peak(await told(sqlite, acts, BERLIN), query)

    people, times = defaultdict(set), Counter[tuple[int, int]]()
    for act in acts:
        if act.is_active and act.is_in(query.period):
            local = act.at.astimezone(BERLIN)
            people[local.weekday(), local.hour].add(act.number)
    at = query.period.start
    while at < now:
        local = at.astimezone(BERLIN)
        times[local.weekday(), local.hour] += 1
        at += timedelta(hours=1)
    found = {(d, h): report.slots[d][h] for d in range(7) for h in range(24)}
    assert {place: slot.people for place, slot in found.items() if slot.people} == {
        place: len(some) for place, some in people.items()
    }
    assert {place: slot.times for place, slot in found.items() if slot.times} == times
