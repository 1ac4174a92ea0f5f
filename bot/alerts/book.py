"""The read side of alerts: what fires, what may soon, and what fired before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.alerts.records import alert_of
from bot.alerts.states import Alert
from bot.clock import from_milliseconds, to_milliseconds
from bot.database.alert_tables import alert_history, alert_outbox, alert_state
from bot.database.engine import Database

HISTORY = 10
# The lane on which machines are told; on all others people are.
MACHINES = "webhook"

row = alert_history.c


@dataclass(frozen=True, slots=True)
class Pending:
    """A rule with evidence of trouble that does not fire yet.  checks: bad ones in a row"""

    rule: str
    since: datetime
    checks: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertBoard:
    """firing: open alerts, oldest first; past: those that ended, the newest first.

    pending: what may fire soon, the oldest first; past_count: how many have ended, shown or not
    told_at: when somebody was told of an alert for the first time, by the alert's id
    """

    firing: tuple[Alert, ...]
    past: tuple[Alert, ...]
    pending: tuple[Pending, ...] = ()
    past_count: int = 0
    told_at: Mapping[int, datetime] = field(default_factory=dict)

    def noticed(self, alert: Alert) -> float | None:
        """Seconds from the first bad check until somebody was told; None: nobody was yet."""
        told_at = self.told_at.get(alert.id)
        return None if told_at is None else _seconds(alert.pending_at or alert.fired_at, told_at)

    @staticmethod
    def acknowledged(alert: Alert) -> float | None:
        """Seconds from the firing until an admin said that they take care; None: nobody did."""
        return None if alert.acked_at is None else _seconds(alert.fired_at, alert.acked_at)


class Book:
    """Asks the alert tables; never writes to them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def board(
        self,
        limit: int = HISTORY,
        skipped: int = 0,
        *,
        before: int | None = None,
        since: datetime | None = None,
        rule: str | None = None,
    ) -> AlertBoard:
        """All that fires or may soon, and *limit* alerts that ended, after the last *skipped*.

        Of those that ended, before: only what has a smaller number; since: only what ended then
        or later; rule: only that one's
        """
        async with self._database.read("alerts.board") as connection:
            firing = await _alerts(connection, _some(row.resolved_at.is_(None)).order_by(row.id))
            ended = _some(_is_past(before, since, rule)).order_by(row.id.desc())
            past = await _alerts(connection, ended.limit(limit).offset(skipped))
            count = select(func.count()).where(row.resolved_at.is_not(None))
            return AlertBoard(
                firing=firing,
                past=past,
                pending=await _pending(connection),
                past_count=int(await connection.scalar(count) or 0),
                told_at=await _told(connection, [alert.id for alert in (*firing, *past)]),
            )

    async def told_at(self, alert: Alert) -> datetime | None:
        """When somebody was told of *alert* for the first time; None: nobody was yet."""
        async with self._database.read("alerts.told_at") as connection:
            return (await _told(connection, [alert.id])).get(alert.id)

    async def find(self, history_id: int) -> Alert | None:
        """The alert of that number, whether it fires or not."""
        async with self._database.read("alerts.find") as connection:
            found = await _alerts(connection, _some(row.id == history_id))
        return found[0] if found else None


def _is_past(before: int | None, since: datetime | None, rule: str | None) -> ColumnElement[bool]:
    is_past: ColumnElement[bool] = row.resolved_at.is_not(None)
    if before is not None:
        is_past = is_past & (row.id < before)
    if rule is not None:
        is_past = is_past & (row.rule == rule)
    return is_past if since is None else is_past & (row.resolved_at >= to_milliseconds(since))


def _some(where: ColumnElement[bool]) -> Select[Any]:
    return select(alert_history).where(where)


async def _alerts(connection: AsyncConnection, query: Select[Any]) -> tuple[Alert, ...]:
    return tuple(alert_of(found) for found in (await connection.execute(query)).mappings())


async def _pending(connection: AsyncConnection) -> tuple[Pending, ...]:
    column = alert_state.c
    query = (
        select(column.rule, column.since_at, column.checks)
        .where(column.state == "pending")
        .order_by(column.since_at, column.rule)
    )
    found = (await connection.execute(query)).all()
    return tuple(Pending(rule, from_milliseconds(since), checks) for rule, since, checks in found)


async def _told(connection: AsyncConnection, ids: list[int]) -> dict[int, datetime]:
    column = alert_outbox.c
    query = (
        select(column.history_id, func.min(column.sent_at))
        .where(column.history_id.in_(ids), column.sent_at.is_not(None), column.lane != MACHINES)
        .group_by(column.history_id)
    )
    return {key: from_milliseconds(at) for key, at in (await connection.execute(query)).all()}


def _seconds(start: datetime, end: datetime) -> float:
    # A clock that was set back makes no time negative.
    return max((end - start).total_seconds(), 0.0)
