"""The read side of alerts: what fires, what fired, and what still waits to be said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from bot.alerts.records import alert_of
from bot.alerts.states import Alert
from bot.clock import from_milliseconds
from bot.database.alert_tables import alert_history, alert_outbox
from bot.database.engine import Database

HISTORY = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertBoard:
    """firing: open alerts, oldest first; past: those that ended, the newest first."""

    firing: tuple[Alert, ...]
    past: tuple[Alert, ...]


class Book:
    """Asks the alert tables; never writes to them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def board(self, limit: int = HISTORY) -> AlertBoard:
        """Everything that fires now, and the last *limit* alerts that ended."""
        column = alert_history.c
        is_open = column.resolved_at.is_(None)
        firing = select(alert_history).where(is_open).order_by(column.id)
        past = select(alert_history).where(~is_open).order_by(column.id.desc()).limit(limit)
        async with self._database.read("alerts.board") as connection:
            found = [
                (await connection.execute(query)).mappings().all() for query in (firing, past)
            ]
        now, before = (tuple(alert_of(row) for row in rows) for rows in found)
        return AlertBoard(firing=now, past=before)

    async def oldest_waiting(self) -> datetime | None:
        """Since when the oldest undelivered notice has been waiting; None if none does."""
        column = alert_outbox.c
        query = select(func.min(column.created_at)).where(
            column.sent_at.is_(None), column.failed_at.is_(None)
        )
        async with self._database.read("alerts.oldest_waiting") as connection:
            created_at = (await connection.execute(query)).scalar()
        return None if created_at is None else from_milliseconds(created_at)
