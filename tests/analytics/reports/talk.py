"""Who did what where and when, for reports about people and chats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from pyroaring import BitMap
from sqlalchemy import delete

from bot.analytics import milestones
from bot.analytics.audience import disk
from bot.analytics.reports.period import Period
from bot.analytics.reports.source import Source
from bot.clock import to_milliseconds
from bot.database import tables
from bot.database.audience_tables import audience_sets
from bot.database.engine import Database
from bot.database.rollup_tables import daily_stats
from tests.analytics.moments import NOON
from tests.analytics.reports.business import replace, source_of
from tests.analytics.summing import summed_up
from tests.rows import event, put, user

BERLIN = ZoneInfo("Europe/Berlin")
# Two days after the clocks went on, two days after they went back, and a winter's day.
NOWS = [datetime(2026, 3, 31, 9, 30, tzinfo=UTC), datetime(2026, 10, 27, 9, 30, tzinfo=UTC), NOON]
ACTIVE_KINDS = {"message", "button", "checkout", "quiz_right", "quiz_wrong"}
COLUMNS = {"message": "message_count", "button": "button_count"}
HOUR = timedelta(hours=1)

# Each example empties the tables itself.  To make a failing one smaller takes minutes.
few = settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
# Each example runs the jobs, too.
rolled = settings(few, max_examples=5)


@dataclass(frozen=True, kw_only=True)
class Act:
    """One event.  hours: before now; chat_id: None is the private chat."""

    number: int | None
    hours: float
    kind: str = "message"
    label: str | None = "text"
    value: float = 5
    chat_id: int | None = None
    now: datetime = NOON

    @property
    def at(self) -> datetime:
        """When."""
        return self.now - self.hours * HOUR

    @property
    def chat(self) -> int | None:
        """Where."""
        private = None if self.number is None else 1000 + self.number
        return self.chat_id or private

    @property
    def is_active(self) -> bool:
        """Whether it makes a person active."""
        return self.number is not None and self.kind in ACTIVE_KINDS and self.label != "system"

    def is_in(self, period: Period) -> bool:
        """Whether it counts in *period*, by its days' starts and by the moment of its end."""
        first = self.at.astimezone(period.zone).date() >= period.first_day
        return first and self.at < period.now

    def row(self) -> dict[str, Any]:
        """As a row of events."""
        return event(
            self.kind,
            self.at,
            user_number=self.number,
            chat_id=self.chat,
            label=self.label,
            value=self.value,
        )


def histories(now: datetime, days: int = 20) -> st.SearchStrategy[list[Act]]:
    """Any acts of a few people in a few chats in the last *days* days."""
    return st.lists(
        st.builds(
            Act,
            number=st.integers(1, 5),
            hours=st.integers(1, days * 48).map(lambda half: half / 2),
            kind=st.sampled_from(["message", "message", "message", "button", "edit"]),
            label=st.sampled_from(["text", "photo", "system", "dance"]),
            value=st.integers(0, 9),
            chat_id=st.sampled_from([None, -1, -2]),
            now=st.just(now),
        ),
        max_size=40,
    )


async def told(
    database: Database,
    acts: Sequence[Act],
    zone: tzinfo = UTC,
    languages: dict[int, str] | None = None,
    premium: Iterable[int] = (),
) -> Source:
    """The acts and nothing else in every table, and where reports ask."""
    in_order = sorted(acts, key=lambda act: act.at)
    await replace(database, tables.events, [act.row() for act in in_order])
    await replace(database, tables.users, _users(acts))
    await replace(database, tables.user_activity, _activity(acts, zone))
    await replace(database, tables.chats, _chats(acts))
    await replace(database, audience_sets, [])
    if sets := _sets(acts, zone, languages or {}, set(premium)):
        async with database.write("test") as connection:
            await disk.add(connection, sets, "test", 0)
    return source_of(database)


async def long_known(database: Database, *acts: Act) -> Source:
    """The same, and the bot has been writing for long, so that a 0 is a 0."""
    source = await told(database, acts)
    old = Act(number=None, hours=24 * 400, kind="edit")
    await put(database, tables.events, {**old.row(), "id": 0})
    return source


async def long_met(database: Database, *acts: Act, zone: tzinfo = UTC) -> Source:
    """The same, known by a person: there is no old event, so that not a year is summed up."""
    source = await told(database, acts, zone)
    old = to_milliseconds(NOON - 400 * 24 * HOUR)
    await put(database, tables.users, user(0, first_seen_at=old))
    return source


async def summed(database: Database, now: datetime, zone: tzinfo, *, removed: bool) -> None:
    """The jobs have run; removed: and what people did is gone as far as it was summed up."""
    for table in (tables.metric_aggregates, daily_stats, tables.marks):
        await replace(database, table, [])
    await summed_up(database, now, zone)
    if not removed:
        return
    async with database.write("test") as connection:
        until = (await milestones.read(connection)).rolled_until
        row = tables.events.c
        old = (row.at < until, row.kind.in_(ACTIVE_KINDS))
        await connection.execute(delete(tables.events).where(*old))
        await milestones.reach(connection, events_since=until)


def _users(acts: Sequence[Act]) -> list[dict[str, Any]]:
    seen: dict[int, list[int]] = {}
    for act in acts:
        if act.number is not None:
            times = seen.setdefault(act.number, [])
            times += [to_milliseconds(act.at)] if act.is_active else []
    return [
        user(
            number,
            first_seen_at=min(times, default=None),
            last_seen_at=max(times, default=None),
        )
        for number, times in seen.items()
    ]


def _activity(acts: Sequence[Act], zone: tzinfo) -> list[dict[str, Any]]:
    days: defaultdict[tuple[int, date], dict[str, int]] = defaultdict(
        lambda: dict.fromkeys(("message_count", "command_count", "button_count", "other_count"), 0)
    )
    for act in acts:
        if act.is_active and act.number is not None:
            day = act.at.astimezone(zone).date()
            days[act.number, day][COLUMNS.get(act.kind, "other_count")] += 1
    return [
        {"user_id": number, "activity_date": day, **counts}
        for (number, day), counts in days.items()
    ]


def _chats(acts: Sequence[Act]) -> list[dict[str, Any]]:
    times: dict[int, list[int]] = {}
    for act in acts:
        if act.chat_id is not None:
            times.setdefault(act.chat_id, []).append(to_milliseconds(act.at))
    return [
        {
            "chat_id": chat_id,
            "type": "group",
            "title": f"chat {-chat_id}",
            "first_message_at": min(some),
            "last_message_at": max(some),
        }
        for chat_id, some in times.items()
    ]


def _sets(
    acts: Sequence[Act], zone: tzinfo, languages: dict[int, str], premium: set[int]
) -> dict[tuple[date, str], BitMap]:
    sets: defaultdict[tuple[date, str], BitMap] = defaultdict(BitMap)
    for act in acts:
        if act.is_active and act.number is not None:
            day = act.at.astimezone(zone).date()
            sets[day, "active"].add(act.number)
            sets[day, f"hour:{act.at.astimezone(zone).hour:02}"].add(act.number)
            if act.kind == "message":
                sets[day, "wrote"].add(act.number)
            if act.number in languages:
                sets[day, f"language:{languages[act.number]}"].add(act.number)
            if act.number in premium:
                sets[day, "premium"].add(act.number)
    return dict(sets)
