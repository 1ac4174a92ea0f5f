"""What happened lately as every rule sees it: one frozen look, taken once for each check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

SHORT_SECONDS = 300.0
LONG_SECONDS = 3600.0
DAY_SECONDS = 24 * LONG_SECONDS
# Three failures are the least that is evidence; of fewer than five requests nobody can say more.
ENOUGH = 5
# So many sales without a payment are evidence that less than a tenth of them is paid.
ENOUGH_SALES = 40

log = structlog.get_logger(__name__)


class Share(Protocol):
    """So many of so many."""

    @property
    def bad(self) -> int:
        """How many failed."""

    @property
    def total(self) -> int:
        """How many there were."""


@dataclass(frozen=True, slots=True)
class Look:
    """How far back a share is looked at.

    short: seconds, or as many more as it takes to see *enough*; long: seconds, and the most
    """

    short: float = SHORT_SECONDS
    long: float = LONG_SECONDS
    enough: int = ENOUGH


USUAL = Look()
LOOKS: Mapping[str, Look] = {
    "checkouts": Look(LONG_SECONDS, DAY_SECONDS, ENOUGH_SALES),
    # Counts, not shares: what happened at all is enough.
    "payments": Look(enough=0),
    "dropped": Look(enough=0),
}


@dataclass(frozen=True, slots=True)
class Windows:
    """short, long: what was counted in two times up to now, and how many seconds these are."""

    short: Share
    long: Share
    short_seconds: float = SHORT_SECONDS
    long_seconds: float = LONG_SECONDS


class Recent(Protocol):
    """Who remembers the last hour (bot/analytics/recent.py)."""

    def share(self, name: str, seconds: float) -> Share:
        """The share of failures among *name* in the last *seconds*."""

    def reach(self, name: str, enough: int) -> float:
        """How many seconds back the last *enough* of *name* lie."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """What happened lately.

    shares: by the names of bot/analytics/recent.py; levels: figures as they stand now, by name,
    None when they cannot be known, absent when reading them failed; own: figures of the
    operator's rules, by the rules' names, NaN where it is too early to say
    """

    at: datetime
    shares: Mapping[str, Windows]
    levels: Mapping[str, float | None]
    own: Mapping[str, float | None] = field(default_factory=dict)


Level = Callable[[], float | None]
Levels = Mapping[str, Level]
Own = Callable[[datetime], Mapping[str, float | None]]


def nothing(_: datetime) -> Mapping[str, float | None]:
    """The operator has no rules."""
    return {}


def take(
    recent: Recent, names: Iterable[str], levels: Levels, at: datetime, own: Own = nothing
) -> Snapshot:
    """A look at *recent*, from memory alone: a broken database must not blind the rules."""
    return Snapshot(
        at=at,
        shares={name: _windows(recent, name) for name in names},
        levels=_levels(levels),
        own=_own(own, at),
    )


def _windows(recent: Recent, name: str) -> Windows:
    look = LOOKS.get(name, USUAL)
    reach = recent.reach(name, look.enough) if look.enough else 0.0
    short = min(max(reach, look.short), look.long)
    return Windows(recent.share(name, short), recent.share(name, look.long), short, look.long)


def _levels(levels: Levels) -> Mapping[str, float | None]:
    found = {}
    for name, read in levels.items():
        try:
            found[name] = read()
        except Exception:
            # Whoever needs it will miss it, and only they.
            log.exception("level cannot be read", level=name)
    return found


def _own(own: Own, at: datetime) -> Mapping[str, float | None]:
    try:
        return own(at)
    except Exception:
        # A mistake in the operator's rules must not blind those of the bot.
        log.exception("the figures of own rules cannot be read")
        return {}
