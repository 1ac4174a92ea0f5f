"""Job: keeps in memory how unusual the last full hour was, for a rule that may not wait."""

from __future__ import annotations

from bot.analytics.reports.desk import Reports
from bot.analytics.reports.query import Query
from bot.analytics.reports.unusual import unusual

# The last full hour may be yesterday's.
DAYS = 2


class UnusualWatch:
    """Asks the report `unusual` when it is told to, which takes a while.

    score: of the last full hour, below 0 for too few acts; None while nobody knows, such as in
    the first six weeks
    """

    def __init__(self, reports: Reports) -> None:
        self._reports = reports
        self.score: float | None = None

    async def look(self) -> None:
        """Ask once more."""
        query = Query(period=self._reports.period(DAYS))
        found = await unusual(self._reports.source, query)
        self.score = found.hours[-1].score if found.hours else None
