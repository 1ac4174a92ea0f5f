"""Who has done something so often in some days: numbers of users."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from pyroaring import BitMap
from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.engine import Row

from bot.analytics.audience.audience import Audience
from bot.analytics.audience.days import Days
from bot.analytics.audience.segments import ACTIVE, COMMAND, FEATURE, PAID, WROTE
from bot.analytics.query.limits import Limited
from bot.analytics.query.question import HasDone, QuestionError
from bot.analytics.query.records import FEATURES
from bot.analytics.reports.engagement import WRITTEN
from bot.analytics.reports.kept import Kept
from bot.database.tables import events, payments, user_activity

day = user_activity.c
# What the sums of a person's day tell, for ever.
OF_DAYS: dict[str, ColumnElement[Any]] = {
    "active": func.count(),
    "message": func.sum(WRITTEN),
    "command": func.sum(day.command_count),
    "button": func.sum(day.button_count),
}
# What the audience's sets tell of who did it at all, for ever and at once.
SEGMENTS = {"active": ACTIVE, "message": WROTE, "payment": PAID}


async def doers(
    limited: Limited, audience: Audience, done: HasDone, kept: Kept, days: Days
) -> BitMap:
    """Everybody of whom *done* is true; QuestionError where single events would have to tell."""
    segment = _segment(done)
    if segment and done.at_least == 1:
        return await audience.union(segment, done.first, done.last)
    query = _query(done, kept, days)
    # In a thread: a million people take long enough to keep everybody else waiting.
    return await asyncio.to_thread(_numbers, await limited.rows(query))


def _numbers(rows: Iterable[Row[Any]]) -> BitMap:
    return BitMap(number for (number,) in rows if number is not None)


def _segment(done: HasDone) -> str:
    if done.act == "command":
        return f"{COMMAND}{done.name}" if done.name else ""
    if done.act == "feature":
        return f"{FEATURE}{done.name}"
    return SEGMENTS.get(done.act, "")


def _query(done: HasDone, kept: Kept, days: Days) -> Select[Any]:
    if done.act in OF_DAYS and not done.name:
        mine = day.activity_date.between(done.first, done.last)
        often = OF_DAYS[done.act] >= done.at_least
        return select(day.user_id).where(mine).group_by(day.user_id).having(often)
    start, end = days.limits(done.first)[0], days.limits(done.last)[1]
    if done.act == "payment":
        row = payments.c
        paid = and_(row.paid_at >= start, row.paid_at < end)
        return _often(row.user_number, paid, done.at_least)
    if start < kept.removed_until:
        raise QuestionError(f"{done.at}.has_done.date_range", _removed(kept, days))
    return _often(events.c.user_number, _acts(done, start, end), done.at_least)


def _acts(done: HasDone, start: int, end: int) -> ColumnElement[bool]:
    row = events.c
    times = and_(row.at >= start, row.at < end)
    if done.act == "command":
        return and_(row.kind == "command", times, row.label == done.name)
    kinds = [kind for kind, feature in FEATURES.items() if feature == done.name]
    return and_(row.kind.in_(kinds), times)


def _often(person: ColumnElement[Any], where: ColumnElement[bool], times: int) -> Select[Any]:
    query = select(person).where(where, person.is_not(None))
    return query.group_by(person).having(func.count() >= times)


def _removed(kept: Kept, days: Days) -> str:
    return (
        f"begins before {days.of(kept.removed_until).isoformat()}, and single acts from before it "
        "were removed; with at_least 1 they are still known"
    )
