"""Everything the side server shows: health, metrics, the API, the dashboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.alarm import Alarm
from bot.alerts.duty import Duty
from bot.alerts.preview import Previews
from bot.analytics.core import Core
from bot.analytics.health import HealthMonitor
from bot.analytics.render.words import Words
from bot.analytics.tracking.tracking import Tracking
from bot.clock import Clock
from bot.config import Settings
from bot.sessions import Sessions
from bot.shares import Shares
from bot.tokens import Tokens
from bot.web.api.access import ApiAccess
from bot.web.api.alerts import AlertDoors
from bot.web.api.audience import AudienceDoors
from bot.web.api.chats import ChatDoors
from bot.web.api.digest import DigestDoors
from bot.web.api.docs import DocsPage
from bot.web.api.endpoint import Doors
from bot.web.api.health import HealthDoors, JobState
from bot.web.api.live import LiveDoors, LiveParts
from bot.web.api.openapi import api_routes
from bot.web.api.people import PeopleDoors
from bot.web.api.query import QueryDoors
from bot.web.api.report_answers import ReportAnswers
from bot.web.api.reports import ReportDoors
from bot.web.api.rules import RuleDoors
from bot.web.api.shared import SharedDoors
from bot.web.api.shares import ShareDoors
from bot.web.api.silences import SilenceDoors
from bot.web.api.tokens import TokenDoors
from bot.web.api.track import TrackDoors
from bot.web.dashboard.doors import DashboardDoors
from bot.web.dashboard.entrance import Entrance
from bot.web.dashboard.sign_in import SignIn
from bot.web.dashboard.told import Teller
from bot.web.origins import Origins
from bot.web.repeats import Repeats
from bot.web.server import SideServer, Site, build_app


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of an app that the side server shows.

    jobs: how each does
    entrance: the links that sign in once; admin_of: whose initData that is, BotError: nobody's
    routes: more than its own
    """

    settings: Settings
    core: Core
    alarm: Alarm
    duty: Duty
    health: HealthMonitor
    jobs: Callable[[], Sequence[JobState]]
    clock: Clock
    entrance: Entrance
    admin_of: Callable[[str], int]
    routes: Sequence[web.RouteDef] = ()


@dataclass(frozen=True, kw_only=True)
class Keys:
    """What opens the API and the dashboard."""

    tokens: Tokens
    sessions: Sessions
    shares: Shares
    access: ApiAccess

    @classmethod
    def of(cls, parts: Parts) -> Keys:
        """Those of the app's database and of its settings."""
        settings, database = parts.settings, parts.core.database
        own = settings.api_token.get_secret_value() if settings.api_token else None
        tokens, shares = Tokens(database, parts.clock), Shares(database, parts.clock)
        sessions = Sessions(database, parts.clock, own=own, admins=settings.admin_ids)
        access = ApiAccess(
            tokens, own, sessions=sessions, shares=shares, rate=settings.api_rate_limit
        )
        return cls(tokens=tokens, sessions=sessions, shares=shares, access=access)


def build_site(parts: Parts) -> SideServer:
    """The side server; nothing listens yet."""
    settings, core, keys = parts.settings, parts.core, Keys.of(parts)
    live, shared = _live(parts), _shared(parts, keys)
    dashboard = _dashboard(parts, keys)
    repeats = Repeats(core.bus.publish, parts.clock)
    core.views.reports.when_forgetting(repeats.forget)
    site = Site(
        settings=settings,
        health=parts.health,
        registry=core.metrics.registry,
        publish=core.bus.publish,
        clock=parts.clock,
        routes=[
            *_api(parts, keys, [shared, live]),
            *dashboard.routes(),
            *parts.routes,
        ],
        middlewares=[dashboard.lost],
        links={path: path for path in ("/dashboard", "/api/docs")},
        closes=[live.stop, shared.stop],
    )
    host, port = settings.metrics_host, settings.metrics_port
    return SideServer(build_app(site), host=host, port=port, repeats=repeats)


def _api(parts: Parts, keys: Keys, closing: Sequence[Doors]) -> list[web.RouteDef]:
    doors = [*_doors(parts, keys), *closing]
    endpoints = [one for door in doors for one in door.endpoints()]
    return [*api_routes(endpoints, keys.access), *DocsPage().routes()]


def _live(parts: Parts) -> LiveDoors:
    core, settings = parts.core, parts.settings
    live = LiveDoors(
        LiveParts(
            feed=core.feed,
            online=core.online,
            publish=core.bus.publish,
            clock=parts.clock,
            origins=Origins(settings.dashboard_url, settings.api_allowed_origins),
        )
    )
    core.metrics.watch("live_readers", lambda: live.readers)
    return live


def _dashboard(parts: Parts, keys: Keys) -> DashboardDoors:
    views = parts.core.views
    sign_in = SignIn(
        settings=parts.settings,
        access=keys.access,
        sessions=keys.sessions,
        entrance=parts.entrance,
        admin_of=parts.admin_of,
        told=Teller(parts.settings, lambda: views.is_synthetic),
        publish=parts.core.bus.publish,
        clock=parts.clock,
    )
    return DashboardDoors(parts.settings, sign_in)


def _doors(parts: Parts, keys: Keys) -> list[Doors]:
    """All that the API answers, in the order of its description."""
    words = Words(zone=parts.settings.timezone)
    core = parts.core
    answers = ReportAnswers(core.views, words)
    return [
        ReportDoors(core.views, words),
        PeopleDoors(core.views, answers),
        ChatDoors(core.views, answers),
        AudienceDoors(core.views, answers, online=core.online, mau=core.mau),
        QueryDoors(core.views),
        HealthDoors(parts.health, parts.jobs),
        DigestDoors(parts.settings, core.views, words, parts.clock),
        AlertDoors(parts.duty, lambda: parts.alarm.manager is not None, parts.clock),
        SilenceDoors(parts.duty, parts.clock),
        RuleDoors(
            parts.alarm.rulebook,
            Previews(core.database, parts.settings.alert_check_interval, parts.clock),
        ),
        _track(parts),
        *_keepers(parts, keys),
    ]


def _track(parts: Parts) -> TrackDoors:
    core, settings = parts.core, parts.settings
    tracking = Tracking(
        core.database,
        core.audience,
        core.bus,
        core.store,
        zone=settings.timezone,
        clock=parts.clock,
        days=settings.retention_days,
        keep_names=settings.store_names,
    )
    return TrackDoors(tracking, parts.clock, keep_text=settings.store_text)


def _shared(parts: Parts, keys: Keys) -> SharedDoors:
    settings, views = parts.settings, parts.core.views
    words = Words(zone=settings.timezone)
    return SharedDoors(keys.shares, views, words, settings.active_features)


def _keepers(parts: Parts, keys: Keys) -> list[Doors]:
    """What an admin gives to others."""
    settings, views = parts.settings, parts.core.views
    return [
        TokenDoors(keys.tokens, has_own=settings.api_token is not None),
        ShareDoors(
            keys.shares,
            parts.clock,
            lambda: views.reports.today,
            settings.dashboard_url,
        ),
    ]
