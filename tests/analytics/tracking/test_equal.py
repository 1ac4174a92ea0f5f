"""Whatever is reported late, and whenever: the tables are those of a bot that heard it in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.analytics.audience.days import between
from bot.analytics.tracking.parcel import Part
from bot.analytics.tracking.visits import Visit
from bot.database.audience_tables import audience_sets
from bot.database.engine import Database
from bot.database.rollup_tables import daily_stats
from bot.database.tables import (
    chats,
    events,
    marks,
    metric_aggregates,
    user_activity,
    users,
)
from tests.analytics.moments import NOON, said
from tests.analytics.reports.business import few_examples, replace
from tests.analytics.summing import called, used
from tests.analytics.tracking.scene import DAY, Yard, as_noticed
from tests.rows import rows_of

# Some that are closed, and as few as it takes: each runs the jobs twice.
DAYS = 4
SEGMENTS = ("active", "new", "wrote", "command:help", "hour:12")
ALL = (audience_sets, daily_stats, chats, events, marks, metric_aggregates, user_activity, users)


@dataclass(frozen=True)
class Lived:
    """Something that happened, and whether it was heard of in time."""

    hours: int  # before now
    person: int
    what: str
    is_late: bool

    def parts(self, now: datetime) -> list[Part]:
        """What is reported of it."""
        at, person = now - timedelta(hours=self.hours), 1000 + self.person
        visit = Visit(at=at, user_id=person, kind="message")
        group: dict[str, Any] = {"chat_id": -5, "chat_type": "group", "title": "Us"}
        found: dict[str, list[Part]] = {
            "message": [visit, said(person, at)],
            "group": [visit, said(person, at, **group)],
            "command": [visit, used(at, user_id=person)],
            "call": [called(at)],
        }
        return found[self.what]


lives = st.lists(
    st.builds(
        Lived,
        hours=st.integers(0, DAYS * 24),
        person=st.integers(1, 4),
        what=st.sampled_from(["message", "group", "command", "call"]),
        is_late=st.booleans(),
    ),
    max_size=15,
)
zones = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu"])


async def _live(yard: Yard, some: list[Lived]) -> None:
    """Day by day, as it happened, with the jobs in between."""
    for day in range(DAYS, -1, -1):
        yard.now = NOON - day * DAY
        now = [one for one in some if day * 24 <= one.hours < (day + 1) * 24]
        for one in sorted(now, key=lambda one: -one.hours):
            await yard.live(*as_noticed(one.parts(NOON)))
        await yard.jobs()


async def _tables(yard: Yard) -> dict[str, Any]:
    """What reports are made of, with people by their Telegram ids."""
    database = yard.database
    people = {row["number"]: row["telegram_id"] for row in await rows_of(database, users)}
    first, last = NOON.date() - (DAYS + 1) * DAY, NOON.date() + DAY
    return {
        "users": sorted(
            (row["telegram_id"], row["first_seen_at"], row["last_seen_at"])
            for row in await rows_of(database, users)
        ),
        "activity": sorted(
            (people[row["user_id"]], row["activity_date"], row["message_count"])
            for row in await rows_of(database, user_activity)
        ),
        "chats": [tuple(row.values()) for row in await rows_of(database, chats)],
        "sums": sorted(
            tuple(row.values())
            for row in await rows_of(database, metric_aggregates)
            if row["name"] != "updates"
        ),
        "days": {row["day"]: {**row} for row in await rows_of(database, daily_stats)},
        "sets": {
            (segment, day): sorted(people[number] for number in members)
            for segment in SEGMENTS
            for day, members in zip(
                between(first, last), await yard.audience.days(segment, first, last), strict=True
            )
        },
    }


async def _emptied(database: Database) -> None:
    for table in ALL:
        await replace(database, table, [])


@settings(few_examples, max_examples=6, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(lives, zones)
async def test_late_facts_leave_what_facts_in_time_leave(
    sqlite: Database, some: list[Lived], name: str
) -> None:
    zone = ZoneInfo(name)
    await _emptied(sqlite)
    in_time = Yard(sqlite, zone=zone)
    await _live(in_time, some)
    expected = await _tables(in_time)

    await _emptied(sqlite)
    late = Yard(sqlite, zone=zone)
    await _live(late, [one for one in some if not one.is_late])
    for one in some:
        if one.is_late:
            await late.take(*one.parts(NOON))
    await late.jobs()

    assert await _tables(late) == expected
