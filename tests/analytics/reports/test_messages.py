"""Message statistics are what counting the messages one by one gives."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.audience.audience import Audience
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.messages import TYPES, messages
from bot.database import tables
from bot.database.audience_tables import audience_sets
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import asked, replace
from tests.analytics.reports.talk import (
    BERLIN,
    NOWS,
    Act,
    few,
    histories,
    long_known,
    long_met,
    rolled,
    summed,
    told,
)

GOLDEN = (
    Act(number=1, hours=1, value=10),
    Act(number=1, hours=30, value=20),
    Act(number=2, hours=2, label="photo", value=99, chat_id=-1),
    Act(number=2, hours=3, label="system", chat_id=-1),
    Act(number=3, hours=4, label="system", chat_id=-1),
    Act(number=None, hours=4, label="text", value=30, chat_id=-2),
    Act(number=4, hours=5, kind="button"),
    Act(number=1, hours=24 * 8, label="voice"),
)


async def test_a_small_history_by_hand(database: Database) -> None:
    report = await messages(await long_known(database, *GOLDEN), asked(7))

    assert (report.total.value, report.total.before) == (6, 1)
    assert {name: one.value for name, one in report.by_type.items() if one.value} == {
        "text": 3,
        "photo": 1,
        "system": 2,
    }
    assert report.shares["text"].value == 0.5
    assert (report.shares["voice"].value, report.shares["voice"].before) == (0, 1)
    assert (report.senders.value, report.senders.before) == (2, 1)
    assert (report.mean_length.value, report.mean_length.before) == (20, None)
    assert report.mean_length.unknown_before == Unknown.NO_UPDATES


@pytest.mark.parametrize(
    ("narrowed", "total"),
    [({"chat_id": -1}, 3), ({"user_id": 1001}, 2), ({"chat_id": -1, "user_id": 1002}, 2)],
)
async def test_of_one_chat_or_person_only_theirs_count(
    sqlite: Database, narrowed: dict[str, Any], total: int
) -> None:
    report = await messages(await long_known(sqlite, *GOLDEN), asked(7, **narrowed))

    assert report.total.value == total


async def test_a_stranger_has_written_nothing(sqlite: Database) -> None:
    report = await messages(await long_known(sqlite, *GOLDEN), asked(7, user_id=5))

    assert (report.total.value, report.shares["text"].value) == (0, None)


async def test_without_records_nothing_is_known(sqlite: Database) -> None:
    report = await messages(await told(sqlite, []), asked(7))

    assert report.total.unknown == Unknown.NOTHING_RECORDED


@few
@given(data=st.data(), now=st.sampled_from(NOWS), chat_id=st.sampled_from([None, -1]))
async def test_any_history_message_by_message(
    sqlite: Database, data: st.DataObject, now: datetime, chat_id: int | None
) -> None:
    acts = data.draw(histories(now))
    query = asked(9, BERLIN, now, chat_id=chat_id)

    report = await messages(await told(sqlite, acts, BERLIN), query)

    mine = [
        act
        for act in acts
        if act.kind == "message" and act.is_in(query.period) and chat_id in {None, act.chat_id}
    ]
    if acts:
        assert report.total.value == len(mine)
        assert report.senders.value == len({act.number for act in mine if act.label != "system"})
        for name in TYPES:
            known = TYPES if name == "other" else ()
            some = [one for one in mine if one.label == name or (known and one.label not in known)]
            assert report.by_type[name].value == len(some)


@rolled
@given(data=st.data(), now=st.sampled_from(NOWS))
async def test_sums_and_sets_tell_what_single_messages_tell(
    sqlite: Database, data: st.DataObject, now: datetime
) -> None:
    met = await long_met(sqlite, *data.draw(histories(now)), zone=BERLIN)
    # The day of the question is today: there its own messages are in a set, too.
    audience = Audience(sqlite, clock=lambda: now, zone=BERLIN)
    source = dataclasses.replace(met, audience=audience)
    query = asked(9, BERLIN, now)
    await replace(sqlite, tables.marks, [])
    single = await messages(source, query)

    await summed(sqlite, now, BERLIN, removed=False)
    report = await messages(source, query)
    await summed(sqlite, now, BERLIN, removed=True)
    later = await messages(source, query)

    assert report == single
    assert (later.by_type, later.mean_length) == (single.by_type, single.mean_length)
    assert later.senders.value == single.senders.value


async def test_who_wrote_on_part_of_a_day_is_unknown_without_the_messages(
    sqlite: Database,
) -> None:
    source = await long_met(sqlite, *GOLDEN)
    await summed(sqlite, NOON, UTC, removed=True)

    report = await messages(source, asked(7))

    assert (report.senders.value, report.senders.before) == (2, None)
    assert report.senders.unknown_before == Unknown.REMOVED
    assert report.summed_until == datetime(2026, 1, 1, 9, tzinfo=UTC)


async def test_of_everybody_are_the_senders_that_an_open_day_has(sqlite: Database) -> None:
    source = await long_met(sqlite, *GOLDEN)
    source.audience._overdue = [NOON.date()]  # noqa: SLF001  as before the first round
    await replace(sqlite, audience_sets, [])

    assert (await messages(source, asked(7))).senders.value == 2
