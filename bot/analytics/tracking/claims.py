"""Keys of batches: a batch that is sent again gets the same answer and is not counted again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.tracking.trouble import ReusedError
from bot.clock import MILLISECOND, Clock, to_milliseconds
from bot.database.engine import Database
from bot.database.statements import insert_into
from bot.database.tracking_tables import tracked_batches

KEPT = timedelta(hours=24)
# Small, because nobody else writes to SQLite meanwhile.
BATCH = 500

row = tracked_batches.c


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """What somebody wants to be counted once.

    sender: the token's id; digest: of what was sent, and where
    """

    sender: str
    key: str
    digest: str


async def find(connection: AsyncConnection, claim: Claim) -> str | None:
    """What was answered to the same batch; None: it is new.  ReusedError: it was another one."""
    query = select(row.digest, row.answer).where(row.sender == claim.sender, row.key == claim.key)
    found = (await connection.execute(query)).one_or_none()
    if found is None:
        return None
    if found.digest != claim.digest:
        raise ReusedError("this Idempotency-Key was sent before with something else")
    answer: str = found.answer
    return answer


async def put(connection: AsyncConnection, claim: Claim, answer: str, at: int) -> bool:
    """Note the claim in the caller's transaction; False: somebody else did.

    While somebody else's transaction with the same key is open, this waits for its end.
    """
    statement = insert_into(connection.dialect.name, tracked_batches).values(
        sender=claim.sender, key=claim.key, digest=claim.digest, answer=answer, at=at
    )
    noted = await connection.execute(statement.on_conflict_do_nothing().returning(row.key))
    return noted.first() is not None


async def forget_old(database: Database, clock: Clock) -> None:
    """Job: remove keys from more than a day ago."""
    before = to_milliseconds(clock()) - KEPT // MILLISECOND
    while await _forget_some(database, before) == BATCH:
        pass


async def _forget_some(database: Database, before: int) -> int:
    old = select(row.sender, row.key).where(row.at < before).order_by(row.at).limit(BATCH)
    async with database.write("track.forget") as connection:
        keys = (await connection.execute(old)).all()
        for sender, key in keys:
            mine = (row.sender == sender, row.key == key)
            await connection.execute(delete(tracked_batches).where(*mine))
    return len(keys)
