"""Late facts of days whose row of daily_stats is written: they are added to it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.audience.days import DAY, Days, between
from bot.analytics.audience.late import Moved
from bot.analytics.batch import Batch
from bot.analytics.reports.daily import WAITING
from bot.analytics.transaction import Written
from bot.database.rollup_tables import daily_stats
from bot.database.tables import user_activity

row = daily_stats.c
COUNTED = {"message": "messages", "command": "commands", "conversation": "conversations"}
NOTHING = dict.fromkeys(
    (
        *("people", "active_people", "new_people", "conversations", "messages"),
        *("commands", "updates", "errors"),
    ),
    0,
)
Present = set[tuple[int, date]]
Changes = Mapping[date, Counter[str]]


@dataclass(frozen=True, slots=True)
class Closed:
    """The days with a row, one after the other."""

    first: date
    last: date


async def closed(connection: AsyncConnection) -> Closed | None:
    """None: no day has a row."""
    first, last = (await connection.execute(select(func.min(row.day), func.max(row.day)))).one()
    if first is None:
        return None
    return Closed(date.fromisoformat(str(first)), date.fromisoformat(str(last)))


async def present(
    connection: AsyncConnection, batch: Batch, numbers: Mapping[int, int]
) -> Present:
    """Who of *batch* was active on which of its days; to be asked before it is written."""
    days = {day for _, day in batch.activity}
    if not days:
        return set()
    activity = user_activity.c
    mine = [
        numbers[user_id] for user_id in {user_id for user_id, _ in batch.activity} & numbers.keys()
    ]
    query = select(activity.user_id, activity.activity_date).where(
        activity.activity_date.in_(days), activity.user_id.in_(mine)
    )
    return {(number, day) for number, day in await connection.execute(query)}


def changes(batch: Batch, written: Written, moved: Moved, before: Present, days: Days) -> Changes:
    """What *batch* adds to each day; people: from that day on."""
    found: defaultdict[date, Counter[str]] = defaultdict(Counter)
    for day, column, count in _changes(batch, written, moved, before, days):
        found[day][column] += count
    return found


def _changes(
    batch: Batch, written: Written, moved: Moved, before: Present, days: Days
) -> Iterator[tuple[date, str, int]]:
    for at, kind, *_ in batch.events:
        if kind in COUNTED:
            yield days.of(at), COUNTED[kind], 1
    for (name, label, minute), (count, *_) in batch.aggregates.items():
        if name == "api" and not label.startswith(f"{WAITING},"):
            yield days.of(minute), "api_calls", int(count)
    for user_id, day in batch.activity:
        if (written.numbers[user_id], day) not in before:
            yield day, "active_people", 1
    for user_id in written.new:
        yield from _new(days.of(batch.people[user_id].first_at or 0), 1)
    for then, earlier in moved.values():
        yield from _new(days.of(then), -1)
        yield from _new(days.of(earlier), 1)


def _new(day: date, count: int) -> Iterator[tuple[date, str, int]]:
    yield day, "new_people", count
    yield day, "people", count


async def add(connection: AsyncConnection, known: Closed, found: Changes) -> None:
    """Add to the rows of the days that have one; days before the first one get theirs."""
    mine = {day: counts for day, counts in found.items() if day <= known.last}
    if not mine:
        return
    earlier = between(min(mine), known.first - DAY)
    if earlier:
        await connection.execute(insert(daily_stats), [{"day": day, **NOTHING} for day in earlier])
    calls = [day for day, counts in mine.items() if counts["api_calls"]]
    if calls:  # from the first call on, none is 0 and not unknown
        unknown = update(daily_stats).where(row.day >= min(calls), row.api_calls.is_(None))
        await connection.execute(unknown.values(api_calls=0))
    for day, counts in mine.items():
        people = counts.pop("people", 0)
        if people:
            later = update(daily_stats).where(row.day >= day)
            await connection.execute(later.values(people=row.people + people))
        if added := {name: row[name] + count for name, count in counts.items() if count}:
            await connection.execute(update(daily_stats).where(row.day == day).values(added))
