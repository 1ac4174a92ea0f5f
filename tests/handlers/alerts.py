"""Alerts as the tables have them, for tests of those who look at them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from bot.clock import to_milliseconds
from bot.database.alert_tables import alert_history, alert_readings, silences
from bot.database.engine import Database
from tests.updates import NOON

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def _row(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: to_milliseconds(value) if isinstance(value, datetime) else value
        for name, value in values.items()
    }


async def fire(database: Database, **columns: Any) -> int:
    """An alert of two hours ago that fires still, unless told otherwise; its number."""
    usual = {
        "rule": "HighErrorRate",
        "severity": "critical",
        "fired_at": NOON - 2 * HOUR,
        "value": 12.5,
        "threshold": 5.0,
        "unit": "%",
        "bad": 5,
        "total": 40,
        "details": "",
        "is_announced": True,
    }
    query = insert(alert_history).values(_row(usual | columns)).returning(alert_history.c.id)
    async with database.write("test") as connection:
        return int((await connection.execute(query)).scalar_one())


async def quieten(database: Database, **columns: Any) -> int:
    """A silence about a rule for another hour, unless told otherwise; its number."""
    usual = {
        "key": "rule",
        "value": "HighErrorRate",
        "starts_at": NOON - MINUTE,
        "ends_at": NOON + HOUR,
        "created_at": NOON - MINUTE,
    }
    if "key" in columns and columns["key"] is None:
        usual["value"] = None
    query = insert(silences).values(_row(usual | columns)).returning(silences.c.id)
    async with database.write("test") as connection:
        return int((await connection.execute(query)).scalar_one())


async def looked(database: Database, at: datetime, readings: str) -> None:
    """One check."""
    row = {"at": to_milliseconds(at), "readings": readings}
    async with database.write("test") as connection:
        await connection.execute(insert(alert_readings).values(row))


def sent(history_id: int, at: datetime, **more: Any) -> dict[str, Any]:
    """A row of alert_outbox: told at that moment."""
    moment = to_milliseconds(at)
    usual = {"kind": "firing", "text": "…", "created_at": moment, "next_attempt_at": moment}
    return {"history_id": history_id, "sent_at": moment, **usual, **more}
