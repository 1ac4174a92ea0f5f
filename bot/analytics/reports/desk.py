"""Where reports are asked for: one method a question, answered by the file of that name."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, tzinfo

from prometheus_client import CollectorRegistry

from bot.analytics.reports.errors import ErrorDetail, Errors, find_error, recent_errors
from bot.analytics.reports.figures import Figures, figures
from bot.analytics.reports.overview import Overview, overview
from bot.analytics.reports.period import Period, last_days
from bot.clock import Clock, utc_now
from bot.database.engine import Database


class Reports:
    """Asks the database and the registry; never writes to either.

    categories: the category of each series, by its full name
    """

    def __init__(
        self,
        database: Database,
        registry: CollectorRegistry,
        categories: Mapping[str, str],
        *,
        zone: tzinfo = UTC,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._registry = registry
        self._categories = categories
        self._zone = zone
        self._clock = clock

    async def overview(self, days: int) -> Overview:
        """The last *days* days against as many before."""
        async with self._database.read("report.overview") as connection:
            return await overview(connection, self._period(days))

    async def errors(self, days: int) -> Errors:
        """The errors of the last *days* days."""
        async with self._database.read("report.errors") as connection:
            return await recent_errors(connection, self._period(days))

    async def error(self, number: str) -> ErrorDetail | None:
        """The error with this number, if it is kept."""
        async with self._database.read("report.error") as connection:
            return await find_error(connection, number)

    async def figures(self, category: str) -> Figures:
        """What this process measured for *category* since it started."""
        # In a thread: a large registry takes long enough to keep everybody else waiting.
        return await asyncio.to_thread(figures, self._registry, self._categories, category)

    def _period(self, days: int) -> Period:
        return last_days(days, self._clock(), self._zone)
