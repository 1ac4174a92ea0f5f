"""Writes one batch: people first, because everything else refers to their numbers."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Table, bindparam, case, func, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.batch import ACTIVITY_COLUMNS, Batch, EventRow, Person
from bot.database.statements import DIALECTS, Many, insert_into
from bot.database.tables import (
    HISTOGRAM,
    chats,
    errors,
    events,
    metric_aggregates,
    quarantined_updates,
    seen_updates,
    user_activity,
    users,
)

Numbers = dict[int, int]


@dataclass(frozen=True, slots=True)
class Written:
    """What became known of the people in a batch, by their Telegram ids.

    numbers: users.number of each; new: who had never been active before
    sources: where each had first come from, where that is known
    """

    numbers: Numbers
    new: list[int]
    sources: dict[int, str]


@cache  # building one takes longer than a small batch takes to write
def _adding(dialect: str, table: Table, sums: tuple[str, ...]) -> Any:
    """Insert rows, adding the columns *sums* to rows that are there already."""
    statement = insert_into(dialect, table)
    total = {name: table.c[name] + statement.excluded[name] for name in sums}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=total)


async def write(connection: AsyncConnection, batch: Batch) -> Written:
    """Write all of *batch*; returns what became known of its people."""
    written = await _people(connection, batch)
    numbers = written.numbers
    await _activity(connection, batch, numbers)
    await _EVENT.run(connection, [_event(row, numbers) for row in batch.events])
    for table, rows in ((errors, batch.errors), (quarantined_updates, batch.quarantined)):
        if rows:
            await connection.execute(insert(table), rows)
    await _UPDATE[connection.dialect.name].run(connection, list(batch.updates.items()))
    await _chats(connection, batch)
    await _aggregates(connection, batch)
    return written


async def _people(connection: AsyncConnection, batch: Batch) -> Written:
    """Write everyone in *batch* who acted, started or blocked."""
    known = await _known(connection, batch.people.keys() | batch.mentioned)
    if missing := [user_id for user_id in batch.people if user_id not in known]:
        rows = [{"telegram_id": user_id, "is_premium": False} for user_id in missing]
        await connection.execute(_unless_there(connection.dialect.name, users), rows)
        known |= await _known(connection, missing)
    numbers = {user_id: number for user_id, (number, _, _) in known.items()}
    sources = {i: person.source for i, person in batch.people.items() if person.source}
    sources |= {user_id: source for user_id, (_, _, source) in known.items() if source}
    new = [i for i, person in batch.people.items() if person.seen and known[i][1] is None]
    for statement, changes in (
        (_SEEN, [_seen(numbers[i], p) for i, p in batch.people.items() if p.seen]),
        (_STARTED, [_started(numbers[i], p) for i, p in batch.people.items() if p.source]),
        (_BLOCKED, [_blocked(numbers[i], p) for i, p in batch.people.items() if _changed(p)]),
    ):
        await statement.run(connection, changes)
    return Written(numbers, new, sources)


async def _known(
    connection: AsyncConnection, user_ids: Collection[int]
) -> dict[int, tuple[int, int | None, str | None]]:
    is_sqlite = connection.dialect.name == "sqlite"
    wanted = json.dumps(list(user_ids)) if is_sqlite else list(user_ids)
    sql = _KNOWN + (_AMONG_SQLITE if is_sqlite else _AMONG_POSTGRESQL)
    rows = await connection.exec_driver_sql(sql, (wanted,))
    return {row.telegram_id: (row.number, row.first_seen_at, row.source) for row in rows}


# One value however many people there are, so the statement need not be written anew each time.
_KNOWN = "SELECT telegram_id, number, first_seen_at, source FROM users WHERE telegram_id "
_AMONG_SQLITE = "IN (SELECT value FROM json_each(?))"
_AMONG_POSTGRESQL = "= ANY($1::bigint[])"
_PERSON = users.c.number == bindparam("which")
_SEEN = Many(
    update(users)
    .where(_PERSON)
    .values(
        language=bindparam("language"),
        is_premium=bindparam("is_premium"),
        first_seen_at=func.coalesce(users.c.first_seen_at, bindparam("first_at")),
        last_seen_at=case(
            (users.c.last_seen_at > bindparam("last_at"), users.c.last_seen_at),
            else_=bindparam("seen_at"),
        ),
        username=bindparam("username"),
        name=bindparam("name"),
    ),
    ("language", "is_premium", "first_at", "last_at", "seen_at", "username", "name", "which"),
)
_STARTED = Many(
    update(users)
    .where(_PERSON)
    .values(source=func.coalesce(users.c.source, bindparam("started_from"))),
    ("started_from", "which"),
)
_BLOCKED = Many(
    update(users).where(_PERSON).values(blocked_at=bindparam("blocked_at")),
    ("blocked_at", "which"),
)
_EVENT = Many(
    insert(events).inline(),
    ("at", "kind", "user_number", "chat_id", "label", "value", "text"),
)
_ACTIVITY = {
    name: Many(
        _adding(name, user_activity, ACTIVITY_COLUMNS),
        ("user_id", "activity_date", *ACTIVITY_COLUMNS),
    )
    for name in DIALECTS
}
SUMS = ("count", "total", *HISTOGRAM)
AGGREGATE_LABELS = 128
_AGGREGATE = {
    name: Many(
        _adding(name, metric_aggregates, SUMS), ("name", "labels", "step", "bucket_at", *SUMS)
    )
    for name in DIALECTS
}
_UPDATE = {
    name: Many(insert_into(name, seen_updates).on_conflict_do_nothing(), ("update_id", "seen_at"))
    for name in DIALECTS
}


def _seen(number: int, person: Person) -> tuple[object, ...]:
    seen = person.seen
    return (
        seen and _cut(seen.language, 16),
        seen is not None and seen.is_premium,
        person.first_at,
        person.last_at,
        person.last_at,
        seen and _cut(seen.username, 64),
        seen and _cut(seen.name, 128),
        number,
    )


def _started(number: int, person: Person) -> tuple[object, ...]:
    return (_cut(person.source, 64), number)


def _changed(person: Person) -> bool:
    return person.blocked_at is not None


def _blocked(number: int, person: Person) -> tuple[object, ...]:
    return (person.blocked_at or None, number)


def _event(row: EventRow, numbers: Numbers) -> tuple[object, ...]:
    at, kind, user_id, *rest = row
    return (at, kind, None if user_id is None else numbers.get(user_id), *rest)


def _cut(text: str | None, length: int) -> str | None:
    return text and text.replace("\0", "")[:length]


async def _activity(connection: AsyncConnection, batch: Batch, numbers: Numbers) -> None:
    dialect = connection.dialect.name
    # SQLite has no dates; SQLAlchemy keeps them there as ISO texts.
    kept = date.isoformat if dialect == "sqlite" else _unchanged
    rows = [
        (numbers[user_id], kept(day), *counts) for (user_id, day), counts in batch.activity.items()
    ]
    await _ACTIVITY[dialect].run(connection, rows)


def _unchanged(day: date) -> date:
    return day


async def _aggregates(connection: AsyncConnection, batch: Batch) -> None:
    rows = [
        (name, label[:AGGREGATE_LABELS], "minute", minute, *tally)
        for (name, label, minute), tally in batch.aggregates.items()
    ]
    await add_counts(connection, rows)


async def add_counts(connection: AsyncConnection, rows: Sequence[tuple[object, ...]]) -> None:
    """Add to counts: name, labels, step, when it began, then SUMS."""
    await _AGGREGATE[connection.dialect.name].run(connection, rows)


async def _chats(connection: AsyncConnection, batch: Batch) -> None:
    """Insert or change each chat; only what the batch knows of it is changed."""
    for chat_id, known in batch.chats.items():
        statement = _telling(connection.dialect.name, frozenset(known))
        await connection.execute(statement, {"chat_id": chat_id, **known})


@cache  # as _adding
def _telling(dialect: str, known: frozenset[str]) -> Any:
    """Insert a chat or change the columns that are *known* of it."""
    statement = insert_into(dialect, chats)
    changed = {name: statement.excluded[name] for name in sorted(known)}
    if "last_message_at" in known:
        changed |= _told_late(statement.excluded, changed)
    return statement.on_conflict_do_update(index_elements=["chat_id"], set_=changed)


def _told_late(new: Any, changed: dict[str, Any]) -> dict[str, Any]:
    """What a message changes in a row that may know of later ones."""
    old = chats.c
    is_old = old.last_message_at > new.last_message_at
    newest = changed.keys() & {"type", "title", "last_message_at"}
    later = {name: case((is_old, old[name]), else_=changed[name]) for name in newest}
    is_first = old.first_message_at < new.first_message_at
    first = case((is_first, old.first_message_at), else_=new.first_message_at)
    return later | {"first_message_at": first}


@cache
def _unless_there(dialect: str, table: Table) -> Any:
    return insert_into(dialect, table).on_conflict_do_nothing()
