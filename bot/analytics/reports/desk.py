"""Where reports are asked for: computed once, kept for a while, shown by every view."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
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
from bot.analytics.turns import Turns

# Reports that were asked for lately; the oldest make room.
KEPT = 200
# The days, or hours where it is cut by them, of all that are kept: what makes them large.
KEPT_PARTS = 80_000
HOURS = 24
# As many as may read at a time; others have the rest of the database's readers.
AT_ONCE = 2
# How long a report waits for its turn.
SECONDS = 20.0

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
        self._kept: OrderedDict[Any, tuple[float, Any, int]] = OrderedDict()
        self._parts = 0
        self._asking: dict[Any, asyncio.Lock] = {}
        self._turns = Turns(AT_ONCE)
        self._forgotten = 0
        self._forgetting: list[Callable[[], None]] = []

    @property
    def today(self) -> date:
        """The calendar day that it is."""
        return self.source.clock().astimezone(self._zone).date()

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
        is_patient: bool = True,
        seconds: float | None = None,
        **narrowed: Any,
    ) -> Any:
        """What *compute* finds about those days; from memory unless it must be fresh.

        until, compare: as of period(); narrowed: fields of Query besides its period
        seconds: how old an answer may be; None: as old as any
        BusyError when no turn comes; not is_patient: also when too many wait for one
        """
        end = self._monotonic() + SECONDS
        key = (compute, days, until, compare, tuple(sorted(narrowed.items())))
        if not is_fresh and (found := self._found(key, seconds)) is not None:
            return found
        # Who asks the same meanwhile waits for the one answer.
        try:
            async with self._asking.setdefault(key, asyncio.Lock()):
                if not is_fresh and (found := self._recall(key, seconds)) is not None:
                    return found
                left = end - self._monotonic()
                async with self._turns.taken(left, is_patient=is_patient):
                    query = Query(period=self.period(days, until, compare), **narrowed)
                    return await self._computed(key, compute, query)
        finally:
            self._asking.pop(key, None)

    def turn(self) -> AbstractAsyncContextManager[None]:
        """A turn for whoever reads as much as a report does; BusyError as of ask()."""
        return self._turns.taken(SECONDS)

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
        self._parts = 0
        for forget in self._forgetting:
            forget()

    def when_forgetting(self, forget: Callable[[], None]) -> None:
        """Call *forget*, which drops what was made of reports, whenever they are dropped."""
        self._forgetting.append(forget)

    def keeps(self, report: Any) -> bool:
        """Whether *report* itself is kept, so that it may be given again."""
        return any(one is report for _, one, _ in self._kept.values())

    async def _computed(self, key: Any, compute: Compute, query: Query) -> Any:
        before = self._reasons()
        report = await compute(self.source, query)
        # Of somebody unknown nothing is kept: they may come at any moment.
        is_known = getattr(report, "is_known", True)
        if is_known and before == self._reasons() == (self._forgotten, 0):
            hours = HOURS if query.step == "hour" else 1
            self._keep(key, report, query.period.days * hours)
        return report

    def _reasons(self) -> tuple[int, int]:
        """Why an answer may be wrong soon: somebody was forgotten, old days are being counted."""
        return self._forgotten, self.source.audience.pending_days

    def _found(self, key: Any, seconds: float | None) -> Any:
        report = self._recall(key, seconds)
        result = "miss" if report is None else "hit"
        self._bus.publish(CacheAsked(at=self.source.clock(), cache="reports", result=result))
        return report

    def _recall(self, key: Any, seconds: float | None) -> Any:
        at, report, _ = self._kept.get(key, (0.0, None, 0))
        longest = self._seconds if seconds is None else seconds
        return report if report and self._monotonic() - at < longest else None

    def _keep(self, key: Any, report: Any, parts: int) -> None:
        *_, gone = self._kept.pop(key, (0.0, None, 0))
        self._kept[key] = self._monotonic(), report, parts
        self._parts += parts - gone
        while len(self._kept) > KEPT or self._parts > KEPT_PARTS:
            _, (*_, gone) = self._kept.popitem(last=False)
            self._parts -= gone
