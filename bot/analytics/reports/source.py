"""Where reports get their numbers from; each report function takes one and a Query."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.analytics.audience.audience import Audience
from bot.clock import Clock
from bot.database.engine import Database
from bot.plans import Plans


@dataclass(frozen=True, kw_only=True)
class Source:
    """The database, the sets of people, and the operator's files.

    plans: what people can be on, for prices and ranks; features: those that are switched on
    stars_usd_rate: US dollars for one Star; None: Stars are not converted
    gauge: a gauge of this process by its name, without the prefix; None: nobody knows
    """

    database: Database
    audience: Audience
    plans: Plans
    clock: Clock
    features: frozenset[str] = frozenset()
    stars_usd_rate: float | None = None
    gauge: Callable[[str], float | None] = lambda _: None
