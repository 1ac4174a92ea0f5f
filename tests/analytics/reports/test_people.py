"""Users, one person, one chat and all chats are what looking at each act gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.reports.chat import chat
from bot.analytics.reports.chats import chats
from bot.analytics.reports.figure import Figure, Unknown
from bot.analytics.reports.period import last_days
from bot.analytics.reports.person import person
from bot.analytics.reports.query import Query
from bot.analytics.reports.users import users
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import asked, cleaned
from tests.analytics.reports.talk import BERLIN, NOWS, Act, few, histories, long_known, told

GOLDEN = (
    Act(number=1, hours=24 * 9),
    Act(number=1, hours=1),
    Act(number=1, hours=30, chat_id=-1),
    Act(number=1, hours=31, chat_id=-1, kind="button"),
    Act(number=2, hours=24 * 8, chat_id=-1),
    Act(number=2, hours=24 * 3, chat_id=-1, kind="leave", label=None),
    Act(number=3, hours=2, chat_id=-2),
    Act(number=3, hours=2, chat_id=-1, label="system"),
)


def values(figure: Figure) -> tuple[float | None, float | None]:
    return figure.value, figure.before


async def test_users_by_hand(database: Database) -> None:
    report = await users(await long_known(database, *GOLDEN), asked(7))

    assert values(report.known) == (3, 2)
    assert values(report.new) == (1, 2)
    assert values(report.active) == (2, 2)
    assert values(report.blocked) == (0, 0)


async def test_who_had_blocked_the_bot_before_the_records_is_unknown(sqlite: Database) -> None:
    source = await long_known(sqlite, *GOLDEN)
    await cleaned(sqlite, NOON - timedelta(days=90))

    short, long = [await users(source, asked(days)) for days in (7, 100)]

    assert values(short.blocked) == (0, 0)
    assert (values(long.blocked), long.blocked.unknown_before) == ((0, None), Unknown.REMOVED)


async def test_a_person_by_hand(database: Database) -> None:
    report = await person(await long_known(database, *GOLDEN), asked(7, user_id=1001))

    assert values(report.messages) == (2, 1)
    assert values(report.active_days) == (2, 1)
    assert values(report.chats) == (2, 1)
    # They were met on the fourth last day of the period before.
    assert values(report.mean_messages) == (2 / 7, 1 / 3)
    assert (report.all_messages, report.first_at) == (3, NOON - timedelta(days=9))


async def test_of_a_stranger_nothing_is_known(sqlite: Database) -> None:
    report = await person(await told(sqlite, GOLDEN), asked(7, user_id=5))

    assert (report.first_at, report.messages.unknown) == (None, Unknown.NOTHING_RECORDED)


async def test_a_person_has_to_be_named(sqlite: Database) -> None:
    source = await told(sqlite, [])

    with pytest.raises(ValueError, match="user_id"):
        await person(source, asked(7))
    with pytest.raises(ValueError, match="chat_id"):
        await chat(source, asked(7))


async def test_a_chat_by_hand(database: Database) -> None:
    long_before = Act(number=2, hours=24 * 14, chat_id=-1)
    report = await chat(await long_known(database, long_before, *GOLDEN), asked(7, chat_id=-1))

    assert (report.title, report.participants) == ("chat 1", 2)
    assert values(report.active_participants) == (1, 1)
    assert values(report.messages) == (2, 1)
    assert values(report.mean_messages) == (2 / 7, 1 / 7)
    assert (report.age_seconds, report.first_at) == (14 * 86400, NOON - timedelta(days=14))


async def test_before_the_bot_came_nothing_of_a_chat_is_known(sqlite: Database) -> None:
    source = await long_known(sqlite, Act(number=1, hours=24 * 6, chat_id=-1))

    report = await chat(source, asked(7, chat_id=-1))

    assert values(report.messages) == (1, None)
    assert report.messages.unknown_before is Unknown.NOT_RECORDED_THEN


async def test_people_of_a_chat_are_those_of_the_traces_that_are_kept(sqlite: Database) -> None:
    source = await long_known(sqlite, *GOLDEN)
    async with sqlite.write("test") as connection:
        here = tables.chats.update().where(tables.chats.c.chat_id == -1)
        await connection.execute(here.values(joined_at=5))
    await cleaned(sqlite, NOON - timedelta(days=90))

    old, young = [await chat(source, asked(7, chat_id=chat_id)) for chat_id in (-1, -2)]

    assert (old.kept_since, young.kept_since) == (NOON - timedelta(days=90), None)


async def test_of_a_chat_nobody_knows_nothing_is_known(sqlite: Database) -> None:
    report = await chat(await told(sqlite, GOLDEN), asked(7, chat_id=-9))

    assert (report.type, report.messages.unknown) == ("", Unknown.NOTHING_RECORDED)


async def test_chats_by_hand(database: Database) -> None:
    report = await chats(await long_known(database, *GOLDEN), asked(7))

    assert report.present == {"group": 2}
    assert (values(report.active), values(report.messages)) == ((2, 1), (3, 1))
    assert [(one.chat_id, one.messages, one.participants, one.activity) for one in report.top] == [
        (-1, 2, 1, 2),
        (-2, 1, 1, 1),
    ]


@few
@given(data=st.data(), now=st.sampled_from(NOWS))
async def test_any_history_act_by_act(
    sqlite: Database, data: st.DataObject, now: datetime
) -> None:
    acts = data.draw(histories(now))
    query = asked(9, BERLIN, now, user_id=1001, chat_id=-1)
    source = await told(sqlite, acts, BERLIN)

    everybody, one, room = (
        await users(source, query), await person(source, query), await chat(source, query)
    )  # fmt: skip

    mine = [act for act in acts if act.is_active and act.is_in(query.period)]
    if acts:
        assert everybody.known.value == len({act.number for act in acts if act.is_active})
        assert everybody.active.value == len({act.number for act in mine})
    if any(act.number == 1 for act in acts):
        hers = [act for act in mine if act.number == 1]
        assert one.messages.value == sum(act.kind == "message" for act in hers)
        assert one.chats.value == len({act.chat for act in hers})
    if room.type:
        people = {act.number for act in mine if act.chat_id == -1}
        assert room.active_participants.value == len(people)
        assert room.participants == len({act.number for act in acts if act.chat_id == -1})


async def test_before_a_chat_was_met_it_had_no_age(sqlite: Database) -> None:
    source = await long_known(sqlite, Act(number=1, hours=1, chat_id=-1))
    days = last_days(7, NOON, UTC, until=NOON.date() - timedelta(days=3))

    report = await chat(source, Query(period=days, chat_id=-1))

    assert (report.title, report.age_seconds) == ("chat 1", None)
    assert report.messages.unknown is Unknown.NOT_RECORDED_THEN
