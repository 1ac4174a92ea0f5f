"""Answers are what looking at each deed gives, and what the reports say."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.analytics.query.question import (
    Either,
    Every,
    Filter,
    HasDone,
    Is,
    Not,
    leaves,
)
from bot.analytics.reports.commands import commands
from bot.analytics.reports.messages import messages
from bot.analytics.reports.query import Query
from bot.analytics.reports.users import users
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.query.scene import (
    LANGUAGE_NAMES,
    NOWS,
    SOURCE_NAMES,
    Deed,
    Scene,
    counted,
    few,
    histories,
    table,
    within,
)
from tests.analytics.reports.talk import summed

DAYS = 9
ZONES = st.sampled_from(["UTC", "Europe/Berlin"])
PASTS = st.sampled_from(NOWS).flatmap(lambda now: st.tuples(st.just(now), histories(now)))
ABLE = ["day", "hour", "weekday", "language", "source", "chat_type", "content_type"]
CUTS = st.lists(st.sampled_from(ABLE), min_size=2, max_size=3, unique=True).map(tuple)
# Whoever came by a link came days after somebody who did not.
STRANGER_FIRST = [
    Deed(person=3, at=datetime(2025, 12, 25, tzinfo=UTC), kind="command", label="help"),
    Deed(person=4, at=datetime(2025, 12, 30, 8, tzinfo=UTC), label="photo"),
]


def traits(deed: Deed, scene: Scene) -> dict[str, Any]:
    """What is known of a deed."""
    local = deed.at.astimezone(scene.zone)
    return {
        "day": local.date(),
        "hour": local.hour,
        "weekday": local.weekday(),
        "language": LANGUAGE_NAMES[deed.person],
        "source": SOURCE_NAMES[deed.person],
        "plan": "free",
        "chat_type": deed.chat_type,
        "content_type": deed.label if deed.kind == "message" else "text",
        "command": deed.label,
    }


def is_true(where: Filter | None, deed: Deed, scene: Scene, deeds: list[Deed]) -> bool:
    """Whether a filter is true of a deed, looked at alone."""
    match where:
        case None:
            return True
        case Is(dimension, values):
            return traits(deed, scene)[dimension] in values
        case Not(part):
            return not is_true(part, deed, scene, deeds)
        case Every(parts):
            return all(is_true(part, deed, scene, deeds) for part in parts)
        case Either(parts):
            return any(is_true(part, deed, scene, deeds) for part in parts)
        case HasDone():
            return len(done(where, deed.person, scene, deeds)) >= where.at_least


def done(where: HasDone, person: int, scene: Scene, deeds: list[Deed]) -> set[Any]:
    """The acts of a person that a has_done is about; days, where it is about days."""
    mine = [
        (number, deed)
        for number, deed in enumerate(deeds)
        if deed.person == person and where.first <= deed.day(scene.zone) <= where.last
    ]
    if where.act == "active":
        return {deed.day(scene.zone) for _, deed in mine}
    kinds = {"message": {"message", "command"}}.get(where.act, {where.act})
    return {
        number
        for number, deed in mine
        if deed.kind in kinds and (not where.name or deed.label == where.name)
    }


def conditions(scene: Scene) -> st.SearchStrategy[Filter]:
    """Any condition about people and times."""
    today = scene.now.date()
    choices: list[tuple[Any, list[Any]]] = [
        ("language", ["de", "en", "other", "fr", None]),
        ("source", ["ads", "blog", None]),
        ("plan", ["free", "premium"]),
        ("weekday", [0, 3, 6]),
        ("hour", [2, 3, 9]),
        ("day", [today]),
    ]
    named = st.sampled_from(choices).flatmap(
        lambda one: st.lists(st.sampled_from(one[1]), min_size=1, max_size=2).map(
            lambda values: Is(one[0], tuple(values))
        )
    )
    acts: list[tuple[Any, str]] = [
        *(("active", ""), ("message", ""), ("command", ""), ("command", "help"), ("button", "")),
    ]
    often = st.builds(
        lambda act, times, days: HasDone(
            act[0], today - timedelta(days=days), today, act[1], times
        ),
        st.sampled_from(acts),
        st.integers(1, 3),
        st.integers(0, 12),
    )
    return st.recursive(named | often, _joined, max_leaves=4)


def _joined(some: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    parts = st.lists(some, min_size=1, max_size=3).map(tuple)
    return st.one_of(some.map(Not), parts.map(Every), parts.map(Either))


@few
@given(data=st.data(), now=st.sampled_from(NOWS), zone=ZONES)
async def test_any_filter_is_true_of_the_messages_it_is_true_of(
    database: Database, data: st.DataObject, now: datetime, zone: str
) -> None:
    deeds = data.draw(histories(now))
    scene = await Scene(database, now, zone).tell(*deeds)
    where = data.draw(conditions(scene))

    answer = await scene.ask("messages", "buttons", days=DAYS, where=where)

    mine = [deed for deed in within(deeds, answer) if is_true(where, deed, scene, deeds)]
    assert answer.totals.values["messages"] == sum(deed.kind != "button" for deed in mine)
    assert answer.totals.values["buttons"] == sum(deed.kind == "button" for deed in mine)


@few
@given(data=st.data(), now=st.sampled_from(NOWS), zone=ZONES)
async def test_people_are_those_with_a_day_of_which_the_filter_is_true(
    database: Database, data: st.DataObject, now: datetime, zone: str
) -> None:
    deeds = data.draw(histories(now))
    scene = await Scene(database, now, zone).tell(*deeds)
    where = data.draw(conditions(scene))
    by = data.draw(st.sampled_from(["day", "weekday", "language", "source", "plan"]))

    answer = await scene.ask("people", days=DAYS, where=where, dimensions=(by,))

    found: defaultdict[Any, set[int]] = defaultdict(set)
    by_day: defaultdict[Any, list[Deed]] = defaultdict(list)
    for deed in within(deeds, answer):
        by_day[deed.person, deed.day(scene.zone)].append(deed)
    for (person, _), some in by_day.items():
        if true_of_day(where, some, scene, deeds):
            found[traits(some[0], scene)[by]].add(person)
    assert answer.totals.values["people"] == len(set().union(*found.values()))
    assert counted(answer) == {key: len(some) for key, some in found.items()}


def true_of_day(where: Filter, some: list[Deed], scene: Scene, deeds: list[Deed]) -> bool:
    """Whether a filter is true of a person's day: an hour is, if they did anything in it."""
    match where:
        case Is("hour", values):
            return any(traits(deed, scene)["hour"] in values for deed in some)
        case Not(part):
            return not true_of_day(part, some, scene, deeds)
        case Every(parts):
            return all(true_of_day(part, some, scene, deeds) for part in parts)
        case Either(parts):
            return any(true_of_day(part, some, scene, deeds) for part in parts)
        case _:
            return is_true(where, some[0], scene, deeds)


@few
@given(data=st.data(), now=st.sampled_from(NOWS), zone=ZONES, is_summed=st.booleans())
async def test_the_sum_of_the_rows_is_the_whole_and_what_the_report_says(
    sqlite: Database, data: st.DataObject, now: datetime, zone: str, *, is_summed: bool
) -> None:
    deeds = data.draw(histories(now))
    scene = await Scene(sqlite, now, zone).tell(*deeds)
    if is_summed:
        await summed(sqlite, now, scene.zone, removed=False)
    able = ["day", "hour", "weekday", "language", "source", "plan", "chat_type"]
    some = data.draw(st.lists(st.sampled_from(able), max_size=3, unique=True))

    answer = await scene.ask("messages", "commands", days=DAYS, dimensions=tuple(some))

    query = Query(period=answer.question.period)
    said, typed = await messages(scene.source, query), await commands(scene.source, query)
    # The report on commands knows nothing before the first one.
    assert answer.totals.values == {
        "messages": said.total.value,
        "commands": typed.uses.value or 0,
    }
    for metric, total in answer.totals.values.items():
        rows = table(answer, metric).values()
        assert sum(value for value in rows if isinstance(value, int)) == total


@few
@given(past=PASTS, zone=ZONES, by=CUTS)
@example(past=(NOON, STRANGER_FIRST), zone="UTC", by=("day", "source", "weekday"))
async def test_each_row_is_what_its_messages_are(
    database: Database, past: tuple[datetime, list[Deed]], zone: str, by: Any
) -> None:
    now, deeds = past
    scene = await Scene(database, now, zone).tell(*deeds)

    answer = await scene.ask("messages", days=DAYS, dimensions=by)

    mine = Counter(
        tuple(traits(deed, scene)[name] for name in by)
        for deed in within(deeds, answer)
        if deed.kind != "button"
    )
    assert counted(answer) == mine


@few
@given(data=st.data(), now=st.sampled_from(NOWS), zone=ZONES)
async def test_people_are_as_many_as_the_report_says(
    sqlite: Database, data: st.DataObject, now: datetime, zone: str
) -> None:
    deeds = data.draw(histories(now))
    scene = await Scene(sqlite, now, zone).tell(*deeds)

    answer = await scene.ask("people", "new_people", days=DAYS, dimensions=("language",))

    report = await users(scene.source, Query(period=answer.question.period))
    spoken = {one.tag or None: one.people for one in report.languages}
    assert answer.totals.values == {"people": report.active.value, "new_people": report.new.value}
    assert counted(answer) == spoken


def test_the_naive_way_knows_every_condition() -> None:
    where = Every((Is("hour", (1,)), Not(Either((Is("day", ()),)))))

    assert [one.dimension for one in leaves(where) if isinstance(one, Is)] == ["hour", "day"]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
async def test_what_is_summed_and_removed_is_counted_as_before(
    database: Database, zone: str
) -> None:
    now = NOWS[0]
    deeds = [Deed(person=n % 5 + 1, at=now.replace(day=n % 6 + 25)) for n in range(60)]
    scene = await Scene(database, now, zone).tell(*deeds)
    before = await scene.ask("messages", days=8, dimensions=("day", "content_type"))

    await summed(database, now, scene.zone, removed=True)
    after = await scene.ask("messages", days=8, dimensions=("day", "content_type"))

    assert table(after) == table(before)
    assert after.totals.values == {"messages": 60}
