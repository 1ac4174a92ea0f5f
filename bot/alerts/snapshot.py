"""The last hour as every rule sees it: one frozen look, taken once for each check."""

from __future__ import annotations

from dataclasses import dataclass
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


class Recent(Protocol):
    """Who remembers the last hour (bot/analytics/recent.py)."""

    def share(self, name: str, seconds: float) -> Share:
        """The share of failures among *name* in the last *seconds*."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """What happened lately.  A rule that needs more adds a field here and its line in take().

    updates_*: those that ended in an error; queries_*: visits to the database that failed
    *_short: in the last 5 minutes; *_long: in the last hour
    poll_age: seconds since getUpdates was last answered, or since the start while it never was;
    None with a webhook
    has_polled: whether getUpdates was ever answered since the start
    """

    at: datetime
    updates_short: Share
    updates_long: Share
    queries_short: Share
    queries_long: Share
    poll_age: float | None
    has_polled: bool


class Polls(Protocol):
    """Who asks Telegram for updates (bot/telegram/connection.py)."""

    @property
    def last_poll_at(self) -> datetime | None:
        """When getUpdates last succeeded."""

    @property
    def last_poll_age(self) -> float | None:
        """Seconds since then, or since the start while it never did; None with a webhook."""


def take(recent: Recent, polls: Polls, at: datetime) -> Snapshot:
    """A look at *recent*, from memory alone: a broken database must not blind the rules."""
    return Snapshot(
        at=at,
        updates_short=recent.share("updates", SHORT_SECONDS),
        updates_long=recent.share("updates", LONG_SECONDS),
        queries_short=recent.share("queries", SHORT_SECONDS),
        queries_long=recent.share("queries", LONG_SECONDS),
        poll_age=polls.last_poll_age,
        has_polled=polls.last_poll_at is not None,
    )
