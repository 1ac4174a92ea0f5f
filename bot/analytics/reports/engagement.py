"""Engagement: how many of the people who came also wrote, and wrote more than a little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.reports.acts import IS_WRITTEN, active, message_events
from bot.analytics.reports.figure import Figure, share
from bot.analytics.reports.kept import kept
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query
from bot.database.tables import events, user_activity

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

ENGAGED = 5
day = user_activity.c
# A command is a message, too.
WRITTEN = day.message_count + day.command_count


@dataclass(frozen=True, kw_only=True, slots=True)
class Engagement:
    """People of a period, of one chat if the query says so, against the period before.

    total: were active; active: wrote at least one message; engaged: at least `messages`
    rate: active / total; deep_rate: engaged / total
    """

    period: Period
    messages: int
    total: Figure
    active: Figure
    engaged: Figure
    rate: Figure
    deep_rate: Figure


async def engagement(source: Source, query: Query) -> Engagement:
    """Who was there and who wrote.  Whole days count, today so far; in one chat, moments."""
    period = query.period
    totals = [len(await active(source, query, one)) for one in (period, period.previous)]
    async with source.database.read("report.engagement") as connection:
        known = await kept(connection, period)
        now = await _rates(connection, query, period, totals[0])
        then = await _rates(connection, query, period.previous, totals[1])
    figure = known.figure if query.chat_id is None else known.of_events
    figures: dict[str, Figure] = {name: figure(now[name], then[name]) for name in now}
    return Engagement(period=period, messages=ENGAGED, **figures)


async def _rates(
    connection: AsyncConnection, query: Query, period: Period, total: int
) -> dict[str, float | None]:
    written = _of_days(period) if query.chat_id is None else _of_chat(query.chat_id, period)
    sums = written.subquery()
    engaged = func.sum(case((sums.c.written >= ENGAGED, 1), else_=0))
    row = (await connection.execute(select(func.count(), engaged).select_from(sums))).one()
    wrote, much = (int(count or 0) for count in row)
    return {
        "total": total,
        "active": wrote,
        "engaged": much,
        "rate": share(wrote, total),
        "deep_rate": share(much, total),
    }


def _of_days(period: Period) -> Any:
    """How much everybody who wrote at all did write, from the sums of days."""
    written = func.sum(WRITTEN)
    return (
        select(written.label("written"))
        .where(day.activity_date.between(period.first_day, period.last_day))
        .group_by(day.user_id)
        .having(written > 0)
    )


def _of_chat(chat_id: int, period: Period) -> Any:
    mine = and_(events.c.chat_id == chat_id, message_events(period), IS_WRITTEN)
    number = events.c.user_number
    query = select(func.count().label("written"))
    return query.where(mine, number.is_not(None)).group_by(number)
