"""When the weekly digest is due, who of several processes sends it, and what is in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.analytics.render.sheet import Sheet
from bot.analytics.render.words import Words
from bot.analytics.reports.digest import DAYS, digest
from bot.analytics.reports.period import last_days
from bot.analytics.reports.query import Query
from bot.analytics.reports.source import Source
from bot.analytics.sheets import digest as sheets
from bot.analytics.weekly import WEEK, Weekly
from bot.database.marks import advance_mark, put_mark

MARK = "digest"
# A bot that was away at the hour still sends it; later than that, nobody waits for it any more.
LATE = timedelta(days=1)


class Digests:
    """One digest a week for all processes on one database.

    is_synthetic: whether the people in the database are invented
    """

    def __init__(
        self, source: Source, schedule: Weekly, *, is_synthetic: Callable[[], bool]
    ) -> None:
        self._source = source
        self._schedule = schedule
        self._is_synthetic = is_synthetic
        self._last: datetime | None = None

    async def claim(self) -> datetime | None:
        """The moment whose digest is to be sent by whoever asked; None while there is none.

        Noted before it is sent: a crash in between costs one digest, and nobody gets two.
        """
        now = self._source.clock()
        due = self._schedule.latest(now)
        if due == self._last or now - due > LATE:
            return None
        is_ours = await advance_mark(self._source.database, MARK, _noted(due))
        self._last = due
        return due if is_ours else None

    async def give_back(self, due: datetime) -> None:
        """Let it be claimed again: nothing of it was sent."""
        await put_mark(self._source.database, MARK, _noted(due - WEEK))
        self._last = None

    async def sheet(self, due: datetime, words: Words) -> Sheet:
        """The seven whole days before the day of *due*."""
        zone = self._schedule.zone
        day_before = due.astimezone(zone).date() - timedelta(days=1)
        query = Query(period=last_days(DAYS, due, zone, until=day_before))
        sheet = sheets.digest(await digest(self._source, query), words)
        return replace(sheet, is_synthetic=self._is_synthetic())


def _noted(due: datetime) -> str:
    # Of equal length, so that the later moment is the greater text.
    return due.astimezone(UTC).isoformat(timespec="seconds")
