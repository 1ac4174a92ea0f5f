"""What /metrics and /health read off the running parts of an app."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from functools import partial

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Instruments:
    """Knows where each figure of the bot itself comes from; features bring their own."""

    settings: Settings
    core: Core
    connection: Connection
    timer: UpdateTimer
    watch: LoopWatch
    population: Population
    clock: Clock

    def gauges(self) -> list[Gauge]:
        """Figures that somebody else keeps, read at every scrape."""
        connection, folder, started = (
            self.connection,
            probes.data_folder(self.core.database),
            time.monotonic(),
        )
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
        ]

    def probes(self) -> dict[str, Probe]:
        """What /health looks at."""
        found = probes.usual(
            self.core.database, self.watch, probes.data_folder(self.core.database), self.clock
        )
        connection = self.connection
        if self.settings.webhook_url:
            found["webhook"] = probes.webhook(
                lambda: connection.webhook_error_age, lambda: connection.webhook_error
            )
        else:
            found["polling"] = probes.polling(lambda: connection.last_poll_age)
        return found
