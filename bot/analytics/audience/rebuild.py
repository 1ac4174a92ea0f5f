"""telegauge rebuild-audience: every day's sets anew from the other tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, tzinfo

from bot.analytics.audience import disk, evidence
from bot.analytics.audience.days import DAY, Days, between
from bot.analytics.audience.segments import Sources
from bot.clock import Clock, to_milliseconds, utc_now
from bot.database.engine import Database

Progress = Callable[[int, int], object]


def _nobody(done: int, total: int) -> None:
    """Nobody watches."""


async def rebuild(
    database: Database, zone: tzinfo, *, clock: Clock = utc_now, progress: Progress = _nobody
) -> int:
    """Write the sets of every day up to today; how many days there were.

    Who was active, and who was new, is exactly what the tables say.  Of other segments nobody is
    taken out, because the facts behind them may have been removed for their age.  One day is in
    memory at a time.  A bot that runs meanwhile sees it after its next start.
    progress: is told how many days are done, of how many
    """
    days, sources = Days(zone), Sources()
    today = clock().astimezone(zone).date()
    async with database.read("audience.plan") as connection:
        await evidence.learn(connection, sources)
        first = await evidence.first_day(connection)
    todo = between(first, today) if first else []
    for done, day in enumerate(todo, start=1):
        await _rebuild_day(database, day, days, sources, clock, is_over=day < today - DAY)
        progress(done, len(todo))
    return len(todo)


async def _rebuild_day(  # noqa: PLR0913  what each day is made of
    database: Database, day: date, days: Days, sources: Sources, clock: Clock, *, is_over: bool
) -> None:
    async with database.read("audience.evidence") as connection:
        found = await evidence.evidence(connection, day, days, sources)
    async with database.write("audience.rebuild") as connection:
        at = to_milliseconds(clock())
        await disk.close(connection, day, found, at, is_exact=True, is_over=is_over)
