"""Alerts as one thing: who is told of what, by which ways, and what looks after both."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

import structlog
from aiogram import Bot

from bot.alerts.catalogue import build_rules, idle_rules
from bot.alerts.escalation import lanes_of
from bot.alerts.evaluation import OWN
from bot.alerts.health import FAIL_SECONDS, chat_lane, other_lanes
from bot.alerts.knocks import Knocks
from bot.alerts.lanes import Lanes
from bot.alerts.manager import Manager
from bot.alerts.moves import Moves
from bot.alerts.notifier import Notifier, Nowhere
from bot.alerts.outbox import Outbox
from bot.alerts.own_series import OwnSeries, live
from bot.alerts.rulebook import Rulebook
from bot.alerts.snapshot import Snapshot
from bot.alerts.stored import Stored
from bot.alerts.telegram import AdminChat
from bot.alerts.terms import MINUTE, Terms
from bot.analytics import probes
from bot.analytics.core import Core
from bot.analytics.health import Probe, Reading
from bot.clock import Clock
from bot.config import Settings
from bot.database.alert_tables import ADMIN, CHAT, WEBHOOK
from bot.database.locks import ALERT_DUTY, Lead
from bot.features.feature import Gauge
from bot.jobs import Job
from bot.outgoing import Heartbeat, Outgoing, Receiver

SEVERITIES = ("critical", "warning")
DELIVERY_SECONDS = 2
MISSED_BEATS = 3
CHECK = "check_alerts"

log = structlog.get_logger(__name__)


class Alarm:
    """The manager with all lanes; manager and lanes are None where nobody is to be told.

    take: looks at the last hour, once for each check
    own: the figures of the operator's rules, as of the check under way
    """

    def __init__(
        self, settings: Settings, core: Core, bot: Bot, take: Callable[[], Snapshot], clock: Clock
    ) -> None:
        self._settings = settings
        self._core = core
        self._bot = bot
        self._clock = clock
        self._chat_id = settings.alert_chat_id or next(iter(settings.admin_ids), None)
        self._moves: Moves | None = None
        self._lead = Lead(core.database, ALERT_DUTY)
        self.own = OwnSeries(live(core.metrics.registry))
        self.rulebook = self._rulebook()
        self._outgoing = Outgoing()
        self._heartbeat = self._watcher()
        self.manager: Manager | None = None
        self.lanes: Lanes | None = None
        if settings.alerts_enabled and self._told():
            self._join(take)
        elif settings.alerts_enabled:
            log.warning("nobody to alert: set ADMIN_IDS or ALERT_CHAT_ID")

    def jobs(self) -> list[Job]:
        """The check, and what carries its notices away."""
        if not (self.manager and self.lanes):
            return []
        every = self._settings.alert_check_interval
        return [
            Job(name=CHECK, seconds=every, run=self.check),
            Job(name="deliver_notices", seconds=DELIVERY_SECONDS, run=self.deliver),
        ]

    async def check(self) -> None:
        """Job: ask every rule; only a check that was complete is told to HEARTBEAT_URL.

        Of several processes one checks; the others are ready to go on where it stops.
        """
        if self.manager is None:
            return
        # Beside the event loop, because a registry may hold thousands of samples.
        await asyncio.to_thread(self.own.sample)
        # What was told while the database was away is to be saved by whoever told it.
        if not await self._lead.held() and not self.manager.is_owing:
            self.manager.rest()
            return
        await self.manager.check()
        if self._heartbeat and await self._is_heard():
            self._heartbeat.beat()

    async def deliver(self) -> None:
        """Job: send what waits, unless another process does."""
        if self.lanes and await self._lead.held():
            await self.lanes.deliver()

    def concerns(self) -> list[Terms]:
        """The terms of all that can fire."""
        return [*(rule.terms for rule in self.rulebook.rules), OWN]

    async def refresh(self, history_id: int) -> None:
        """Let all messages about this firing show its state; sends nothing new."""
        if self.lanes:
            await self.lanes.refresh(history_id)

    async def stop(self) -> None:
        """Let what is on its way arrive; begin nothing more."""
        if self.lanes:
            await self.lanes.stop()
        if self._heartbeat:
            await self._heartbeat.stop()
        await self._outgoing.stop()
        await self._lead.stop()

    def gauges(self) -> list[Gauge]:
        """How many alerts fire."""
        if self.manager is None:
            return []
        firing = self.manager.firing
        return [
            Gauge(series="alerts_firing", read=partial(firing, severity), labels=(severity,))
            for severity in SEVERITIES
        ]

    def probes(self, last_success: Callable[[str], float | None]) -> dict[str, Probe]:
        """What /health looks at.  last_success: seconds since a job last went well"""
        if self.lanes is None:
            return {}
        every = self._settings.alert_check_interval
        chat, hook = self.lanes.outboxes.get(CHAT), self.lanes.outboxes.get(WEBHOOK)
        admins = [box for lane, box in self.lanes.outboxes.items() if lane.startswith(ADMIN)]
        found = {
            "alert_check": probes.age(
                lambda: last_success(CHECK),
                warn_at=2 * every,
                fail_at=3 * every,
                missing="no check yet",
            )
        }
        if chat:
            found["notices"] = chat_lane(chat, self._moves, self._clock)
        if hook:
            found["notices_webhook"] = other_lanes([hook], self._clock)
        if admins:
            found["notices_admins"] = other_lanes(admins, self._clock)
        if self._heartbeat:
            found["heartbeat"] = self._heard
        return found

    def _told(self) -> list[str]:
        """The lanes that hear of every alert."""
        is_there = {
            CHAT: self._chat_id is not None,
            WEBHOOK: self._settings.alert_webhook_url is not None,
        }
        return [lane for lane, is_named in is_there.items() if is_named]

    def _join(self, take: Callable[[], Snapshot]) -> None:
        settings, notifiers = self._settings, self._notifiers()
        outboxes = [self._outbox(lane, notifier) for lane, notifier in notifiers.items()]
        gone = partial(self._outbox, notifier=Nowhere())
        self.lanes = Lanes(self._core.database, outboxes, gone)
        self.manager = Manager(
            database=self._core.database,
            rules=self.rulebook.rules,
            take=take,
            notifier=notifiers.get(CHAT, Nowhere()),
            bus=self._core.bus,
            zone=settings.timezone,
            lanes=self._told(),
            admins=lanes_of(settings.admin_ids, self._chat_id),
            interval=settings.alert_check_interval,
            escalation=MINUTE * settings.alert_escalation_minutes,
            runbook_url=settings.alert_runbook_url,
            clock=self._clock,
        )
        self.rulebook.follow(self.manager.use)
        self._core.bus.add(Knocks(self.lanes.wake, self._is_chat))

    def _rulebook(self) -> Rulebook:
        return Rulebook(
            build_rules(self._settings),
            idle=idle_rules(self._settings),
            path=self._settings.alert_rules_file,
            interval=self._settings.alert_check_interval,
            stored=Stored(self._core.database, self._clock),
            series=self.own,
        )

    def _notifiers(self) -> dict[str, Notifier]:
        """Who carries the notices of each lane."""
        settings, found = self._settings, dict[str, Notifier]()
        if self._chat_id is not None:
            self._moves = Moves(self._core.database, CHAT, self._chat_id)
            found[CHAT] = AdminChat(self._bot, self._chat_id, self._moves)
        for admin in settings.admin_ids:
            found[f"{ADMIN}{admin}"] = AdminChat(self._bot, admin)
        if settings.alert_webhook_url:
            secret = settings.alert_webhook_secret
            found[WEBHOOK] = Receiver(
                self._outgoing,
                settings.alert_webhook_url,
                secret.get_secret_value() if secret else None,
                self._clock,
            )
        return found

    def _outbox(self, lane: str, notifier: Notifier) -> Outbox:
        return Outbox(
            database=self._core.database,
            lane=lane,
            notifier=notifier,
            bus=self._core.bus,
            zone=self._settings.timezone,
            terms_of=self._terms_of,
            clock=self._clock,
        )

    def _is_chat(self, chat_id: int) -> bool:
        return self._moves is not None and self._moves.is_it(chat_id)

    async def _is_heard(self) -> bool:
        """Whether notices get through: a watcher must not think so while they do not."""
        outboxes = self.lanes.outboxes if self.lanes else {}
        ways = [outboxes[lane] for lane in self._told()[:1] if lane in outboxes]
        waiting = [(await outbox.standing()).waiting_since for outbox in ways]
        oldest = min((at for at in waiting if at), default=None)
        return oldest is None or (self._clock() - oldest).total_seconds() < FAIL_SECONDS

    async def _heard(self) -> Reading:
        """How often in a row HEARTBEAT_URL did not answer."""
        watcher = self._heartbeat
        return Reading(
            value=watcher.failures if watcher else None,
            unit="failures in a row",
            warn_at=MISSED_BEATS,
            output=watcher.error if watcher else "",
        )

    def _terms_of(self, rule: str) -> Terms | None:
        return self.rulebook.terms_of(rule)

    def _watcher(self) -> Heartbeat | None:
        url = self._settings.heartbeat_url
        return Heartbeat(self._outgoing, url, self._core.bus, self._clock) if url else None
