"""Rows: each beside the one before, all of the times there are, in order, page by page."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from bot.analytics import milestones
from bot.analytics.query.question import (
    Either,
    Every,
    Filter,
    HasDone,
    Is,
    Not,
    Order,
    QuestionError,
    may_be,
)
from bot.analytics.reports.figure import Unknown
from bot.clock import to_milliseconds
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.query.scene import HOUR, NOWS, Deed, Scene, counted, table
from tests.analytics.reports.talk import summed
from tests.rows import put, user

DAY = timedelta(days=1)
TODAY = NOON.date()


def deeds(*some: tuple[int, float, str]) -> list[Deed]:
    """Messages: who, how many days ago, of which content type."""
    return [Deed(person=who, at=NOON - days * DAY - HOUR, label=kind) for who, days, kind in some]


async def long_known(database: Database, *some: tuple[int, float, str]) -> Scene:
    scene = await Scene(database).tell(*deeds(*some))
    # Known by a person: there is no old event, so that not years are summed up.
    old = to_milliseconds(NOON - 800 * DAY)
    await put(database, tables.users, user(0, first_seen_at=old))
    return scene


SOME = [(1, 0, "text"), (1, 1, "photo"), (2, 1, "text"), (3, 7, "voice"), (1, 8, "text")]


async def test_each_row_has_the_same_row_of_the_days_before(database: Database) -> None:
    scene = await long_known(database, *SOME)

    answer = await scene.ask("messages", compare="previous", dimensions=("content_type",))

    assert [(row.key, row.values, row.before) for row in answer.rows] == [
        (("text",), {"messages": 2}, {"messages": 1}),
        (("photo",), {"messages": 1}, {"messages": 0}),
        (("voice",), {"messages": 0}, {"messages": 1}),
    ]
    assert (answer.totals.values, answer.totals.before) == ({"messages": 3}, {"messages": 2})


async def test_days_are_compared_by_their_place(database: Database) -> None:
    scene = await long_known(database, *SOME)

    answer = await scene.ask("messages", "people", compare="previous", dimensions=("day",))

    days = [*reversed(answer.rows)]
    assert [row.key for row in days] == [(TODAY - n * DAY,) for n in range(7)]
    assert (days[0].values, days[0].before) == (
        {"messages": 1, "people": 1},
        {"messages": 1, "people": 1},
    )
    assert (days[1].values, days[1].before) == (
        {"messages": 2, "people": 2},
        {"messages": 1, "people": 1},
    )


@pytest.mark.parametrize(("compare", "days"), [("weekdays", 7), ("year", 365)])
async def test_days_may_be_compared_with_others(sqlite: Database, compare: Any, days: int) -> None:
    scene = await long_known(sqlite, (1, 0, "text"), (2, days, "text"), (3, days, "text"))

    answer = await scene.ask("messages", days=3, compare=compare, dimensions=("day",))

    (row,) = [row for row in answer.rows if row.key == (TODAY,)]
    assert (row.values, row.before) == ({"messages": 1}, {"messages": 2})


async def test_without_a_comparison_nothing_is_before(sqlite: Database) -> None:
    scene = await long_known(sqlite, *SOME)

    answer = await scene.ask("messages", dimensions=("content_type",))

    assert {row.before for row in [*answer.rows, answer.totals]} == {None}


async def test_an_hour_that_the_clocks_skip_is_no_row(sqlite: Database) -> None:
    scene = await Scene(sqlite, NOWS[0], "Europe/Berlin").tell(
        Deed(person=1, at=NOWS[0] - 5 * DAY)
    )

    answer = await scene.ask("messages", days=4, dimensions=("day", "hour"))

    spring = [row.key[1] for row in answer.rows if row.key[0] == date(2026, 3, 29)]
    assert spring == [hour for hour in range(24) if hour != 2]


async def test_an_hour_that_the_clocks_repeat_is_one_row(sqlite: Database) -> None:
    night = datetime.fromisoformat("2026-10-25T00:30:00+00:00")
    twice = [Deed(person=1, at=night), Deed(person=1, at=night + HOUR)]
    scene = await Scene(sqlite, NOWS[1], "Europe/Berlin").tell(*twice)

    answer = await scene.ask("messages", days=4, dimensions=("day", "hour"))

    assert counted(answer) == {(date(2026, 10, 25), 2): 2}


async def test_times_that_are_filtered_out_are_no_rows(sqlite: Database) -> None:
    scene = await long_known(sqlite, *SOME)
    where = Every((Not(Is("weekday", (5, 6))), Is("content_type", ("text", "photo"))))

    answer = await scene.ask("messages", dimensions=("weekday",), where=where)

    assert table(answer) == {0: 0, 1: 0, 2: 2, 3: 1, 4: 0}


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (None, True),
        (Is("hour", (3,)), True),
        (Is("day", (TODAY,)), None),
        (HasDone("active", TODAY, TODAY), None),
        (Not(Is("hour", (3,))), False),
        (Every((Is("hour", (3,)), Is("day", (TODAY,)))), None),
        (Every((Is("hour", (4,)), Is("day", (TODAY,)))), False),
        (Either((Is("hour", (3,)), Is("day", (TODAY,)))), True),
        (Either((Is("hour", (4,)), Is("day", (TODAY,)))), None),
    ],
)
def test_what_is_known_of_a_time_may_be_enough_to_tell(
    where: Filter | None,
    found: bool | None,  # noqa: FBT001  what is expected
) -> None:
    assert may_be(where, {"hour": 3}) is found


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ((), ["text", "photo", "video", "voice"]),
        ((Order("messages"),), ["photo", "video", "voice", "text"]),
        ((Order("content_type", is_falling=True),), ["voice", "video", "text", "photo"]),
        ((Order("people", is_falling=True), Order("messages")), None),
    ],
)
async def test_rows_are_in_the_order_that_is_asked_for(
    sqlite: Database, order: tuple[Order, ...], expected: list[str] | None
) -> None:
    kinds = ["text", "text", "voice", "photo", "video"]
    scene = await long_known(sqlite, *((1, n / 9, kind) for n, kind in enumerate(kinds)))
    metrics = ("messages", "buttons") if expected else ("messages",)

    if expected is None:
        with pytest.raises(QuestionError, match=r"order_by.0.by: people is none"):
            await scene.ask(*metrics, dimensions=("content_type",), order=order)
        return
    answer = await scene.ask("messages", dimensions=("content_type",), order=order)

    assert [row.key[0] for row in answer.rows] == expected


async def test_what_is_unknown_is_last_either_way(sqlite: Database) -> None:
    scene = await Scene(sqlite).tell(*deeds((1, 1, "text"), (1, 0, "text"), (2, 0, "text")))
    orders = [(Order("messages"),), (Order("messages", is_falling=True),)]

    rising, falling = [
        await scene.ask("messages", days=3, dimensions=("day",), order=order) for order in orders
    ]

    unknown = Unknown.NOT_RECORDED_THEN
    assert [*table(rising).values()] == [1, 2, unknown]
    assert [*table(falling).values()] == [2, 1, unknown]


async def test_pages_follow_each_other_and_know_how_many_rows_there_are(sqlite: Database) -> None:
    scene = await long_known(sqlite, *SOME)

    pages = [
        await scene.ask("messages", dimensions=("day",), limit=3, offset=offset)
        for offset in (0, 3, 6, 9)
    ]

    whole = await scene.ask("messages", dimensions=("day",))
    assert [len(page.rows) for page in pages] == [3, 3, 1, 0]
    assert [row for page in pages for row in page.rows] == whole.rows
    assert {(page.count, page.totals.values["messages"]) for page in pages} == {(7, 3)}


async def test_before_the_records_nothing_is_known(database: Database) -> None:
    scene = await Scene(database).tell(*deeds((1, 1, "text"), (2, 0, "text")))

    answer = await scene.ask("messages", "people", compare="previous", dimensions=("day",))

    unknown = dict.fromkeys(("messages", "people"), Unknown.NOT_RECORDED_THEN)
    assert [row.values for row in answer.rows] == [
        *[unknown] * 5,
        *[{"messages": 1, "people": 1}] * 2,
    ]
    assert [row.before for row in answer.rows] == [unknown] * 7
    assert "The records begin on 2025-12-31" in answer.warnings[0]


async def test_without_any_record_nothing_is_known(sqlite: Database) -> None:
    answer = await Scene(sqlite).ask("messages", "people", compare="previous")

    unknown = dict.fromkeys(("messages", "people"), Unknown.NOTHING_RECORDED)
    assert (answer.totals.values, answer.totals.before) == (unknown, unknown)
    assert (answer.warnings[0], answer.recorded_since) == ("Nothing is recorded yet.", None)


async def test_what_only_single_acts_tell_is_gone_with_them(database: Database) -> None:
    scene = await long_known(database, *SOME)
    await summed(database, NOON, scene.zone, removed=True)

    told, gone = [
        await scene.ask("messages", dimensions=(by,), compare="previous")
        for by in ("content_type", "language")
    ]

    assert counted(told) == {"text": 2, "photo": 1}
    assert gone.totals.values == {"messages": Unknown.REMOVED}
    assert [one for one in gone.warnings if "were removed" in one]


async def test_hours_are_told_by_the_sums_of_hours(sqlite: Database) -> None:
    scene = await long_known(sqlite, *SOME)
    before = await scene.ask("messages", dimensions=("hour",))

    await summed(sqlite, NOON, scene.zone, removed=True)
    after = await scene.ask("messages", dimensions=("hour",))

    assert counted(after) == counted(before) == {11: 3}


async def test_hours_are_gone_when_only_days_are_left(database: Database) -> None:
    scene = await long_known(database, *SOME)
    await summed(database, NOON, scene.zone, removed=True)
    async with database.write("test") as connection:
        row = tables.metric_aggregates.c
        limit = to_milliseconds(NOON - 12 * HOUR)
        old = (row.step == "hour", row.bucket_at < limit)
        await connection.execute(delete(tables.metric_aggregates).where(*old))
        await milestones.reach(connection, hours_since=limit)

    days, hours = [
        await scene.ask("messages", days=2, dimensions=by) for by in (("day",), ("day", "hour"))
    ]

    assert [*table(days).values()] == [2, 1]
    assert counted(hours) == {}
    assert set(table(hours).values()) == {Unknown.REMOVED}


async def test_who_did_something_often_is_unknown_without_the_acts(database: Database) -> None:
    scene = await long_known(database, *SOME)
    await summed(database, NOON, scene.zone, removed=True)
    days = (TODAY - 7 * DAY, TODAY)

    once = await scene.ask("people", where=HasDone("command", *days, "help"))
    with pytest.raises(QuestionError) as refused:
        await scene.ask("people", where=HasDone("command", *days, "help", 2))

    assert once.totals.values == {"people": 0}
    assert refused.value.field == "filters.has_done.date_range"
    assert "single acts from before" in refused.value.problem


async def test_days_that_are_being_counted_are_named(sqlite: Database) -> None:
    scene = await long_known(sqlite, *SOME)
    scene.house.audience._overdue = [TODAY]  # noqa: SLF001  as before the first round

    answer = await scene.ask("people")

    assert answer.warnings == ["1 past days are still being counted: there were more people."]
