"""The last hour as every rule sees it: one frozen look, taken once for each check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

SHORT_SECONDS = 300.0
LONG_SECONDS = 3600.0


class Share(Protocol):
    """So many of so many."""

    @property
    def bad(self) -> int:
        """How many failed."""

    @property
    def total(self) -> int:
        """How many there were."""


@dataclass(frozen=True, slots=True)
class Windows:
    """short: the last 5 minutes; long: the last hour"""

    short: Share
    long: Share


class Recent(Protocol):
    """Who remembers the last hour (bot/analytics/recent.py)."""

    def share(self, name: str, seconds: float) -> Share:
        """The share of failures among *name* in the last *seconds*."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """What happened lately.

    shares: by the names of bot/analytics/recent.py; levels: figures as they stand now, by name,
    None when they cannot be known; own: figures of the operator's rules, by the rules' names
    """

    at: datetime
    shares: Mapping[str, Windows]
    levels: Mapping[str, float | None]
    own: Mapping[str, float | None] = field(default_factory=dict)


Levels = Mapping[str, Callable[[], float | None]]
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
        levels={name: read() for name, read in levels.items()},
        own=own(at),
    )


def _windows(recent: Recent, name: str) -> Windows:
    return Windows(recent.share(name, SHORT_SECONDS), recent.share(name, LONG_SECONDS))
