"""One person's own statistics.  The Bot API reports no reads, so there are none here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import RowMapping, and_, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.reports.acts import acts, days_known
from bot.analytics.reports.engagement import WRITTEN
from bot.analytics.reports.figure import Figure, Unknown
from bot.analytics.reports.kept import Kept, kept
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query
from bot.clock import from_milliseconds
from bot.database.tables import events, user_activity, users

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

day = user_activity.c
COUNTED = ("messages", "commands", "active_days")
FIGURES = (*COUNTED, "chats", "mean_messages")


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """What one person did in a period against the one before; whole days, today so far.

    messages: commands among them; chats: in which they were active, the private one among them
    mean_messages: a day, since they were first met
    all_messages, all_commands: ever; without a first_at the bot has never seen them
    username, name: None unless the bot keeps names
    """

    period: Period
    telegram_id: int
    first_at: datetime | None = None
    last_at: datetime | None = None
    blocked_at: datetime | None = None
    language: str | None = None
    is_premium: bool = False
    source: str | None = None
    username: str | None = None
    name: str | None = None
    messages: Figure
    commands: Figure
    active_days: Figure
    chats: Figure
    mean_messages: Figure
    all_messages: int = 0
    all_commands: int = 0

    @property
    def is_known(self) -> bool:
        """Whether the bot has ever seen them."""
        return self.first_at is not None


async def person(source: Source, query: Query) -> Person:
    """The query's person in its period; ValueError when it names nobody."""
    if query.user_id is None:
        raise ValueError("a person's statistics need a user_id")
    async with source.database.read("report.person") as connection:
        row = await _row(connection, query.user_id)
        if row is None:
            return _stranger(query.period, query.user_id)
        known = await kept(connection, query.period)
        details = await _details(connection, known, row)
        return Person(period=query.period, telegram_id=query.user_id, **details)


async def _row(connection: AsyncConnection, telegram_id: int) -> RowMapping | None:
    found = await connection.execute(select(users).where(users.c.telegram_id == telegram_id))
    return found.mappings().one_or_none()


def _stranger(period: Period, telegram_id: int) -> Person:
    why = Unknown.NOTHING_RECORDED
    figure = Figure(value=None, before=None, unknown=why, unknown_before=why)
    figures: dict[str, Any] = dict.fromkeys(FIGURES, figure)
    return Person(period=period, telegram_id=telegram_id, **figures)


async def _details(connection: AsyncConnection, known: Kept, row: RowMapping) -> dict[str, Any]:
    period, number = known.period, row["number"]
    now = await _counts(connection, number, period, row["first_seen_at"])
    then = await _counts(connection, number, period.previous, row["first_seen_at"])
    ever = select(func.sum(WRITTEN), func.sum(day.command_count)).where(day.user_id == number)
    written, commands = (await connection.execute(ever)).one()
    return {
        **{name: known.figure(now[name], then[name]) for name in (*COUNTED, "mean_messages")},
        "chats": known.of_events(now["chats"], then["chats"]),
        **{name: _moment(row[column]) for name, column in MOMENTS.items()},
        "language": row["language"],
        "is_premium": bool(row["is_premium"]),
        **{name: row[name] for name in ("source", "username", "name")},
        "all_messages": int(written or 0),
        "all_commands": int(commands or 0),
    }


MOMENTS = {"first_at": "first_seen_at", "last_at": "last_seen_at", "blocked_at": "blocked_at"}


async def _counts(
    connection: AsyncConnection, number: int, period: Period, since: int | None
) -> dict[str, float | None]:
    days = and_(
        day.user_id == number, day.activity_date.between(period.first_day, period.last_day)
    )
    sums = select(func.sum(WRITTEN), func.sum(day.command_count), func.count()).where(days)
    row = (await connection.execute(sums)).one()
    counts = dict(zip(COUNTED, (int(value or 0) for value in row), strict=True))
    mine = and_(events.c.user_number == number, acts(period))
    chats = await connection.scalar(select(func.count(distinct(events.c.chat_id))).where(mine))
    mean = counts["messages"] / days_known(period, since)
    return {**counts, "chats": int(chats or 0), "mean_messages": mean}


def _moment(at: int | None) -> datetime | None:
    return None if at is None else from_milliseconds(at)
