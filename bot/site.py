"""Everything the side server shows: health, metrics, the API, the dashboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.alarm import Alarm
from bot.alerts.duty import Duty
from bot.analytics.core import Core
from bot.analytics.health import HealthMonitor
from bot.analytics.render.words import Words
from bot.clock import Clock
from bot.config import Settings
from bot.tokens import Tokens
from bot.web.api.access import ApiAccess
from bot.web.api.endpoint import Doors
from bot.web.api.openapi import api_routes
from bot.web.api.reports import ReportDoors
from bot.web.api.rules import RuleDoors
from bot.web.server import SideServer, Site, build_app


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of an app that the side server shows.  routes: more than its own"""

    settings: Settings
    core: Core
    alarm: Alarm
    duty: Duty
    health: HealthMonitor
    clock: Clock
    routes: Sequence[web.RouteDef] = ()


def build_site(parts: Parts) -> SideServer:
    """The side server; nothing listens yet."""
    settings, core = parts.settings, parts.core
    site = Site(
        settings=settings,
        health=parts.health,
        registry=core.metrics.registry,
        publish=core.bus.publish,
        clock=parts.clock,
        routes=[*_api(parts), *parts.routes],
    )
    return SideServer(build_app(site), host=settings.metrics_host, port=settings.metrics_port)


def _api(parts: Parts) -> list[web.RouteDef]:
    own = parts.settings.api_token
    tokens = Tokens(parts.core.database, parts.clock)
    access = ApiAccess(tokens, own.get_secret_value() if own else None)
    return api_routes([one for door in _doors(parts) for one in door.endpoints()], access)


def _doors(parts: Parts) -> list[Doors]:
    """All that the API answers, in the order of its description."""
    words = Words(zone=parts.settings.timezone)
    return [ReportDoors(parts.core.views, words), RuleDoors(parts.alarm.rulebook)]
