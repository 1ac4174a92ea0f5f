"""The alerts of the invented past: the bot's own rules look at it, through its own manager."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

from bot.alerts import snapshot
from bot.alerts.catalogue import build_rules
from bot.alerts.manager import Manager
from bot.alerts.outbox import Outbox
from bot.alerts.records import READINGS_KEPT
from bot.alerts.rules import Count, Ratio
from bot.alerts.snapshot import Snapshot
from bot.alerts.wish import SEVERITIES
from bot.analytics.bus import Bus
from bot.analytics.recent import Recent
from bot.config import Settings
from bot.database.engine import Database
from bot.sandbox.history_admin import MINUTE, Admin, Chat

# What failed longer ago brings no new evidence, so that nobody has to look every minute of weeks.
FRESH_SECONDS = 180
# Where nothing changes, minutes between two checks: few, where the chart still shows each.
PAUSE, RECENT_PAUSE = 30, 5


class Watch:
    """Asks the rules whenever an answer may be new, at the time of the facts.

    recent: hears the facts, each after until() its time; chance: how soon the admin answers
    """

    def __init__(self, database: Database, zone: ZoneInfo, now: datetime, chance: Random) -> None:
        # The shipped thresholds, whatever the operator's are: a history is the same everywhere.
        settings = Settings.model_construct()
        self._at = self._next = datetime.fromtimestamp(0, UTC)
        self._recent_from = now - READINGS_KEPT
        # Levels, such as free space, are not part of a history.
        self._rules = [one for one in build_rules(settings) if isinstance(one, Ratio | Count)]
        self._shares = sorted({rule.share for rule in self._rules})
        self.recent = Recent(self._monotonic, slow_seconds=settings.alert_latency_threshold)
        self._admin = Admin(database, self._clock, chance)
        self._manager = self._managing(database, zone)
        self._outbox = self._delivering(database, zone)
        self._is_restless = False
        # What the rules in trouble said last, and for how many minutes in a row.
        self._verdicts: dict[str, tuple[bool, bool]] = {}
        self._same = 0

    async def until(self, at: datetime) -> None:
        """Check each minute up to *at* in which something may have changed."""
        while self._next <= at:
            self._at = self._next
            if not await self._looked():
                self._next = at.replace(second=0, microsecond=0)
            self._next += MINUTE
        self._at = at

    async def _looked(self) -> bool:
        """Check if there is anything to look at; whether there was."""
        is_fresh = any(self.recent.share(name, FRESH_SECONDS).bad for name in self._shares)
        if not (is_fresh or self._is_restless):
            return False
        is_bad = self._judged()
        # Two checks after each change, because alerts begin and end with the second of a kind.
        pause = PAUSE if self._at < self._recent_from else RECENT_PAUSE
        if (is_bad or self._is_restless) and (self._same <= 1 or self._same % pause == 0):
            await self._manager.check()
            await self._outbox.deliver()
        await self._admin.answer()
        self._is_restless = is_bad or any(self._manager.firing(one) for one in SEVERITIES)
        return True

    def _judged(self) -> bool:
        """Whether there is evidence of trouble."""
        seen = self._look()
        known = self._verdicts if self._is_restless else {}
        readings = {rule.terms.name: rule.evaluate(seen) for rule in self._rules}
        verdicts = {
            name: (one.is_bad, one.is_good)
            for name, one in readings.items()
            if one.is_bad or name in known
        }
        self._same = self._same + 1 if verdicts == known else 0
        self._verdicts = verdicts
        return any(one.is_bad for one in readings.values())

    def _managing(self, database: Database, zone: ZoneInfo) -> Manager:
        return Manager(
            database=database,
            rules=self._rules,
            take=self._look,
            notifier=Chat(),
            bus=Bus(self._admin.hear),
            zone=zone,
            # Our pauses are no downtime.
            interval=PAUSE * MINUTE.total_seconds(),
            clock=self._clock,
        )

    def _delivering(self, database: Database, zone: ZoneInfo) -> Outbox:
        return Outbox(
            database=database,
            notifier=Chat(),
            bus=Bus(),
            zone=zone,
            clock=self._clock,
            monotonic=self._monotonic,
        )

    def _look(self) -> Snapshot:
        return snapshot.take(self.recent, self._shares, {}, self._at)

    def _clock(self) -> datetime:
        return self._at

    def _monotonic(self) -> float:
        return self._at.timestamp()
