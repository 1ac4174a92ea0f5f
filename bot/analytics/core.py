"""The analytics half as one thing, complete without Telegram: facts in, rows and series out."""

from __future__ import annotations

from prometheus_client import CollectorRegistry

from bot.analytics import recall
from bot.analytics.audience.audience import Audience
from bot.analytics.bus import Bus
from bot.analytics.feed import Feed
from bot.analytics.health import installed_version
from bot.analytics.mau import MauLine
from bot.analytics.metrics import CATEGORIES, Metrics
from bot.analytics.online import Online
from bot.analytics.operations import QueryTimed
from bot.analytics.recent import Recent
from bot.analytics.reports.desk import Reports
from bot.analytics.reports.source import Source
from bot.analytics.store import Store
from bot.analytics.views import Views
from bot.clock import Clock, utc_now
from bot.config import Settings
from bot.database.engine import Database
from bot.database.marks import SYNTHETIC, mark_of
from bot.database.migrate import migrate
from bot.plans import load_plans


class Core:
    """The bus with its sinks, and the database behind them."""

    def __init__(self, settings: Settings, clock: Clock = utc_now) -> None:
        self._clock = clock
        self._is_restored = False
        self._is_writing = False
        self.bus = Bus()
        self.database = Database(settings.database_url, self._query_timed)
        self.metrics = Metrics(CollectorRegistry(), installed_version())
        self.recent = Recent(slow_seconds=settings.alert_latency_threshold)
        self.feed = Feed()
        self.online = Online()
        self.audience = Audience(
            self.database,
            zone=settings.timezone,
            clock=clock,
            heard=self._heard,
        )
        self.store = Store(
            self.database,
            self.bus,
            interval=settings.store_flush_interval,
            size=settings.store_buffer_size,
            zone=settings.timezone,
            clock=clock,
            noted=self.audience.note,
        )
        self.plans = load_plans(settings.plans_file)
        self.reports = Reports(
            self._source(settings),
            self.metrics.registry,
            CATEGORIES,
            zone=settings.timezone,
            bus=self.bus,
            seconds=settings.analytics_cache_update_interval,
        )
        self.views = Views(self.reports)
        self.mau = MauLine(self.database, self.audience, self.bus, settings=settings, clock=clock)
        for sink in (self.metrics, self.store, self.recent, self.feed, self.online):
            self.bus.add(sink)

    def _source(self, settings: Settings) -> Source:
        return Source(
            database=self.database,
            audience=self.audience,
            plans=self.plans,
            clock=self._clock,
            features=frozenset(settings.active_features),
            stars_usd_rate=settings.stars_usd_rate,
            gauge=self.metrics.gauge,
        )

    async def start(self) -> None:
        """Make the tables, remember the last hour, begin to write.  May be called again."""
        await migrate(self.database)
        if not self._is_restored:
            await recall.restore(self.database, self.recent, self._clock)
            self._is_restored = True
        if not self._is_writing:
            self.store.start()
            self._is_writing = True
        await self.audience.start()
        self.views.is_synthetic = await mark_of(self.database, SYNTHETIC) is not None

    async def stop(self) -> None:
        """Write what waits and close the database."""
        await self.store.stop()
        await self.audience.stop()
        await self.views.stop()
        self._is_writing = False
        await self.database.close()

    def _heard(self) -> None:
        """Another process has forgotten somebody who may stand in a report that is kept."""
        self.reports.forget()

    def _query_timed(self, operation: str, seconds: float, error: str | None) -> None:
        at = self._clock()
        self.bus.publish(QueryTimed(at=at, operation=operation, seconds=seconds, error=error))
