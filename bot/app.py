"""The composition root: builds each object once, joins them, stops them in reverse."""

from __future__ import annotations

import asyncio
from functools import partial

import structlog
from aiogram import Router
from sqlalchemy.exc import DBAPIError

from bot.addresses import DashboardAddress
from bot.alarm import Alarm
from bot.alerts.duty import Duty
from bot.analytics import memory
from bot.analytics.core import Core
from bot.analytics.health import HealthMonitor
from bot.analytics.loop import LoopWatch
from bot.analytics.people import People
from bot.analytics.population import Population
from bot.analytics.unusual_watch import UnusualWatch
from bot.billing.ledger import Ledger
from bot.billing.subscriptions import Subscriptions
from bot.clock import Clock, utc_now
from bot.config import Settings
from bot.dispatcher import build_dispatcher
from bot.ending import attempt
from bot.errors import ConfigError
from bot.features import build_features
from bot.features.feature import Feature, Ground
from bot.handlers.commands import menus
from bot.handlers.routers import all_routers
from bot.instruments import Instruments
from bot.jobs import Job, Scheduler
from bot.levels import Levels
from bot.middlewares.language import Catalogues
from bot.middlewares.timer import UpdateTimer
from bot.sandbox.history_marks import is_synthetic
from bot.site import Parts, build_site
from bot.telegram.connect import build_bot
from bot.telegram.connection import Connection
from bot.telegram.init_data import InitData
from bot.telegram.menu_button import MenuButton
from bot.telegram.menus import MenuEntry, Menus
from bot.upkeep import Upkeep
from bot.web.dashboard.entrance import Entrance
from bot.web.server import SideServer

RETRY_SECONDS = 5
MINUTE = 60

log = structlog.get_logger(__name__)


class App:
    """One bot with all that belongs to it, from start() to stop().

    Both raise ConfigError when a setting turns out to be unusable.
    token: the bot's, since the sandbox has one without a setting
    """

    def __init__(self, settings: Settings, token: str, clock: Clock = utc_now) -> None:
        self.settings = settings
        self._clock = clock
        self.core = Core(settings, clock)
        self.timer = UpdateTimer(self.core.bus, clock)
        self.people = People(
            self.core.database,
            self.core.store.flush,
            self.core.bus,
            clock,
            self._forget,
            sets=self.core.audience,
        )
        self.i18n = Catalogues()
        self.bot = build_bot(token, settings.telegram_api_url, self.core.bus, clock=clock)
        self.ledger = Ledger(self.core.database, self.core.bus, clock)
        self.subscriptions = Subscriptions(self.core.database, self.core.plans, clock)
        self.features = self._features()
        self.dispatcher = build_dispatcher(
            self.core,
            settings,
            self._routers(),
            people=self.people,
            i18n=self.i18n,
            timer=self.timer,
            username=lambda: self.connection.username,
        )
        self.connection = Connection(
            self.bot, self.dispatcher, self.core.bus, settings, clock=clock
        )
        self.population = Population(self.core.database)
        self.watch = LoopWatch()
        self.levels = self._levels()
        self.alarm = Alarm(settings, self.core, self.bot, self.levels.snapshot, clock)
        self.duty = Duty(self.core.database, self.alarm.concerns, self.alarm, clock)
        self.scheduler = Scheduler(self._jobs(), self.core.bus, clock)
        self.health = self._measure()
        self.entrance = Entrance(clock)
        self.site = self._site()
        self.dashboard = DashboardAddress(settings, lambda: self.site.url)
        self._serve_handlers()

    async def start(self) -> None:
        """Return when updates flow.  /livez answers from the beginning, /readyz at the end."""
        self.watch.start()
        await self.site.start()
        seen, again = await self._reach_database()
        self.scheduler.start()
        await self.connection.start(seen=seen, again=again, menus=self._menus())

    async def stop(self) -> None:
        """Handle what was accepted, write it down, tell Telegram, close, whatever fails."""
        connection, settings = self.connection, self.settings
        await attempt(connection.stop_receiving)
        drain = partial(connection.drain, settings.drain_timeout)
        features = (feature.stop for feature in self.features)
        others = (self.scheduler.stop, self.alarm.stop, *features)
        is_drained, *_ = await asyncio.gather(attempt(drain), *(attempt(one) for one in others))
        # Polls that came later have confirmed those cut off: Telegram need not repeat them.
        keep = partial(memory.save_interrupted, self.core.database, self._clock)
        is_kept = await attempt(partial(keep, connection.interrupted), self.core.store.stop)
        # Only then: what Telegram forgets must be on our disk.
        if is_drained and is_kept:
            await attempt(connection.confirm)
        closing = (connection.close, self.site.stop, self.health.stop, self.watch.stop)
        await attempt(*closing, self.core.views.stop)
        await attempt(self.core.audience.stop, self.core.database.close)

    def _forget(self, user_id: int) -> None:
        self.core.feed.forget(user_id)
        self.core.online.forget(user_id)
        self.core.reports.forget()
        self.subscriptions.forget(user_id)
        for feature in self.features:
            feature.forget(user_id)

    def _features(self) -> list[Feature]:
        core, plans = self.core, self.core.plans
        return build_features(
            Ground(
                settings=self.settings,
                bus=core.bus,
                database=core.database,
                bot=self.bot,
                i18n=self.i18n,
                people=self.people,
                plans=plans,
                plan_of=self.subscriptions.plan_of,
                ledger=self.ledger,
                clock=self._clock,
            )
        )

    def _routers(self) -> list[Router]:
        early = [router for feature in self.features for router in feature.routers]
        late = [router for feature in self.features for router in feature.late_routers]
        return all_routers(self.settings, early, late)

    def _menus(self) -> Menus:
        entries = {
            tag: [MenuEntry(*entry) for entry in menu]
            for tag, menu in menus(self.i18n, self.settings, self.dispatcher).items()
        }
        button = MenuButton(self.bot, lambda: self.dashboard.mini_app).send
        return Menus(self.bot, entries, self.settings.admin_ids, button=button)

    async def _reach_database(self) -> tuple[list[int], list[object]]:
        """Updates of the last life, once the database answers: handled, cut off."""
        while True:
            try:
                return await self._remember()
            except (DBAPIError, OSError) as exc:
                log.warning("database out of reach", error=str(exc), again_in=RETRY_SECONDS)
            await asyncio.sleep(RETRY_SECONDS)

    async def _remember(self) -> tuple[list[int], list[object]]:
        database = self.core.database
        await self.core.start()
        if not self.settings.is_sandbox and await is_synthetic(database):
            problem = "holds the sandbox's synthetic history; name another database"
            raise ConfigError("DATABASE_URL", problem)
        await self.people.languages.load()
        await self.alarm.rulebook.load()
        for feature in self.features:
            await feature.start()
        return await memory.seen_before(database), await memory.load_interrupted(database)

    def _levels(self) -> Levels:
        return Levels(
            settings=self.settings,
            core=self.core,
            polls=self.connection,
            features=self.features,
            unusual=UnusualWatch(self.core.reports),
            clock=self._clock,
            own=lambda _: self.alarm.own.figures(),
        )

    def _jobs(self) -> list[Job]:
        """What runs by the clock."""
        upkeep = Upkeep(
            settings=self.settings,
            core=self.core,
            bot=self.bot,
            people=self.people,
            population=self.population,
            i18n=self.i18n,
            chat_id=self._admin_chat(),
            clock=self._clock,
        )
        refresh = self.connection.refresh
        jobs = [Job(name="refresh_connection", seconds=MINUTE, run=refresh), *upkeep.jobs()]
        others = (job for feature in self.features for job in feature.jobs)
        return [*jobs, *self.levels.jobs(), *self.alarm.jobs(), *others]

    def _admin_chat(self) -> int | None:
        return self.settings.alert_chat_id or next(iter(self.settings.admin_ids), None)

    def _measure(self) -> HealthMonitor:
        """Watch every gauge; what /health asks."""
        parts = Instruments(
            settings=self.settings,
            core=self.core,
            connection=self.connection,
            timer=self.timer,
            watch=self.watch,
            population=self.population,
            clock=self._clock,
        )
        gauges = parts.gauges() + self.alarm.gauges()
        probes = parts.probes() | self.alarm.probes(self.scheduler.last_success)
        for feature in self.features:
            gauges += feature.gauges
            probes |= feature.probes
        for gauge in gauges:
            self.core.metrics.watch(gauge.series, gauge.read, *gauge.labels)
        return HealthMonitor(probes, lambda: self.connection.is_ready, self._clock)

    def _site(self) -> SideServer:
        parts = Parts(
            settings=self.settings,
            core=self.core,
            alarm=self.alarm,
            duty=self.duty,
            health=self.health,
            jobs=self.scheduler.states,
            clock=self._clock,
            entrance=self.entrance,
            admin_of=InitData(self.bot.token, self.settings.admin_ids, self._clock).admin,
            routes=self.connection.routes(),
        )
        return build_site(parts)

    def _serve_handlers(self) -> None:
        """Let handlers ask for these by their parameters' names."""
        core = self.core
        self.dispatcher.workflow_data.update(
            settings=self.settings,
            bus=core.bus,
            clock=self._clock,
            people=self.people,
            health=self.health,
            duty=self.duty,
            ledger=self.ledger,
            reports=core.reports,
            views=core.views,
            mau=core.mau,
            dashboard=self.dashboard,
            farewells=[feature.farewell for feature in self.features],
        )
        for feature in self.features:
            self.dispatcher.workflow_data.update(feature.serves)
