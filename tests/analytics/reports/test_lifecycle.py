"""Who is new, stays, comes back or stays away is what looking at each person gives."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.audience.spans import preceding
from bot.analytics.reports.lifecycle import lifecycle
from bot.analytics.reports.query import Step
from bot.analytics.reports.source import Source
from bot.database.engine import Database
from tests.analytics.reports.crowd import (
    HISTORIES,
    Came,
    Template,
    ago,
    asked,
    crowd,
    few,
    template,
)

__all__ = ["template"]  # a fixture

STEPS: list[Step] = ["day", "week", "month"]
# Three days ago 1 and 2 begin; 2 is away for a day and comes back; 3 begins today.
GOLDEN: Came = {3: {1, 2}, 2: {1}, 1: {2}, 0: {2, 3}}


async def test_a_small_history_by_hand(database: Database) -> None:
    report = await lifecycle(await crowd(database, GOLDEN), asked(10))

    assert [
        (one.span.first, one.active, one.new, one.returning, one.resurrecting, one.dormant)
        for one in report.stages
    ] == [
        (ago(3), 2, 2, 0, 0, 0),
        (ago(2), 1, 0, 1, 0, -1),
        (ago(1), 1, 0, 0, 1, -1),
        (ago(0), 2, 1, 1, 0, None),
    ]
    assert report.recorded_since == ago(3)


async def test_without_records_there_are_no_stages(sqlite: Database) -> None:
    assert (await lifecycle(await crowd(sqlite, {}), asked(10))).stages == ()


@few
@given(came=HISTORIES, step=st.sampled_from(STEPS))
def test_any_history_person_by_person(template: Template, came: Came, step: Step) -> None:
    days = {n: {ago(day) for day, some in came.items() if n in some} for n in range(1, 9)}

    async def check(source: Source) -> None:
        for one in (await lifecycle(source, asked(60, step=step))).stages:
            span, before = one.span, preceding(one.span, step)
            now = {n for n in days if some_day(days[n], span.first, span.last)}
            then = {n for n in days if some_day(days[n], before.first, before.last)}
            new = {n for n in now if min(days[n]) >= span.first}
            assert (one.active, one.new) == (len(now), len(new))
            assert one.returning == len(now & then - new)
            assert one.resurrecting == len(now - then - new)
            assert one.dormant == (-len(then - now) if span.is_over else None)
            assert one.new + one.returning + one.resurrecting == one.active

    template.run(came, check)


def some_day(days: set[date], first: date, last: date) -> bool:
    return any(first <= day <= last for day in days)


@pytest.mark.parametrize("step", STEPS)
async def test_the_current_span_is_not_over(sqlite: Database, step: Step) -> None:
    source = await crowd(sqlite, {0: {1}, 40: {2}, 80: {3}})

    stages = (await lifecycle(source, asked(60, step=step))).stages

    assert [one.span.is_over for one in stages] == [True] * (len(stages) - 1) + [False]
    assert stages[-1].span.first <= ago(0) < stages[-1].span.last + timedelta(days=1)
