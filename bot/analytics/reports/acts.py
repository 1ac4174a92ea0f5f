"""What people did, as single events: narrowed to a chat or a person, and whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from pyroaring import BitMap
from sqlalchemy import ColumnElement, and_, false, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.audience.segments import ACTIVE, ACTS, SYSTEM
from bot.analytics.reports.kept import within
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query
from bot.clock import from_milliseconds
from bot.database.tables import events, users

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

IS_WRITTEN = func.coalesce(events.c.label, "") != SYSTEM
IS_ACT = and_(events.c.kind.in_(ACTS), IS_WRITTEN)


def acts(period: Period) -> ColumnElement[bool]:
    """Events of *period* that are somebody's activity."""
    return and_(IS_ACT, within(events.c.at, period))


def message_events(period: Period) -> ColumnElement[bool]:
    """Messages of *period*, service messages among them."""
    return and_(events.c.kind == "message", within(events.c.at, period))


async def number_of(connection: AsyncConnection, telegram_id: int) -> int | None:
    """users.number of a person; None if the bot never met them."""
    query = select(users.c.number).where(users.c.telegram_id == telegram_id)
    number: int | None = await connection.scalar(query)
    return number


async def narrowed(connection: AsyncConnection, query: Query) -> ColumnElement[bool]:
    """Events of the chat and the person that *query* asks for; all without either."""
    mine: list[ColumnElement[bool]] = []
    if query.chat_id is not None:
        mine.append(events.c.chat_id == query.chat_id)
    if query.user_id is not None:
        number = await number_of(connection, query.user_id)
        mine.append(false() if number is None else events.c.user_number == number)
    return and_(true(), *mine)


async def people(connection: AsyncConnection, where: ColumnElement[bool]) -> BitMap:
    """Who is behind such events: numbers of users."""
    number: ColumnElement[Any] = events.c.user_number
    is_sqlite = connection.dialect.name == "sqlite"
    # All in one text or array: ten times as fast as a row for each.
    joined = func.json_group_array(number) if is_sqlite else func.array_agg(number)
    query = select(joined).where(where, number.is_not(None))
    found: Any = await connection.scalar(query)
    return BitMap(orjson.loads(found) if is_sqlite else found or ())


async def active(source: Source, query: Query, period: Period) -> BitMap:
    """Who was active in *period*: from whole days, or in the chat that *query* asks for."""
    if query.chat_id is None:
        return await source.audience.union(ACTIVE, period.first_day, period.last_day)
    async with source.database.read("report.active") as connection:
        mine = events.c.chat_id == query.chat_id
        return await people(connection, and_(mine, acts(period)))


def days_known(period: Period, since: int | None) -> int:
    """How many days of *period* there are from *since* (UTC milliseconds) on, at least one."""
    if since is None:
        return period.days
    first = from_milliseconds(since).astimezone(period.zone).date()
    return max(1, min(period.days, (period.last_day - first).days + 1))
