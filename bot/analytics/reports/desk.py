"""Where reports are asked for: computed once, kept for a while, shown by every view."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, tzinfo
from typing import Any

from prometheus_client import CollectorRegistry

from bot.analytics.bus import Bus
from bot.analytics.operations import CacheAsked
from bot.analytics.reports.errors import ErrorDetail, find_error
from bot.analytics.reports.figures import Figures, figures
from bot.analytics.reports.period import Compare, Period, last_days
from bot.analytics.reports.query import Query
from bot.analytics.reports.source import Source

# Reports that were asked for lately; the oldest make room.
KEPT = 200

Compute = Callable[[Source, Query], Awaitable[Any]]


class Reports:
    """Asks the database, the audience and the registry; never writes to any of them.

    categories: the category of each series, by its full name
    seconds: how long an answer is good enough for whoever does not ask for a fresh one
    """

    def __init__(  # noqa: PLR0913  its parts
        self,
        source: Source,
        registry: CollectorRegistry,
        categories: Mapping[str, str],
        *,
        zone: tzinfo,
        bus: Bus,
        seconds: float = 300,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.source = source
        self._registry = registry
        self._categories = categories
        self._zone = zone
        self._bus = bus
        self._seconds = seconds
        self._monotonic = monotonic
        self._kept: OrderedDict[Any, tuple[float, Any]] = OrderedDict()
        self._turns: dict[Any, asyncio.Lock] = {}
        self._forgotten = 0

    def period(
        self, days: int, until: date | None = None, compare: Compare = "previous"
    ) -> Period:
        """The last *days* days, today included, or up to a day that is over."""
        now = self.source.clock()
        return last_days(days, now, self._zone, until=until, compare=compare)

    async def ask(  # noqa: PLR0913  each has a sensible default
        self,
        compute: Compute,
        days: int,
        *,
        until: date | None = None,
        compare: Compare = "previous",
        is_fresh: bool = False,
        seconds: float | None = None,
        **narrowed: Any,
    ) -> Any:
        """What *compute* finds about those days; from memory unless it must be fresh.

        until, compare: as of period(); narrowed: fields of Query besides its period
        seconds: how old an answer may be; None: as old as any
        """
        key = (compute, days, until, compare, tuple(sorted(narrowed.items())))
        if not is_fresh and (found := self._found(key, seconds)) is not None:
            return found
        # Who asks the same meanwhile waits for the one answer.
        try:
            async with self._turns.setdefault(key, asyncio.Lock()):
                if not is_fresh and (found := self._recall(key, seconds)) is not None:
                    return found
                before = self._reasons()
                period = self.period(days, until, compare)
                report = await compute(self.source, Query(period=period, **narrowed))
                if before == self._reasons() == (self._forgotten, 0):
                    self._keep(key, report)
                return report
        finally:
            self._turns.pop(key, None)

    async def error(self, number: str) -> ErrorDetail | None:
        """The error with this number, if it is kept."""
        async with self.source.database.read("report.error") as connection:
            return await find_error(connection, number)

    async def figures(self, category: str) -> Figures:
        """What this process measured for *category* since it started."""
        # In a thread: a large registry takes long enough to keep everybody else waiting.
        return await asyncio.to_thread(figures, self._registry, self._categories, category)

    def forget(self) -> None:
        """Keep nothing: somebody asked to be forgotten, and may stand in a report."""
        self._forgotten += 1
        self._kept.clear()

    def _reasons(self) -> tuple[int, int]:
        """Why an answer may be wrong soon: somebody was forgotten, old days are being counted."""
        return self._forgotten, self.source.audience.pending_days

    def _found(self, key: Any, seconds: float | None) -> Any:
        report = self._recall(key, seconds)
        result = "miss" if report is None else "hit"
        self._bus.publish(CacheAsked(at=self.source.clock(), cache="reports", result=result))
        return report

    def _recall(self, key: Any, seconds: float | None) -> Any:
        at, report = self._kept.get(key, (0.0, None))
        longest = self._seconds if seconds is None else seconds
        return report if report and self._monotonic() - at < longest else None

    def _keep(self, key: Any, report: Any) -> None:
        self._kept[key] = self._monotonic(), report
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
