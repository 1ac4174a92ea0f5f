"""Languages and premium are shares of the active people."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.reports.languages import Languages, LanguageShare, languages
from bot.database.engine import Database
from tests.analytics.reports.business import asked
from tests.analytics.reports.talk import BERLIN, NOWS, Act, few, histories, told

TAGS = {1: "de", 2: "de", 3: "en", 4: "other"}
PREMIUM = {1, 3}
GOLDEN = [
    *[Act(number=number, hours=number) for number in (1, 2, 3, 5)],
    Act(number=2, hours=2, chat_id=-1),
    Act(number=1, hours=24 * 15),
    Act(number=1, hours=24 * 40),
    Act(number=4, hours=24 * 10),
]


def row(tag: str, people: int, share: float, premium: int, premium_share: float) -> LanguageShare:
    return LanguageShare(
        tag=tag, people=people, share=share, premium=premium, premium_share=premium_share
    )


async def test_a_small_history_by_hand(database: Database) -> None:
    source = await told(database, GOLDEN, languages=TAGS, premium=PREMIUM)

    report = await languages(source, asked(10))

    assert report.languages == (
        row("de", 2, 0.5, 1, 0.5),
        row("", 1, 0.25, 0, 0),
        row("en", 1, 0.25, 1, 1),
    )
    assert (report.active.value, report.active.before) == (4, 2)
    assert (report.premium.value, report.premium.before) == (2, 1)
    assert (report.premium_share.value, report.premium_share.before) == (0.5, 0.5)


async def test_in_one_chat_only_its_people_count(sqlite: Database) -> None:
    source = await told(sqlite, GOLDEN, languages=TAGS, premium=PREMIUM)

    report = await languages(source, asked(10, chat_id=-1))

    assert report.languages == (row("de", 1, 1, 0, 0),)


async def test_without_records_there_are_no_languages(sqlite: Database) -> None:
    report = await languages(await told(sqlite, []), asked(10))

    assert report.languages == ()
    assert report.premium_share.value is None


@few
@given(data=st.data(), now=st.sampled_from(NOWS))
async def test_any_history_person_by_person(
    sqlite: Database, data: st.DataObject, now: datetime
) -> None:
    acts = data.draw(histories(now))
    query = asked(9, BERLIN, now)
    source = await told(sqlite, acts, BERLIN, TAGS, PREMIUM)
    source.audience._clock = lambda: now  # noqa: SLF001  segments() looks back from today

    report = await languages(source, query)

    first = query.period.first_day
    people = {
        act.number for act in acts if act.is_active and act.at.astimezone(BERLIN).date() >= first
    }
    assert spoken(report) == {
        tag: len(some)
        for tag in ("de", "en", "other", "")
        if (some := {number for number in people if TAGS.get(number or 0, "") == tag})
    }


def spoken(report: Languages) -> dict[str, int]:
    return {one.tag: one.people for one in report.languages}
