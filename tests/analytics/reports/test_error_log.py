"""Errors by category and type, and the last hundred of them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.reports.error_log import LAST, ErrorLog, error_log
from bot.analytics.reports.figure import Figure, Unknown
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.moments import NOON, handled
from tests.analytics.reports.business import (
    DAY,
    HOUR,
    asked,
    few_examples,
    old_record,
    replace,
    source_of,
)
from tests.analytics.summing import wrote
from tests.rows import error, put


async def report(database: Database, days: int = 7, **more: Any) -> ErrorLog:
    return await error_log(source_of(database), asked(days, **more))


async def test_errors_are_counted_by_category_type_and_day(database: Database) -> None:
    await old_record(database)
    rows = [error("A", NOON - HOUR), error("B", NOON - DAY, category="job")]
    rows += [error("C", NOON - DAY, type="ValueError"), error("D", NOON - 8 * DAY)]
    await put(database, tables.errors, *rows)
    await wrote(database, [handled(n, NOON - DAY) for n in range(3)])
    await wrote(database, [handled(9, NOON - DAY, outcome="error")])

    found = await report(database)

    assert found.total == Figure(value=3, before=1)
    assert found.error_rate.value == 0.25
    assert [(one.name, one.count, one.before) for one in found.categories] == [
        ("handler", 2, 1),
        ("job", 1, 0),
    ]
    assert [(one.name, one.count) for one in found.types] == [("KeyError", 2), ("ValueError", 1)]
    assert [part.count for part in found.timeline] == [0, 0, 0, 0, 0, 2, 1]
    assert [one.number for one in found.last] == ["A", "C", "B"]
    assert found.last[0].message == "no"


async def test_only_the_last_hundred_are_listed(sqlite: Database) -> None:
    await old_record(sqlite)
    rows = [error(f"N{n}", NOON - timedelta(minutes=n + 1)) for n in range(LAST + 5)]
    await put(sqlite, tables.errors, *rows)

    found = await report(sqlite)

    assert [one.number for one in found.last] == [f"N{n}" for n in range(LAST)]
    assert found.total.value == LAST + 5


async def test_a_period_whose_errors_were_removed_has_no_total(sqlite: Database) -> None:
    await old_record(sqlite)

    long, short = await report(sqlite, 120), await report(sqlite, 60)

    assert (long.total.value, long.total.unknown) == (None, Unknown.REMOVED)
    assert long.kept_since == NOON - 90 * DAY
    assert (short.total.value, short.total.unknown_before) == (0, Unknown.REMOVED)
    assert short.kept_since is None


times = st.lists(
    st.tuples(st.integers(1, 15 * 24 * 60), st.sampled_from(["handler", "job"])), max_size=25
)


@few_examples
@given(times)
async def test_any_errors_are_counted_as_one_would_by_hand(
    sqlite: Database, some: list[tuple[int, str]]
) -> None:
    ats = [(NOON - timedelta(minutes=n), name) for n, name in some]
    await replace(sqlite, tables.errors, [error("A", at, category=name) for at, name in ats])

    found = await report(sqlite)

    first = (NOON - 6 * DAY).replace(hour=0)
    by_hand = Counter(name for at, name in ats if at >= first)
    assert {one.name: one.count for one in found.categories} == by_hand
    assert sum(part.count for part in found.timeline) == len(found.last) == sum(by_hand.values())
