"""What /metrics and /health read off the running parts of an app."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.alerts.book import Book
from bot.alerts.manager import Manager
from bot.analytics import probes
from bot.analytics.audience.audience import WINDOWS
from bot.analytics.core import Core
from bot.analytics.health import Probe
from bot.analytics.loop import LoopWatch
from bot.analytics.population import Population
from bot.clock import Clock
from bot.config import Settings
from bot.features.feature import Gauge
from bot.middlewares.timer import UpdateTimer
from bot.telegram.connection import Connection

SEVERITIES = ("critical", "warning")


@dataclass(frozen=True, kw_only=True, slots=True)
class Instruments:
    """Knows where each figure of the bot itself comes from; features bring their own.

    last_check: seconds since the alerts were last checked
    """

    settings: Settings
    core: Core
    connection: Connection
    timer: UpdateTimer
    watch: LoopWatch
    population: Population
    book: Book
    manager: Manager | None
    last_check: Callable[[], float | None]
    clock: Clock

    def gauges(self) -> list[Gauge]:
        """Figures that somebody else keeps, read at every scrape."""
        connection, folder, started = self.connection, self._folder(), time.monotonic()
        return [
            Gauge(series="uptime_seconds", read=lambda: time.monotonic() - started),
            Gauge(series="updates_in_flight", read=lambda: self.timer.in_flight),
            Gauge(
                series="last_poll_timestamp_seconds",
                read=lambda: at.timestamp() if (at := connection.last_poll_at) else None,
            ),
            Gauge(series="pending_updates", read=lambda: connection.pending_updates),
            Gauge(series="event_loop_lag_seconds", read=lambda: self.watch.worst_seconds),
            Gauge(series="store_buffered_events", read=lambda: self.core.store.buffered),
            Gauge(series="disk_free_bytes", read=lambda: shutil.disk_usage(folder).free),
            *(
                Gauge(
                    series="active_users",
                    read=partial(self.core.audience.active, window),
                    labels=(window,),
                )
                for window in WINDOWS
            ),
            Gauge(series="known_users", read=lambda: self.population.known),
            Gauge(series="blocked_users", read=lambda: self.population.blocked),
            *self._firing(),
        ]

    def probes(self) -> dict[str, Probe]:
        """What /health looks at."""
        found = probes.usual(self.core.database, self.watch, self._folder(), self.clock)
        connection = self.connection
        if self.settings.webhook_url:
            found["webhook"] = probes.webhook(
                lambda: connection.webhook_error_age, lambda: connection.webhook_error
            )
        else:
            found["polling"] = probes.polling(lambda: connection.last_poll_age)
        if self.manager:
            found |= self._alert_probes()
        return found

    def _firing(self) -> list[Gauge]:
        manager = self.manager
        if manager is None:
            return []
        return [
            Gauge(
                series="alerts_firing", read=partial(manager.firing, severity), labels=(severity,)
            )
            for severity in SEVERITIES
        ]

    def _alert_probes(self) -> dict[str, Probe]:
        every = self.settings.alert_check_interval
        return {
            "alert_check": probes.age(
                self.last_check, warn_at=2 * every, fail_at=3 * every, missing="no check yet"
            ),
            "notices": probes.age(
                self._oldest_notice, warn_at=60, fail_at=300, missing="none waits"
            ),
        }

    async def _oldest_notice(self) -> float | None:
        since = await self.book.oldest_waiting()
        return (self.clock() - since).total_seconds() if since else None

    def _folder(self) -> Path:
        file = self.core.database.file
        return probes.nearest_folder(file.absolute().parent if file else Path.cwd())
