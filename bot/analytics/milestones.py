"""How far sums reach and what was removed since: what tells a report where to count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database.statements import insert_into
from bot.database.tables import marks

PREFIX = "sums."


@dataclass(frozen=True, kw_only=True, slots=True)
class Milestones:
    """Moments in UTC milliseconds; 0: not yet, or nothing was removed.

    rolled_until: hours and days that ended before it have rows of sums
    minutes_since, hours_since: rows of minutes, or of hours, before it may be gone
    events_since: single events before it may be gone
    late: how many batches of facts came long after they happened
    tracked_since: the oldest fact of those
    """

    rolled_until: int = 0
    minutes_since: int = 0
    hours_since: int = 0
    events_since: int = 0
    late: int = 0
    tracked_since: int = 0


async def read(connection: AsyncConnection) -> Milestones:
    """How far it is now."""
    query = select(marks.c.name, marks.c.value).where(marks.c.name.startswith(PREFIX))
    found = {name.removeprefix(PREFIX): value for name, value in await connection.execute(query)}
    return Milestones(
        **{one.name: int(found[one.name]) for one in fields(Milestones) if one.name in found}
    )


async def reach(connection: AsyncConnection, **moments: int) -> Milestones:
    """Note that it went so far, within the caller's transaction; nothing ever goes back."""
    known = await read(connection)
    later = {name: at for name, at in moments.items() if at > getattr(known, name)}
    await _write(connection, later)
    return replace(known, **later)


async def note_late(connection: AsyncConnection, oldest: int) -> Milestones:
    """Note that facts come which are as old as *oldest*; whoever reads sums has to look again.

    To be called under the lock SUMS, which the caller's transaction holds to its end.
    """
    known = await read(connection)
    since = min(oldest, known.tracked_since or oldest)
    changed = {"late": known.late + 1, "tracked_since": since}
    await _write(connection, changed)
    return replace(known, **changed)


async def _write(connection: AsyncConnection, moments: Mapping[str, int]) -> None:
    statement = insert_into(connection.dialect.name, marks)
    statement = statement.on_conflict_do_update(
        index_elements=["name"], set_={"value": statement.excluded.value}
    )
    if moments:
        rows = [{"name": f"{PREFIX}{name}", "value": str(at)} for name, at in moments.items()]
        await connection.execute(statement, rows)
