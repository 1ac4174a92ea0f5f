"""The top is what sorting everybody gives, although hardly anybody is looked at."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.reports.foremost import foremost
from bot.analytics.reports.top import TopPerson, top
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import DAY, asked, replace
from tests.analytics.reports.talk import BERLIN, NOWS, Act, few, histories, told

# 1 presses most, 2 writes most, 3 only presses.
GOLDEN = [
    *[Act(number=1, hours=hours, kind="button") for hours in (1, 2, 3, 40)],
    Act(number=1, hours=5, chat_id=-1),
    *[Act(number=2, hours=hours, chat_id=-2) for hours in (1, 30, 31)],
    Act(number=3, hours=4, kind="button", chat_id=-1),
]


def first(some: tuple[TopPerson, ...]) -> list[tuple[int, int, int]]:
    return [(one.telegram_id - 1000, one.messages, one.activity) for one in some]


async def test_a_small_history_by_hand(database: Database) -> None:
    report = await top(await told(database, GOLDEN), asked(7))

    assert first(report.people_by_messages) == [(2, 3, 3), (1, 1, 5)]
    assert first(report.people_by_activity) == [(1, 1, 5), (2, 3, 3), (3, 0, 1)]
    chats = (report.chats_by_messages, report.chats_by_activity, report.chats_by_participants)
    assert [[one.chat_id for one in some] for some in chats] == [[-2, -1], [-2, -1], [-1, -2]]
    assert (report.people, report.chats) == (3, 2)


async def test_of_one_chat_only_its_people(sqlite: Database) -> None:
    report = await top(await told(sqlite, GOLDEN), asked(7, chat_id=-1))

    assert first(report.people_by_activity) == [(1, 1, 1), (3, 0, 1)]
    assert report.chats_by_messages == ()


async def test_a_size_cuts_and_equals_go_by_who_came_first(sqlite: Database) -> None:
    acts = [Act(number=number, hours=1) for number in range(1, 30)]

    report = await top(await told(sqlite, acts), asked(7, size=5))

    assert [number for number, *_ in first(report.people_by_messages)] == [1, 2, 3, 4, 5]
    assert report.people == 29


WORK = st.dictionaries(
    st.tuples(st.integers(1, 400), st.integers(0, 3)),
    st.tuples(st.integers(0, 6), st.integers(0, 6)),
    min_size=100,
    max_size=400,
)


@few
@given(work=WORK)
async def test_the_threshold_finds_whom_adding_up_everybody_finds(
    sqlite: Database, work: dict[tuple[int, int], tuple[int, int]]
) -> None:
    rows: list[dict[str, Any]] = [
        {
            "user_id": number,
            "activity_date": (NOON - ago * DAY).date(),
            "message_count": wrote,
            "command_count": 0,
            "button_count": pressed + number // 300 * 50,
            "other_count": 0,
        }
        for (number, ago), (wrote, pressed) in work.items()
    ]
    await replace(sqlite, tables.user_activity, rows)

    async with sqlite.read("test") as connection:
        found = await foremost(connection, asked(3).period, 10)

    today = [row for row in rows if row["activity_date"] > (NOON - 3 * DAY).date()]
    for name, columns in (
        ("messages", ["message_count"]),
        ("activity", ["message_count", "button_count"]),
    ):
        sums = Counter[int]()
        for row in today:
            sums[row["user_id"]] += sum(row[column] for column in columns)
        best = sorted(+sums, key=lambda number: (-sums[number], number))[:10]
        ranked = sorted(found, key=lambda number: (-getattr(found[number], name), number))
        assert ranked[: len(best)] == best


@few
@given(data=st.data(), now=st.sampled_from(NOWS))
async def test_any_history_act_by_act(
    sqlite: Database, data: st.DataObject, now: datetime
) -> None:
    acts = data.draw(histories(now))
    query = asked(9, BERLIN, now)

    report = await top(await told(sqlite, acts, BERLIN), query)

    mine = [act for act in acts if act.is_active and act.is_in(query.period)]
    done = Counter(act.number for act in mine)
    assert {who: acted for who, _, acted in first(report.people_by_activity)} == done
    in_chats = Counter(act.chat_id for act in mine if act.chat_id)
    assert {one.chat_id: one.activity for one in report.chats_by_activity} == in_chats
    there = {(act.chat_id, act.number) for act in mine if act.chat_id}
    assert {one.chat_id: one.participants for one in report.chats_by_participants} == Counter(
        chat_id for chat_id, _ in there
    )


async def test_a_busy_chat_of_few_does_not_hide_a_quiet_one_of_many(sqlite: Database) -> None:
    busy = [Act(number=1, hours=hours, chat_id=-1) for hours in range(1, 9)]
    quiet = [Act(number=number, hours=1, chat_id=-2) for number in range(1, 4)]
    lone = [Act(number=1, hours=hours, chat_id=-3) for hours in (1, 2)]

    report = await top(await told(sqlite, [*busy, *quiet, *lone]), asked(7, size=1))

    assert [(one.chat_id, one.participants) for one in report.chats_by_participants] == [(-2, 3)]
    assert [(one.chat_id, one.participants) for one in report.chats_by_activity] == [(-1, 1)]


@pytest.mark.parametrize("people", [4, 400])
async def test_people_who_are_all_alike_are_added_up(sqlite: Database, people: int) -> None:
    acts = [Act(number=number, hours=1) for number in range(1, people + 1)]

    report = await top(await told(sqlite, acts), asked(2, size=5))

    assert first(report.people_by_activity) == [(n, 1, 1) for n in range(1, min(people, 5) + 1)]
