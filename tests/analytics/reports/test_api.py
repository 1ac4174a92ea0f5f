"""API usage by method and outcome; waiting for updates is not slowness."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.reports.api import Api, api
from bot.analytics.reports.figure import Figure, Unknown
from bot.database.engine import Database
from bot.database.tables import marks, metric_aggregates
from tests.analytics.moments import NOON
from tests.analytics.reports.business import asked, few_examples, replace, source_of
from tests.analytics.summing import DAY, HOUR, called, summed_up, wrote
from tests.rows import put


async def report(database: Database, days: int = 7, **more: Any) -> Api:
    return await api(source_of(database), asked(days, **more))


async def long_ago(database: Database) -> None:
    await wrote(database, [called(NOON - 16 * DAY)])


async def test_calls_are_counted_by_method_and_outcome(database: Database) -> None:
    await long_ago(database)
    calls = [called(NOON - DAY, seconds=0.1)] * 3
    calls += [called(NOON - DAY, outcome="flood", seconds=0.5), called(NOON - 8 * DAY)]
    calls += [called(NOON - HOUR, "getUpdates", seconds=30), called(NOON - HOUR, "editMessage")]
    await wrote(database, calls)
    await summed_up(database)

    found = await report(database)

    send, edit, get = found.methods
    assert (send.name, send.count, send.failed) == ("sendMessage", 4, 1)
    assert send.outcomes == {"ok": 3, "flood": 1}
    assert (edit.name, get.name) == ("editMessage", "getUpdates")
    assert (get.count, get.mean, get.p50, get.p95, get.p99) == (1, None, None, None, None)
    assert send.mean and round(send.mean, 3) == 0.2
    assert send.p95 and 0.5 / 1.19 <= send.p95 <= 0.5 * 1.19
    assert found.calls == Figure(value=5, before=1)
    assert found.failed == Figure(value=1, before=0)
    assert found.failure_rate == Figure(value=0.2, before=0)
    assert found.outcomes == {"ok": 4, "flood": 1}
    assert [part.calls for part in found.timeline] == [0, 0, 0, 0, 0, 4, 1]
    assert [part.before for part in found.timeline] == [0, 0, 0, 0, 0, 1, 0]


async def test_calls_that_were_never_counted_are_unknown(sqlite: Database) -> None:
    found = await report(sqlite)

    assert (found.calls.value, found.calls.unknown) == (None, Unknown.NOTHING_RECORDED)
    assert (found.methods, found.recorded_since) == ((), None)


async def test_without_calls_there_is_no_mean(sqlite: Database) -> None:
    await long_ago(sqlite)

    found = await report(sqlite)

    assert found.calls == Figure(value=0, before=0)
    assert (found.mean.value, found.mean.unknown) == (None, Unknown.NO_UPDATES)


async def test_hours_that_were_removed_are_no_timeline(sqlite: Database) -> None:
    await long_ago(sqlite)
    await put(sqlite, marks, {"name": "sums.hours_since", "value": "1767200000000"})

    found = await report(sqlite, step="hour")

    assert (found.timeline, found.timeline_unknown) == ((), Unknown.REMOVED)
    assert found.calls.value == 0


calls = st.lists(
    st.tuples(
        st.integers(0, 15 * 24 * 60),
        st.sampled_from(["sendMessage", "getUpdates", "editMessage"]),
        st.sampled_from(["ok", "flood"]),
    ),
    max_size=25,
)


@few_examples
@given(calls, st.integers(0, 200))
async def test_any_calls_are_counted_as_one_would_by_hand(
    sqlite: Database, some: list[tuple[int, str, str]], hours: int
) -> None:
    await replace(sqlite, metric_aggregates, [])
    await replace(sqlite, marks, [])
    minutes = [(NOON - timedelta(minutes=n + 1), name, end) for n, name, end in some]
    await wrote(sqlite, [called(at, method, outcome=end) for at, method, end in minutes])
    await summed_up(sqlite, NOON - hours * HOUR)

    found = await report(sqlite)

    first = (NOON - 6 * DAY).replace(hour=0)
    kept = [(method, end) for at, method, end in minutes if at >= first]
    assert {one.name: one.count for one in found.methods} == Counter(m for m, _ in kept)
    assert found.outcomes == Counter(end for method, end in kept if method != "getUpdates")
    assert sum(part.calls for part in found.timeline) == sum(found.outcomes.values())
