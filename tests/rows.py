"""Rows for tests, written past the store: what is not said has a plain value."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Table, insert, select

from bot.clock import to_milliseconds
from bot.database import tables
from bot.database.alert_tables import alert_history, alert_outbox, alert_rules, silences
from bot.database.engine import Database
from bot.database.feature_tables import (
    completions,
    conversations,
    downloads,
    quiz_answers,
    quiz_runs,
    subscriptions,
)
from bot.database.web_tables import shares, web_sessions


async def put(database: Database, table: Table, *rows: dict[str, Any]) -> None:
    """Insert *rows*, one by one, because each may name other columns."""
    async with database.write("test") as connection:
        for row in rows:
            await connection.execute(insert(table).values(row))


async def rows_of(database: Database, table: Table) -> list[RowMapping]:
    """Everything in *table*, by its key."""
    async with database.read("test") as connection:
        query = select(table).order_by(*table.primary_key)
        return list((await connection.execute(query)).mappings())


def user(number: int, **more: Any) -> dict[str, Any]:
    """A row of users; the Telegram id is a thousand more than the number."""
    return {"number": number, "telegram_id": 1000 + number, "is_premium": False, **more}


def event(kind: str, at: datetime, **more: Any) -> dict[str, Any]:
    """A row of events."""
    return {"kind": kind, "at": to_milliseconds(at), **more}


def payment(charge: str, at: datetime, **more: Any) -> dict[str, Any]:
    """A row of payments: 50 Stars by number 1."""
    return {
        "telegram_payment_charge_id": charge,
        "user_number": 1,
        "stars": 50,
        "payload": "plan",
        "is_recurring": False,
        "paid_at": to_milliseconds(at),
        **more,
    }


def minute(outcome: str, at: datetime, count: int, seconds: float = 0.0) -> dict[str, Any]:
    """A row of metric_aggregates about updates."""
    return {
        "name": "updates",
        "labels": outcome,
        "step": "minute",
        "bucket_at": to_milliseconds(at),
        "count": count,
        "total": seconds,
    }


def error(number: str, at: datetime, **more: Any) -> dict[str, Any]:
    """A row of errors."""
    usual = {
        "category": "handler",
        "type": "KeyError",
        "location": "start",
        "message": "no",
        "traceback": "Traceback",
    }
    return {"number": number, "at": to_milliseconds(at), **usual, **more}


def set_aside(payload: str, at: datetime) -> dict[str, Any]:
    """A row of quarantined_updates."""
    return {"at": to_milliseconds(at), "update_id": 5, "reason": "undecodable", "payload": payload}


def cut_off(update_id: int, payload: str, at: datetime) -> dict[str, Any]:
    """A row of interrupted_updates."""
    return {"update_id": update_id, "at": to_milliseconds(at), "payload": payload}


async def alice_and_bob(database: Database, at: datetime) -> None:
    """Two people who left a row in every table that knows people."""
    await put(database, tables.users, user(1, name="Alice"), user(2, name="Bob"))
    for number in (1, 2):
        who = {"user_number": number}
        private = event("message", at, chat_id=1000 + number, text="secret", **who)
        unknown = event("upload", at, chat_id=1000 + number)
        await put(database, tables.events, private, unknown, event("join", at, chat_id=-5, **who))
        activity = {"user_id": number, "activity_date": at.date(), "message_count": 1}
        await put(database, tables.user_activity, activity)
        await put(database, tables.payments, payment(f"c{number}", at, **who))
        await put(database, tables.chats, {"chat_id": 1000 + number, "type": "private"})
        failed = error(f"E{number}", at, message=f"chat {1000 + number} not found")
        await put(database, tables.errors, failed)
        update = f'{{"message": {{"from": {{"id": {1000 + number}}}}}}}'
        await put(database, tables.quarantined_updates, set_aside(update, at))
        await put(database, tables.interrupted_updates, cut_off(number, update, at))
        for table, row in [*feature_rows(number, at), *alert_rows(number, at)]:
            await put(database, table, row)


def alert_rows(number: int, at: datetime) -> list[tuple[Table, dict[str, Any]]]:
    """One row of each table of alerts that knows an admin, about the one of this number."""
    when, admin = to_milliseconds(at), 1000 + number
    fired = {"id": number, "rule": "Rule", "severity": "critical", "details": "", "fired_at": when}
    waits = {"kind": "escalation", "text": "Rule", "created_at": when, "next_attempt_at": when}
    quiet = {"starts_at": when, "ends_at": when, "created_at": when, "created_by": admin}
    rule = {"name": f"Rule{number}", "definition": "{}", "updated_at": when, "updated_by": admin}
    return [
        (alert_history, {**fired, "acked_by": admin}),
        (alert_outbox, {**waits, "history_id": number, "lane": f"admin:{admin}"}),
        (silences, quiet),
        (alert_rules, rule),
        *dashboard_rows(number, at),
    ]


def dashboard_rows(number: int, at: datetime) -> list[tuple[Table, dict[str, Any]]]:
    """One row of each table of the dashboard that knows an admin, about the one of this number."""
    when, admin = to_milliseconds(at), 1000 + number
    row = {"id": f"{number:016x}", "digest": "0" * 64, "created_at": when, "expires_at": when}
    shown = {"page": "overview", "days": 7, "compare": "previous", "made_with": "Telegram"}
    return [
        (web_sessions, {**row, "way": "telegram", "telegram_id": admin}),
        (shares, {**row, **shown, "created_by": admin}),
    ]


def feature_rows(number: int, at: datetime) -> list[tuple[Table, dict[str, Any]]]:
    """One row of each table of the features, about the person of this number."""
    when, telegram_id = to_milliseconds(at), 1000 + number
    who = {"user_number": number, "chat_id": telegram_id}
    return [
        (downloads, {**who, "id": number, "state": "queued", "offered_at": when}),
        (
            subscriptions,
            {
                "user_number": number,
                "plan": "vip",
                "stars": 50,
                "is_recurring": False,
                "first_charge_id": f"charge {number}",
                "last_charge_id": f"charge {number}",
                "started_at": when,
                "expires_at": when,
            },
        ),
        (
            quiz_runs,
            {
                "id": number,
                "chat_id": telegram_id,
                "starter_number": number,
                "is_group": False,
                "topic": "space",
                "seed": 1,
                "questions": 10,
                "state": "completed",
                "started_at": when,
            },
        ),
        (
            quiz_answers,
            {
                "run_id": number,
                "question": 1,
                "telegram_id": telegram_id,
                "is_correct": True,
                "seconds": 1.0,
                "answered_at": when,
            },
        ),
        (
            conversations,
            {**who, "id": number, "status": "open", "started_at": when, "last_at": when},
        ),
        (
            completions,
            {
                **who,
                "conversation_id": number,
                "model": "m",
                "state": "done",
                "asked_at": when,
            },
        ),
    ]
