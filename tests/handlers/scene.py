"""A dispatcher with every router, and a Telegram that only remembers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import Chat, Update, User
from prometheus_client import CollectorRegistry, Counter

from bot.addresses import DashboardAddress
from bot.alerts.duty import Duty
from bot.alerts.terms import Terms
from bot.analytics.audience.audience import Audience
from bot.analytics.bus import Bus
from bot.analytics.health import HealthMonitor, Reading
from bot.analytics.mau import MauLine
from bot.analytics.people import People
from bot.analytics.reports.desk import Reports
from bot.analytics.reports.source import Source
from bot.analytics.views import Views
from bot.billing.ledger import Ledger
from bot.billing.subscriptions import Subscriptions
from bot.config import Settings
from bot.database.engine import Database
from bot.features import build_features
from bot.features.feature import Feature, Ground
from bot.handlers.routers import all_routers
from bot.middlewares.language import Catalogues, Language
from bot.plans import load_plans
from tests.fakes import Outbox, Recorder
from tests.updates import NOON, ROOT, presses, says

COUNTER = "bot_updates_total"


async def nothing_waits() -> None:
    """There is no store in this scene, so nothing is in memory."""


async def calm() -> Reading:
    return Reading(value=0.5, unit="s", output="<calm>")


class Notices(list[int]):
    """Messages about alerts: the numbers of those that were made to show their state."""

    async def refresh(self, history_id: int) -> None:
        self.append(history_id)


class Scene:
    """People write and press; what the bot answers is in the outbox, its facts in told.

    concerns: what can fire; notices: the alerts whose messages were refreshed
    """

    def __init__(self, database: Database, bot: Bot | None = None, **settings: Any) -> None:
        self.database = database
        self.concerns = [Terms(name="HighErrorRate"), Terms(name="HighLatency")]
        self.notices = Notices()
        self.outbox = Outbox()
        self.told = Recorder()
        self.bot = bot or Bot("42:TEST", session=self.outbox)
        usual: dict[str, Any] = {"admin_ids": (ROOT.id,), "features": ()}
        self.settings = Settings(_env_file=None, **(usual | settings))
        bus = Bus(self.told)
        self.people = People(database, nothing_waits, bus, self.clock)
        registry = CollectorRegistry()
        self.counter = Counter(COUNTER, "Updates.", ["outcome"], registry=registry)
        self.dispatcher = Dispatcher(
            settings=self.settings,
            bus=bus,
            clock=self.clock,
            people=self.people,
            ledger=Ledger(database, bus, self.clock),
            reports=(reports := self.build_reports(registry, bus)),
            views=Views(reports),
            mau=self.build_mau(reports, bus),
            dashboard=DashboardAddress(self.settings, lambda: "http://127.0.0.1:8080"),
            health=HealthMonitor({"disk": calm}, lambda: True, self.clock),
            duty=Duty(database, lambda: self.concerns, self.notices, self.clock),
        )
        self.i18n = Catalogues()
        self.features = self.build_features(bus)
        self.install(self.settings)

    def build_reports(self, registry: CollectorRegistry, bus: Bus) -> Reports:
        """What is asked for reports; none is kept, so that each answer is of now."""
        source = Source(
            database=self.database,
            audience=Audience(self.database, clock=self.clock),
            plans=load_plans(),
            clock=self.clock,
            features=frozenset(self.settings.active_features),
        )
        categories = {COUNTER: "performance"}
        return Reports(source, registry, categories, zone=UTC, bus=bus, seconds=0)

    def build_mau(self, reports: Reports, bus: Bus) -> MauLine:
        """The monthly users of those reports."""
        audience = reports.source.audience
        return MauLine(self.database, audience, bus, settings=self.settings, clock=self.clock)

    def build_features(self, bus: Bus) -> list[Feature]:
        """The features that the settings name; none, unless a test asks for some."""
        plans = load_plans()
        return build_features(
            Ground(
                settings=self.settings,
                bus=bus,
                database=self.database,
                bot=self.bot,
                i18n=self.i18n,
                people=self.people,
                plans=plans,
                plan_of=Subscriptions(self.database, plans, self.clock).plan_of,
                ledger=self.dispatcher["ledger"],
                clock=self.clock,
            )
        )

    def install(self, settings: Settings) -> None:
        """Join the routers and the language to the dispatcher."""
        language = Language(self.i18n, self.people.languages)
        self.dispatcher.update.outer_middleware(language)
        early = [router for feature in self.features for router in feature.routers]
        late = [router for feature in self.features for router in feature.late_routers]
        self.dispatcher.include_routers(*all_routers(settings, early, late))
        self.dispatcher["farewells"] = [feature.farewell for feature in self.features]
        for feature in self.features:
            self.dispatcher.workflow_data.update(feature.serves)

    @staticmethod
    def clock() -> datetime:
        return NOON.astimezone(UTC)

    async def hears(self, update: Update) -> str:
        """The last text in the outbox after *update*; empty without any answer."""
        self.outbox.sent.clear()
        await self.dispatcher.feed_update(self.bot, update)
        return self.outbox.texts[-1] if self.outbox.texts else ""

    async def says(self, user: User, text: str, chat: Chat | None = None) -> str:
        return await self.hears(says(user, text, chat))

    async def presses(self, user: User, data: str | None, chat: Chat | None = None) -> str:
        assert data is not None, "no such button"
        return await self.hears(presses(user, data, chat))
