"""Engagement is counted person by person."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.reports.engagement import Engagement, engagement
from bot.analytics.reports.figure import Figure, Unknown
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import asked, replace
from tests.analytics.reports.talk import BERLIN, NOWS, Act, few, histories, long_known, told

# 1 writes 5 times, 2 four times, 3 once, 4 only presses; 5 wrote in the week before.
GOLDEN = (
    *[Act(number=1, hours=hours) for hours in (1, 2, 30, 31, 100)],
    *[Act(number=2, hours=hours, chat_id=-1) for hours in (1, 2, 3, 4)],
    Act(number=3, hours=5),
    Act(number=4, hours=6, kind="button"),
    Act(number=5, hours=24 * 8),
)


def values(figure: Figure) -> tuple[float | None, float | None]:
    return figure.value, figure.before


async def test_a_small_history_by_hand(database: Database) -> None:
    report = await engagement(await long_known(database, *GOLDEN), asked(7))

    assert values(report.total) == (4, 1)
    assert values(report.active) == (3, 1)
    assert values(report.engaged) == (1, 0)
    assert values(report.rate) == (0.75, 1)
    assert values(report.deep_rate) == (0.25, 0)


async def test_a_command_is_a_message_too(sqlite: Database) -> None:
    source = await long_known(sqlite, Act(number=1, hours=1, kind="button"))
    day = {"user_id": 1, "activity_date": NOON.date(), "message_count": 2, "command_count": 3}
    await replace(sqlite, tables.user_activity, [day])

    assert (await engagement(source, asked(7))).engaged.value == 1


async def test_in_one_chat_only_what_happened_there_counts(sqlite: Database) -> None:
    report = await engagement(await long_known(sqlite, *GOLDEN), asked(7, chat_id=-1))

    assert [values(report.total), values(report.engaged)] == [(1, 0), (0, 0)]


async def test_a_rate_of_nobody_is_unknown(sqlite: Database) -> None:
    report = await engagement(await long_known(sqlite), asked(7))

    assert values(report.total) == (0, 0)
    assert (report.rate.value, report.rate.unknown) == (None, Unknown.NO_UPDATES)


@few
@given(data=st.data(), now=st.sampled_from(NOWS), chat_id=st.sampled_from([None, -1]))
async def test_any_history_person_by_person(
    sqlite: Database, data: st.DataObject, now: datetime, chat_id: int | None
) -> None:
    acts = data.draw(histories(now))
    query = asked(9, BERLIN, now, chat_id=chat_id)

    report = await engagement(await told(sqlite, acts, BERLIN), query)

    if acts:
        assert counted(report) == expected(acts, query.period.first_day, chat_id)


def counted(report: Engagement) -> tuple[float | None, ...]:
    return report.total.value, report.active.value, report.engaged.value


def expected(acts: list[Act], first: object, chat_id: int | None) -> tuple[int, int, int]:
    mine = [
        act
        for act in acts
        if act.is_active and str(act.at.astimezone(BERLIN).date()) >= str(first)
        if chat_id in {None, act.chat_id}
    ]
    wrote = Counter(act.number for act in mine if act.kind == "message")
    much = sum(1 for count in wrote.values() if count >= 5)
    return len({act.number for act in mine}), len(wrote), much
