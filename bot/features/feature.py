"""What a feature is made from, and what it adds to the bot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from aiogram import Bot, Router
from aiogram.utils.i18n import I18n

from bot.analytics.bus import Bus
from bot.analytics.health import Probe
from bot.analytics.people import People
from bot.billing.ledger import Ledger
from bot.clock import Clock, utc_now
from bot.config import Settings
from bot.database.engine import Database
from bot.handlers.farewell import Farewell
from bot.jobs import Job
from bot.plans import PlanOf, Plans

Step = Callable[[], Awaitable[None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """What every feature may stand on.

    plan_of: which plan a person is on now, with the feature billing or without it
    i18n, people: to speak with somebody later in their language
    """

    settings: Settings
    bus: Bus
    database: Database
    bot: Bot
    i18n: I18n
    people: People
    plans: Plans
    plan_of: PlanOf
    ledger: Ledger
    clock: Clock = utc_now


@dataclass(frozen=True, kw_only=True, slots=True)
class Gauge:
    """A figure that is read at every scrape; None is unknown."""

    series: str
    read: Callable[[], float | None]
    labels: tuple[str, ...] = ()


async def nothing() -> None:
    """A step that this feature does not need."""


def no_memory(user_id: int) -> None:
    """What forgetting is where nothing is remembered."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Feature:
    """What one feature adds.

    routers: asked after the bot's own commands; late_routers: after the operator's routers, too,
    because they take any text
    serves: what handlers ask for by a parameter's name
    start: when the database answers and before updates flow; may come twice, when it failed
    stop: while updates are drained; may come without a start
    farewell: what a person loses who asks to be forgotten, and what must end before
    forget: drops from memory what a person said; their rows are gone already
    """

    routers: Sequence[Router]
    late_routers: Sequence[Router] = ()
    serves: Mapping[str, object] = field(default_factory=dict)
    jobs: Sequence[Job] = ()
    gauges: Sequence[Gauge] = ()
    probes: Mapping[str, Probe] = field(default_factory=dict)
    start: Step = nothing
    stop: Step = nothing
    farewell: Farewell = field(default_factory=Farewell)
    forget: Callable[[int], object] = no_memory
