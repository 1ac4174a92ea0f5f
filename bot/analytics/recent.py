"""Sink: what went well and what did not lately, for alerts and health."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

from bot.analytics.events import ApiCalled, Event, UpdateHandled
from bot.analytics.features.billing import (
    CheckoutStarted,
    PaymentFailed,
    PaymentSucceeded,
    SubscriptionRenewed,
)
from bot.analytics.features.downloads import (
    DownloadFailed,
    DownloadRetried,
    DownloadSucceeded,
)
from bot.analytics.operations import EventsDropped, QueryTimed
from bot.plans import OTHER

HOUR = 3600
SLOT_SECONDS = 15
KEPT_SLOTS = HOUR // SLOT_SECONDS + 1
# Sales are few: they are looked at by the day, where a quarter of an hour is fine enough.
LONG_SLOT_SECONDS = 900
KEPT_LONG_SLOTS = 24 * HOUR // LONG_SLOT_SECONDS + 1
LONG = frozenset({"checkouts"})
SLOW_SECONDS = 2.0

# Why a person gets no file that nobody could have brought, or that they took back themselves:
# names of bot/downloads/trouble.py.
PERSONAL = frozenset(
    {
        "cancelled",
        "private",
        "unsupported",
        "too_large",
        "too_long",
        "region",
        "live",
        "protected",
        "refused_address",
    }
)
# Sales that did not come about as they should not: a second press on Pay, too few Stars.
NO_FAULT = frozenset({"already_on", "renewal"})


@dataclass(frozen=True, slots=True)
class Share:
    """*bad* of *total*."""

    bad: int
    total: int


class Ring:
    """Counts in slots, as sums up to each, so that any window is a difference of two.

    slot_seconds: how long a slot is; kept: of how many the counts are known
    """

    def __init__(self, slot_seconds: int, kept: int) -> None:
        self._seconds = slot_seconds
        self._kept = kept
        # The first entry stands for all that is older than what is kept.
        self._slots: list[float] = [-inf]
        self._bad = [0]
        self._total = [0]

    def add(self, at: float, bad: int, total: int) -> None:
        """Count *bad* of *total* at the moment *at*, which should not go back."""
        slot = at // self._seconds
        if slot > self._slots[-1]:
            self._slots.append(slot)
            self._bad.append(self._bad[-1])
            self._total.append(self._total[-1])
            self._tidy()
        self._bad[-1] += bad
        self._total[-1] += total

    def share(self, since: float) -> Share:
        """What was counted after the slot of *since*."""
        place = bisect_right(self._slots, since // self._seconds) - 1
        bad = self._bad[-1] - self._bad[place]
        total = self._total[-1] - self._total[place]
        # What was paid may have been begun before *since*.
        return Share(min(max(bad, 0), total), total)

    def reach(self, now: float, enough: int) -> float:
        """How many seconds back from *now* the last *enough* lie; all, if there are fewer."""
        place = max(bisect_right(self._total, self._total[-1] - enough), 1)
        # Whole slots, and the one of *now* is one of them.
        end = (now // self._seconds + 1) * self._seconds
        return end - self._slots[place] * self._seconds if place < len(self._slots) else 0.0

    def _tidy(self) -> None:
        # Now and then, because each time costs as much as everything that is kept.
        if len(self._slots) <= 2 * self._kept:
            return
        for column in (self._slots, self._bad, self._total):
            del column[: -self._kept - 1]
        self._slots[0] = -inf


class Recent:
    """Counts of the last hour, on the monotonic clock: a wall clock may be set back.

    name: what is bad of what
    updates: errors; latency: updates that took longer than *slow_seconds*
    queries: visits to the database that it refused; calls: calls of the Bot API refused as too
    many, getUpdates left out; downloads: those that failed through us or the site
    attempts: those of downloads that were planned again; checkouts: unpaid ones, of 24 hours
    payments: failed ones, of themselves; dropped: facts given up, of themselves
    """

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        slow_seconds: float = SLOW_SECONDS,
    ) -> None:
        self._monotonic = monotonic
        self.slow_seconds = slow_seconds
        self._rings: dict[str, Ring] = {}
        self._counting: Mapping[type[Event], Callable[[Any], None]] = {
            UpdateHandled: self._update,
            QueryTimed: self._query,
            ApiCalled: self._call,
            DownloadSucceeded: self._download,
            DownloadFailed: self._failure,
            DownloadRetried: self._retry,
            CheckoutStarted: self._checkout,
            PaymentSucceeded: self._paid,
            SubscriptionRenewed: self._renewed,
            PaymentFailed: self._unpaid,
            EventsDropped: self._dropped,
        }

    def wants(self, kind: type[Event]) -> bool:
        """What some share is made of."""
        return kind in self._counting

    def __call__(self, event: Event) -> None:
        self._counting[type(event)](event)

    def restore(self, name: str, age_seconds: float, share: Share) -> None:
        """Count what happened before a restart, *age_seconds* ago; oldest first."""
        self._ring(name).add(self._monotonic() - age_seconds, share.bad, share.total)

    def share(self, name: str, seconds: float) -> Share:
        """How much of *name* went wrong in the last *seconds*: an hour of them is kept."""
        ring = self._rings.get(name)
        return ring.share(self._monotonic() - seconds) if ring else Share(0, 0)

    def reach(self, name: str, enough: int) -> float:
        """How many seconds one must look back to see the last *enough* of *name*."""
        ring = self._rings.get(name)
        return ring.reach(self._monotonic(), enough) if ring else 0.0

    def _add(self, name: str, bad: int, total: int = 1) -> None:
        self._ring(name).add(self._monotonic(), bad, total)

    def _ring(self, name: str) -> Ring:
        ring = self._rings.get(name)
        if ring is None:
            long, short = (LONG_SLOT_SECONDS, KEPT_LONG_SLOTS), (SLOT_SECONDS, KEPT_SLOTS)
            ring = self._rings[name] = Ring(*(long if name in LONG else short))
        return ring

    def _update(self, event: UpdateHandled) -> None:
        self._add("updates", event.outcome == "error")
        self._add("latency", event.seconds > self.slow_seconds)

    def _query(self, event: QueryTimed) -> None:
        self._add("queries", event.error is not None)

    def _call(self, event: ApiCalled) -> None:
        if event.method != "getUpdates":
            self._add("calls", event.outcome == "flood")

    def _download(self, _: DownloadSucceeded) -> None:
        self._add("downloads", 0)
        self._add("attempts", 0)

    def _failure(self, event: DownloadFailed) -> None:
        if event.error not in PERSONAL:
            self._add("downloads", 1)
            self._add("attempts", 0)

    def _retry(self, _: DownloadRetried) -> None:
        self._add("attempts", 1)

    def _checkout(self, _: CheckoutStarted) -> None:
        self._add("checkouts", 1)

    def _paid(self, event: PaymentSucceeded) -> None:
        # What somebody else's router sells was not begun by a checkout of ours either.
        if event.plan != OTHER:
            self._add("checkouts", -1, 0)

    def _renewed(self, event: SubscriptionRenewed) -> None:
        # Its payment counted as one, and nobody pressed Pay for it.
        if event.plan != OTHER:
            self._add("checkouts", 1, 0)

    def _unpaid(self, event: PaymentFailed) -> None:
        if event.reason not in NO_FAULT:
            self._add("payments", 1)

    def _dropped(self, event: EventsDropped) -> None:
        self._add("dropped", event.count, event.count)
