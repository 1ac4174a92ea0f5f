"""Facts that come long after they happened: what was summed up without them is put right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.audience.days import Days
from bot.analytics.audience.late import Moved
from bot.analytics.batch import Batch
from bot.analytics.milestones import Milestones, note_late
from bot.analytics.reports.kept import oldest
from bot.analytics.tracking import closed
from bot.analytics.tracking.closed import Closed, Present
from bot.analytics.tracking.sums import additions
from bot.analytics.transaction import Written, add_counts
from bot.database.locks import AUDIENCE, SUMS, alone
from bot.database.tables import users
from bot.errors import BotError

row = users.c


class EarlierError(BotError):
    """Facts of the last hour that come before the first one of a person, or of all records."""


@dataclass(frozen=True, slots=True)
class Before:
    """What was known before the batch was written."""

    milestones: Milestones
    closed: Closed | None
    present: Present


async def begin(
    connection: AsyncConnection, batch: Batch, numbers: Mapping[int, int], since: int
) -> Before:
    """Stop others from summing up until the transaction ends, and look at what there is.

    numbers: users.number of those who have one; since: its oldest moment, in UTC milliseconds
    """
    await alone(connection, SUMS)
    # Before any row is touched: whoever forgets a person takes them in this order.
    await alone(connection, AUDIENCE)
    known = await note_late(connection, since)
    present = await closed.present(connection, batch, numbers)
    return Before(known, await closed.closed(connection), present)


async def settle(
    connection: AsyncConnection, before: Before, batch: Batch, written: Written, days: Days
) -> Moved:
    """After the batch was written: sums, days that are closed, and who turns out to be older.

    1. Who was first seen on a later day than the batch says was first seen then.
    2. Hours and days that are summed up get what the batch adds.
    3. So do the rows of days that are closed.
    """
    moved = await _earlier(connection, batch, written)
    await _move(connection, moved)
    await add_counts(connection, additions(batch, before.milestones, days))
    if before.closed:
        found = closed.changes(batch, written, moved, before.present, days)
        await closed.add(connection, before.closed, found)
    return moved


def spared(before: Before, batch: Batch) -> Batch:
    """*batch* without minutes of a time of which no minutes are kept: the sums have them."""
    since = before.milestones.minutes_since
    kept = {key: tally for key, tally in batch.aggregates.items() if key[2] >= since}
    return replace(batch, aggregates=kept)


async def check(connection: AsyncConnection, batch: Batch, written: Written, since: int) -> None:
    """After a batch was written as if it came in time: EarlierError if it did not.

    since: its oldest moment, in UTC milliseconds
    """
    first = await oldest(connection)
    if (first is not None and since < first) or await _earlier(connection, batch, written):
        raise EarlierError


async def _earlier(connection: AsyncConnection, batch: Batch, written: Written) -> Moved:
    """Who was first seen earlier than the database says."""
    first = {
        written.numbers[user_id]: person.first_at
        for user_id, person in batch.people.items()
        if person.first_at is not None
    }
    query = select(row.number, row.first_seen_at).where(row.number.in_(first))
    return {
        number: (int(at), first[number])
        for number, at in await connection.execute(query)
        if first[number] < at
    }


async def _move(connection: AsyncConnection, moved: Moved) -> None:
    if moved:
        change = update(users).where(row.number == bindparam("which"))
        rows = [{"which": number, "earlier": at} for number, (_, at) in moved.items()]
        await connection.execute(change.values(first_seen_at=bindparam("earlier")), rows)
