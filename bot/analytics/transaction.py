"""Writes one batch: people first, because everything else refers to their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.batch import ACTIVITY_COLUMNS, Batch, Person, Row
from bot.database.tables import (
    chats,
    errors,
    events,
    metric_aggregates,
    quarantined_updates,
    seen_updates,
    user_activity,
    users,
)

# SQLite's oldest limit on bound values in a statement is 999.
LOOKUP = 500

Numbers = dict[int, int]


async def write(connection: AsyncConnection, batch: Batch) -> list[int]:
    """Write all of *batch*; returns the Telegram ids of people met for the first time."""
    numbers, new = await _people(connection, batch)
    await _activity(connection, batch, numbers)
    for row in batch.events:
        row["user_number"] = numbers.get(row["user_number"])
    for table, rows in (
        (events, batch.events),
        (errors, batch.errors),
        (quarantined_updates, batch.quarantined),
    ):
        if rows:
            await connection.execute(insert(table), rows)
    await _updates(connection, batch)
    await _chats(connection, batch)
    await _aggregates(connection, batch)
    return new


async def _people(connection: AsyncConnection, batch: Batch) -> tuple[Numbers, list[int]]:
    """The number of everyone in *batch*, and who had never been active before."""
    known = await _known(connection, list(batch.people))
    if missing := [user_id for user_id in batch.people if user_id not in known]:
        rows = [{"telegram_id": user_id, "is_premium": False} for user_id in missing]
        await connection.execute(_unless_there(connection, users), rows)
        known |= await _known(connection, missing)
    numbers = {user_id: number for user_id, (number, _) in known.items()}
    new = [i for i, person in batch.people.items() if person.seen and known[i][1] is None]
    for statement, changes in (
        (_SEEN, [_seen(numbers[i], p) for i, p in batch.people.items() if p.seen]),
        (_STARTED, [_started(numbers[i], p) for i, p in batch.people.items() if p.source]),
        (_BLOCKED, [_blocked(numbers[i], p) for i, p in batch.people.items() if _changed(p)]),
    ):
        if changes:
            await connection.execute(statement, changes)
    return numbers, new


async def _known(
    connection: AsyncConnection, user_ids: Sequence[int]
) -> dict[int, tuple[int, int | None]]:
    found: dict[int, tuple[int, int | None]] = {}
    for start in range(0, len(user_ids), LOOKUP):
        some = user_ids[start : start + LOOKUP]
        rows = await connection.execute(_KNOWN, {"ids": some})
        found |= {row.telegram_id: (row.number, row.first_seen_at) for row in rows}
    return found


_KNOWN = select(users.c.telegram_id, users.c.number, users.c.first_seen_at).where(
    users.c.telegram_id.in_(bindparam("ids", expanding=True))
)
_PERSON = users.c.number == bindparam("which")
_SEEN = (
    update(users)
    .where(_PERSON)
    .values(
        language=bindparam("language"),
        is_premium=bindparam("is_premium"),
        username=bindparam("username"),
        name=bindparam("name"),
        first_seen_at=func.coalesce(users.c.first_seen_at, bindparam("first_at")),
        last_seen_at=bindparam("last_at"),
    )
)
_STARTED = (
    update(users)
    .where(_PERSON)
    .values(source=func.coalesce(users.c.source, bindparam("started_from")))
)
_BLOCKED = update(users).where(_PERSON).values(blocked_at=bindparam("blocked_at"))


def _seen(number: int, person: Person) -> Row:
    seen = person.seen
    return {
        "which": number,
        "language": seen and _cut(seen.language, 16),
        "is_premium": seen is not None and seen.is_premium,
        "username": seen and _cut(seen.username, 64),
        "name": seen and _cut(seen.name, 128),
        "first_at": person.first_at,
        "last_at": person.last_at,
    }


def _started(number: int, person: Person) -> Row:
    return {"which": number, "started_from": _cut(person.source, 64)}


def _changed(person: Person) -> bool:
    return person.blocked_at is not None


def _blocked(number: int, person: Person) -> Row:
    return {"which": number, "blocked_at": person.blocked_at or None}


def _cut(text: str | None, length: int) -> str | None:
    return text and text.replace("\0", "")[:length]


async def _activity(connection: AsyncConnection, batch: Batch, numbers: Numbers) -> None:
    rows = [
        {
            "user_id": numbers[user_id],
            "activity_date": day,
            **dict(zip(ACTIVITY_COLUMNS, counts, strict=True)),
        }
        for (user_id, day), counts in batch.activity.items()
    ]
    await _add(connection, user_activity, ACTIVITY_COLUMNS, rows)


async def _aggregates(connection: AsyncConnection, batch: Batch) -> None:
    rows = [
        {
            "name": name,
            "labels": label,
            "step": "minute",
            "bucket_at": minute,
            "count": count,
            "total": total,
        }
        for (name, label, minute), (count, total) in batch.aggregates.items()
    ]
    await _add(connection, metric_aggregates, ("count", "total"), rows)


async def _updates(connection: AsyncConnection, batch: Batch) -> None:
    rows = [{"update_id": number, "seen_at": at} for number, at in batch.updates.items()]
    if rows:
        await connection.execute(_unless_there(connection, seen_updates), rows)


async def _chats(connection: AsyncConnection, batch: Batch) -> None:
    """Insert or change each chat; only what the batch knows of it is changed."""
    for chat_id, known in batch.chats.items():
        statement = _insert(connection, chats).values(chat_id=chat_id, **known)
        changed = {name: statement.excluded[name] for name in known}
        if "first_message_at" in known:
            changed["first_message_at"] = func.coalesce(
                chats.c.first_message_at, statement.excluded.first_message_at
            )
        await connection.execute(
            statement.on_conflict_do_update(index_elements=["chat_id"], set_=changed)
        )


async def _add(
    connection: AsyncConnection, table: Table, sums: Iterable[str], rows: list[Row]
) -> None:
    """Insert *rows*, adding the columns *sums* to rows that are there already."""
    if not rows:
        return
    statement = _insert(connection, table)
    total = {name: table.c[name] + statement.excluded[name] for name in sums}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=total), rows
    )


def _unless_there(connection: AsyncConnection, table: Table) -> Any:
    return _insert(connection, table).on_conflict_do_nothing()


def _insert(connection: AsyncConnection, table: Table) -> Any:
    # The two databases spell ON CONFLICT alike, SQLAlchemy keeps two classes for it.
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)
