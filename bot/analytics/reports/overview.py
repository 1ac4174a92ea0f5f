"""How the bot did in a period, against the period before: people, use, health, money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.reports.period import Period
from bot.clock import from_milliseconds
from bot.database.tables import events, metric_aggregates, payments, user_activity, users

TOP_COMMANDS = 5

# What CommandUsed calls every command that nobody registered.
OTHER = "other"


class Unknown(StrEnum):
    """Why a number cannot be known."""

    NOTHING_RECORDED = "nothing_recorded"  # the bot has not written anything yet
    NOT_RECORDED_THEN = "not_recorded_then"  # the period began before the records
    NO_UPDATES = "no_updates"  # a share or a mean of nothing


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One number, and the same number in the period before.

    None means unknown; unknown and unknown_before say why
    """

    value: float | None
    before: float | None
    unknown: Unknown | None = None
    unknown_before: Unknown | None = None

    @property
    def change(self) -> float | None:
        """(value - before) / before; None where that says nothing."""
        if self.value is None or not self.before:
            return None
        return (self.value - self.before) / self.before


@dataclass(frozen=True, slots=True)
class CommandUse:
    """How often a command was used."""

    command: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """The figures of a period.

    people: active on at least one of its days; days before are counted whole, today so far
    mean_seconds: to handle an update; stars: received, refunds not subtracted
    recorded_since: the oldest record, None without any
    """

    period: Period
    recorded_since: datetime | None
    people: Figure
    new_people: Figure
    messages: Figure
    commands: Figure
    top_commands: tuple[CommandUse, ...]
    updates: Figure
    failed: Figure
    error_rate: Figure
    mean_seconds: Figure
    payments: Figure
    stars: Figure
    refunded_stars: Figure


async def overview(connection: AsyncConnection, period: Period) -> Overview:
    """The overview of *period*."""
    since = await _recorded_since(connection)
    now = await _counts(connection, period)
    then = await _counts(connection, period.previous)
    gap = None if since is not None else Unknown.NOTHING_RECORDED
    gap_then = None
    if since is None or since > period.previous.start_at:
        gap_then = Unknown.NOT_RECORDED_THEN
    return Overview(
        period=period,
        recorded_since=None if since is None else from_milliseconds(since),
        top_commands=await _top_commands(connection, period),
        **{name: _figure(now[name], then[name], gap, gap_then) for name in now},
    )


def _figure(
    value: float | None, before: float | None, gap: Unknown | None, gap_then: Unknown | None
) -> Figure:
    """A figure with the reasons for what is missing; *gap* says that nothing can be known."""
    return Figure(
        value=None if gap else value,
        before=None if gap_then else before,
        unknown=gap or (Unknown.NO_UPDATES if value is None else None),
        unknown_before=gap_then or (Unknown.NO_UPDATES if before is None else None),
    )


async def _recorded_since(connection: AsyncConnection) -> int | None:
    """The oldest record's time: a count before it would be a false 0.

    Rows come in the order of time, so the first is the oldest and an index leads to it.
    """
    table = metric_aggregates.c
    handled = (table.name == "updates") & (table.labels == "handled") & (table.step == "minute")
    oldest = [
        await connection.scalar(query)
        for query in (
            select(events.c.at).order_by(events.c.id).limit(1),
            select(users.c.first_seen_at)
            .where(users.c.first_seen_at.is_not(None))
            .order_by(users.c.number)
            .limit(1),
            select(func.min(table.bucket_at)).where(handled),
            select(func.min(payments.c.paid_at)),
        )
    ]
    return min((at for at in oldest if at is not None), default=None)


async def _counts(connection: AsyncConnection, period: Period) -> dict[str, float | None]:
    return {
        "people": await _people(connection, period),
        "new_people": await _count(connection, users, _within(users.c.first_seen_at, period)),
        "messages": await _count(connection, events, _kind("message", period)),
        "commands": await _count(connection, events, _kind("command", period)),
        **await _updates(connection, period),
        **await _money(connection, period),
    }


async def _people(connection: AsyncConnection, period: Period) -> int:
    day = user_activity.c.activity_date
    query = select(func.count(distinct(user_activity.c.user_id))).where(
        day.between(period.first_day, period.last_day)
    )
    return int(await connection.scalar(query) or 0)


async def _updates(connection: AsyncConnection, period: Period) -> dict[str, float | None]:
    table = metric_aggregates.c
    query = (
        select(table.labels, func.sum(table.count), func.sum(table.total))
        .where(table.name == "updates", table.step == "minute", _within(table.bucket_at, period))
        .group_by(table.labels)
    )
    rows = (await connection.execute(query)).all()
    total = sum(int(count) for _, count, _ in rows)
    failed = sum(int(count) for outcome, count, _ in rows if outcome == "error")
    seconds = sum(float(taken) for _, _, taken in rows)
    return {
        "updates": total,
        "failed": failed,
        "error_rate": failed / total if total else None,
        "mean_seconds": seconds / total if total else None,
    }


async def _money(connection: AsyncConnection, period: Period) -> dict[str, float | None]:
    paid = _within(payments.c.paid_at, period)
    refunded = _within(payments.c.refunded_at, period)
    return {
        "payments": await _count(connection, payments, paid),
        "stars": await _stars(connection, paid),
        "refunded_stars": await _stars(connection, refunded),
    }


async def _top_commands(connection: AsyncConnection, period: Period) -> tuple[CommandUse, ...]:
    count = func.count()
    query = (
        select(events.c.label, count)
        .where(_kind("command", period))
        .group_by(events.c.label)
        .order_by(count.desc(), events.c.label)
        .limit(TOP_COMMANDS)
    )
    return tuple(CommandUse(label, n) for label, n in await connection.execute(query))


async def _count(connection: AsyncConnection, table: Table, where: ColumnElement[bool]) -> int:
    return int(await connection.scalar(select(func.count()).select_from(table).where(where)) or 0)


async def _stars(connection: AsyncConnection, where: ColumnElement[bool]) -> int:
    return int(await connection.scalar(select(func.sum(payments.c.stars)).where(where)) or 0)


def _within(column: ColumnElement[Any], period: Period) -> ColumnElement[bool]:
    return and_(column >= period.start_at, column < period.end_at)


def _kind(kind: str, period: Period) -> ColumnElement[bool]:
    return and_(events.c.kind == kind, _within(events.c.at, period))
