"""What the process remembers of its last life: updates it has handled, and those cut off."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Table, delete, exists, or_, select

from bot.clock import Clock, to_milliseconds
from bot.database.engine import Database
from bot.database.statements import insert_into
from bot.database.tables import (
    errors,
    interrupted_updates,
    quarantined_updates,
    seen_updates,
)

HOUR = 3_600_000
DAY = 24 * HOUR
# Telegram repeats an update for 24 hours at most.
REPEATED_HOURS = 48
REMEMBERED_UPDATES = 10_000
# How long errors and updates that were set aside are kept; /privacy promises it.
REPORT_DAYS = 90
# Small, because nobody else writes to SQLite meanwhile.
BATCH = 500


async def seen_before(database: Database) -> list[int]:
    """Numbers of the updates handled last, oldest first."""
    query = (
        select(seen_updates.c.update_id)
        .order_by(seen_updates.c.update_id.desc())
        .limit(REMEMBERED_UPDATES)
    )
    async with database.read("memory.seen") as connection:
        return list(await connection.scalars(query))[::-1]


async def save_interrupted(database: Database, clock: Clock, raw: Mapping[int, object]) -> None:
    """Keep the updates that were cut off, by their numbers; on disk before this returns."""
    if not raw:
        return
    at = to_milliseconds(clock())
    # json's ASCII holds what the databases refuse: NUL, half a surrogate pair, huge numbers.
    rows = [{"update_id": i, "at": at, "payload": json.dumps(one)} for i, one in raw.items()]
    statement = insert_into(database.dialect, interrupted_updates).on_conflict_do_nothing()
    async with database.write("memory.interrupted", durable=True) as connection:
        await connection.execute(statement, rows)


async def load_interrupted(database: Database) -> list[object]:
    """The updates that were cut off, as Telegram sent them, oldest first.

    They stay until forget_interrupted() finds them handled: a crash meanwhile loses none.
    """
    query = select(interrupted_updates.c.payload).order_by(interrupted_updates.c.update_id)
    async with database.read("memory.interrupted") as connection:
        return [json.loads(payload) for payload in await connection.scalars(query)]


async def forget_interrupted(database: Database) -> None:
    """Remove the updates that were cut off and have been handled, or set aside, since."""
    settled = or_(
        exists().where(seen_updates.c.update_id == interrupted_updates.c.update_id),
        exists().where(quarantined_updates.c.update_id == interrupted_updates.c.update_id),
    )
    async with database.write("memory.forget_interrupted", durable=True) as connection:
        await connection.execute(delete(interrupted_updates).where(settled))


async def forget_updates(database: Database, clock: Clock) -> None:
    """Remove the numbers of updates that Telegram will not repeat any more."""
    before = to_milliseconds(clock()) - REPEATED_HOURS * HOUR
    async with database.write("memory.forget") as connection:
        await connection.execute(delete(seen_updates).where(seen_updates.c.seen_at < before))


async def forget_old(database: Database, clock: Clock, days: int = REPORT_DAYS) -> None:
    """Remove errors, and updates that were set aside, from more than *days* ago."""
    before = to_milliseconds(clock()) - days * DAY
    for table in (errors, quarantined_updates):
        while await _forget_some(database, table, before) == BATCH:
            pass


async def _forget_some(database: Database, table: Table, before: int) -> int:
    # An alias, because SQLAlchemy would take the same table for the one of the DELETE.
    old = table.alias()
    oldest = select(old.c.id).where(old.c.at < before).order_by(old.c.at).limit(BATCH)
    async with database.write("memory.forget_old") as connection:
        result = await connection.execute(delete(table).where(table.c.id.in_(oldest)))
    return int(result.rowcount)
