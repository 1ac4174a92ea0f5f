"""What the rules of alerts read: where each share and each level comes from."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from bot.alerts import snapshot
from bot.alerts.snapshot import Level, Own, Snapshot
from bot.analytics import probes
from bot.analytics.core import Core
from bot.analytics.unusual_watch import UnusualWatch
from bot.clock import Clock
from bot.config import Settings
from bot.features.feature import Feature
from bot.jobs import Job

HOUR = 3600

SHARES = ("updates", "latency", "queries", "calls", "dropped")
FEATURE_SHARES = {
    "downloads": ("downloads", "attempts"),
    "billing": ("checkouts", "payments"),
}
# Gauges of features that are levels of the same name; those with several labels are added up.
FEATURE_LEVELS = frozenset({"queue_depth", "ytdlp_up"})


class Polls(Protocol):
    """How getUpdates fares (bot/telegram/connection.py)."""

    @property
    def last_poll_age(self) -> float | None:
        """Seconds since it last answered, or since polling began; None with a webhook."""

    @property
    def last_poll_at(self) -> datetime | None:
        """When it last answered; None if it never did."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Levels:
    """Looks at the running parts of an app; from memory, but for the disk's free space.

    own: the figures of the operator's rules
    """

    settings: Settings
    core: Core
    polls: Polls
    features: Sequence[Feature]
    unusual: UnusualWatch
    clock: Clock
    own: Own = snapshot.nothing

    def snapshot(self) -> Snapshot:
        """What every rule reads in one check."""
        names, levels = self.shares(), self.levels()
        return snapshot.take(self.core.recent, names, levels, self.clock(), self.own)

    def jobs(self) -> list[Job]:
        """What has to be found out before a check, since no check may wait for it."""
        if not self.settings.alerts_enabled:
            return []
        look = self.unusual.look
        return [Job(name="watch_activity", seconds=HOUR, run=look, is_immediate=True)]

    def shares(self) -> tuple[str, ...]:
        """The names of what is counted in this bot."""
        features = self.settings.active_features
        more = [FEATURE_SHARES[name] for name in features if name in FEATURE_SHARES]
        return (*SHARES, *(share for shares in more for share in shares))

    def levels(self) -> dict[str, Level]:
        """How each level is read; a level of a feature that is off is not there."""
        return {
            "poll_age": self._poll_age,
            "disk_free": self._disk_free,
            "unusual": lambda: self.unusual.score,
            **self._of_features(),
        }

    def _of_features(self) -> dict[str, Level]:
        found: dict[str, list[Callable[[], float | None]]] = {}
        for gauge in (gauge for feature in self.features for gauge in feature.gauges):
            if gauge.series in FEATURE_LEVELS:
                found.setdefault(gauge.series, []).append(gauge.read)
        return {name: partial(_sum, reads) for name, reads in found.items()}

    def _disk_free(self) -> float:
        """Percent of the disk with the data."""
        usage = shutil.disk_usage(probes.data_folder(self.core.database))
        return 100 * usage.free / usage.total

    def _poll_age(self) -> float | None:
        """Seconds; 0 with a webhook, which cannot stall; None while nobody can tell."""
        polls, limit = self.polls, self.settings.alert_poll_age_threshold
        age = polls.last_poll_age or 0.0
        # A process that was never answered is young rather than well.
        is_young = polls.last_poll_age is not None and polls.last_poll_at is None
        return None if is_young and age < limit else age


def _sum(reads: Sequence[Callable[[], float | None]]) -> float | None:
    """Of all, or None while one of them is unknown."""
    figures = [read() for read in reads]
    known = [figure for figure in figures if figure is not None]
    return sum(known) if len(known) == len(figures) else None
