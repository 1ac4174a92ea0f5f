"""The funnel follows each person's best try, in order and within its window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.funnel import STEPS, Funnel, UnknownStepError, funnel
from bot.clock import to_milliseconds
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import (
    DAY,
    HOUR,
    LONG_AGO,
    asked,
    cleaned,
    few_examples,
    old_record,
    replace,
    source_of,
)
from tests.rows import event, put

Done = tuple[str, int, timedelta]  # kind, who, how long before noon


async def did(database: Database, *some: Done) -> None:
    rows = [event(kind, NOON - ago, user_number=who) for kind, who, ago in some]
    await put(database, tables.events, *rows)


def people(report: Funnel) -> list[float | None]:
    return [step.people.value for step in report.steps]


async def test_people_go_from_step_to_step(database: Database) -> None:
    await old_record(database)
    await did(database, ("start", 1, 9 * DAY), ("download_queued", 1, 8 * DAY))
    await did(database, ("invoice", 1, 8 * DAY - HOUR), ("payment", 1, 8 * DAY - 3 * HOUR))
    await did(database, ("start", 2, 5 * DAY), ("download_queued", 2, 3 * DAY))
    await did(database, ("start", 3, 5 * DAY), ("payment", 3, 3 * DAY))
    await did(database, ("start", 4, 40 * DAY), ("download_queued", 4, 39 * DAY))

    report = await funnel(source_of(database), asked(30))

    assert people(report) == [3, 2, 1, 1]
    assert [step.people.before for step in report.steps] == [1, 1, 0, 0]
    assert [step.overall.value for step in report.steps] == [1, 2 / 3, 1 / 3, 1 / 3]
    assert [step.relative.value for step in report.steps] == [1, 2 / 3, 1 / 2, 1]
    assert [step.seconds.value for step in report.steps] == [0, 36 * 3600, 25 * 3600, 27 * 3600]
    assert report.steps[3].step_seconds.value == 2 * 3600


async def test_a_step_later_than_the_window_is_none(sqlite: Database) -> None:
    for who, late in ((1, timedelta()), (2, timedelta(milliseconds=1))):
        queued = ("download_queued", who, 6 * DAY - late)
        await did(sqlite, ("start", who, 20 * DAY), queued)

    assert people(await funnel(source_of(sqlite), asked(30)))[:2] == [2, 1]


async def test_order_counts(sqlite: Database) -> None:
    await did(sqlite, ("download_queued", 1, 3 * DAY), ("start", 1, 2 * DAY))

    assert people(await funnel(source_of(sqlite), asked())) == [1, 0, 0, 0]


async def test_a_second_try_counts_where_the_first_was_too_early(sqlite: Database) -> None:
    await did(sqlite, ("start", 1, 25 * DAY), ("download_queued", 1, 24 * DAY))
    await did(sqlite, ("start", 1, 9 * DAY), ("download_queued", 1, 8 * DAY))
    await did(sqlite, ("invoice", 1, 7 * DAY))

    assert people(await funnel(source_of(sqlite), asked(30))) == [1, 1, 1, 0]


async def test_one_event_is_one_step_only(sqlite: Database) -> None:
    await did(sqlite, ("payment", 1, 3 * DAY), ("payment", 2, 3 * DAY), ("payment", 2, DAY))

    report = await funnel(source_of(sqlite), asked(), ("paid", "paid", "paid"))

    assert people(report) == [2, 1, 0]


async def test_nobody_known_is_nobody(sqlite: Database) -> None:
    await put(sqlite, tables.events, event("start", NOON - DAY))

    assert people(await funnel(source_of(sqlite), asked())) == [0, 0, 0, 0]


async def test_a_share_of_nobody_is_unknown(sqlite: Database) -> None:
    await old_record(sqlite)

    report = await funnel(source_of(sqlite), asked())

    assert report.steps[1].overall.unknown is Unknown.NO_UPDATES
    assert report.steps[1].seconds.value is None


async def test_what_was_removed_is_unknown_and_not_empty(sqlite: Database) -> None:
    await old_record(sqlite)
    await cleaned(sqlite, NOON - 80 * DAY)

    report = await funnel(source_of(sqlite), asked(90))

    assert report.steps[0].people.unknown is Unknown.REMOVED


async def test_before_anything_is_recorded_nothing_is_known(sqlite: Database) -> None:
    report = await funnel(source_of(sqlite), asked())

    assert report.steps[0].people.unknown is Unknown.NOTHING_RECORDED


@pytest.mark.parametrize("steps", [(), ("start",), ("start", "danced"), ("start",) * 11])
async def test_steps_that_cannot_be_are_refused(sqlite: Database, steps: tuple[str, ...]) -> None:
    with pytest.raises(UnknownStepError):
        await funnel(source_of(sqlite), asked(), steps)


# Hours from the start of 42 days to noon of the last.
OVER = 41 * 24 + 12
events = st.tuples(
    st.integers(1, 2), st.sampled_from(["start", "invoice", "payment"]), st.integers(-40, OVER + 5)
)


def chains(
    mine: Sequence[tuple[int, str]], steps: Sequence[str], after: int = -1
) -> Iterator[list[int]]:
    """Every way to do *steps* one after the other, as places in *mine*."""
    if not steps:
        yield []
        return
    for place in range(after + 1, len(mine)):
        if mine[place][1] == steps[0]:
            for rest in chains(mine, steps[1:], place):
                yield [place, *rest]


def times(mine: Sequence[tuple[int, str]], steps: Sequence[str]) -> tuple[int, int] | None:
    """Hours from the first to the last of *steps*, and from the one before; None: not reached."""
    ways = [way for way in chains(mine, steps) if mine[way[-1]][0] - mine[way[0]][0] <= 14 * 24]
    if not ways:
        return None
    first = min(way[-1] for way in ways)
    hours = [[mine[place][0] for place in way] for way in ways if way[-1] == first]
    quickest = max(hours, key=lambda way: (way[0], way[max(len(way) - 2, 0)]))
    return quickest[-1] - quickest[0], quickest[-1] - quickest[max(len(quickest) - 2, 0)]


@few_examples
@given(
    st.lists(events, max_size=14),
    st.sampled_from(
        [("start", "invoice_sent", "paid"), ("paid", "paid"), ("start", "paid", "start")]
    ),
)
async def test_the_funnel_is_what_looking_at_every_way_gives(
    sqlite: Database, done: list[tuple[int, str, int]], steps: tuple[str, ...]
) -> None:
    start = asked(42).period.start
    history = [(who, kind, hour) for who, kind, hour in sorted(done, key=lambda one: one[2])]
    rows = [
        {"user_number": who, "kind": kind, "at": to_milliseconds(start + hour * HOUR)}
        for who, kind, hour in history
    ]
    await replace(sqlite, tables.events, [event("edit", LONG_AGO, user_number=9), *rows])

    report = await funnel(source_of(sqlite), asked(42), steps)

    kinds = [STEPS[name] for name in steps]
    for place, step in enumerate(report.steps, 1):
        mine = [[(h, k) for w, k, h in history if w == who and 0 <= h < OVER] for who in (1, 2)]
        found = [took for one in mine if (took := times(one, kinds[:place]))]
        assert step.people.value == len(found)
        both = (step.seconds.value, step.step_seconds.value)
        if found:
            assert both == tuple(median(took[n] for took in found) * 3600 for n in (0, 1))
