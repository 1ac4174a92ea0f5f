"""Invented customers: who buys which plan when, and what becomes of it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.billing.payload import Kind
from bot.billing.subscriptions import GRACE
from bot.plans import Plans
from bot.sandbox.crowd_people import Habit, Resident, dice
from bot.sandbox.history_acts import DAY, Act, Span

MONTH = 30 * DAY
REGULAR_SHARE = 0.2  # of them, beside all payers
HESITATION_DAYS = 5.0
ONCE_SHARE = 0.25
CHEAPEST_SHARE = 0.7
# What becomes of a month that renews; otherwise it is renewed.
REFUND_SHARE, UPGRADE_SHARE, CANCEL_SHARE, FAIL_SHARE = 0.05, 0.15, 0.17, 0.11
AGAIN_SHARE = 0.4
LATE = timedelta(minutes=4)  # until a job notices what is over


def is_customer(person: Resident, seed: int) -> bool:
    """Whether *person* buys something one day; nobody who turns away does."""
    if person.habit is Habit.REGULAR:
        return dice(seed, "is_customer", person.id).random() < REGULAR_SHARE
    return person.habit is Habit.PAYER


class Customer:
    """What one person buys, beside the rest of their life.

    arrival: when they start the bot
    """

    def __init__(
        self, person: Resident, arrival: datetime, span: Span, seed: int, plans: Plans
    ) -> None:
        self._person = person
        self._span = span
        self._chance = dice(seed, "customer", person.id)
        self._names = [plan.name for plan in plans.paid]
        hesitates = self._chance.expovariate(1 / HESITATION_DAYS)
        self._at = arrival + timedelta(hours=1) + hesitates * DAY

    def acts(self) -> Iterator[Act]:
        """Everything that is over now, in order."""
        return itertools.takewhile(self._span.is_over, self._whole())

    def _whole(self) -> Iterator[Act]:
        is_last = False
        while not is_last:
            rank = 0 if self._chance.random() < CHEAPEST_SHARE else len(self._names) - 1
            if self._chance.random() < ONCE_SHARE:
                yield from self._once(self._names[rank])
            else:
                yield from self._subscribe(rank)
            is_last = self._chance.random() >= AGAIN_SHARE
            self._at += self._chance.uniform(0.2, 9) * DAY

    def _once(self, name: str) -> Iterator[Act]:
        yield from self._buy(name, Kind.ONCE)
        yield self._later("expire", self._at + MONTH + LATE)

    def _subscribe(self, rank: int) -> Iterator[Act]:
        """Months of one plan, and of the next one after an upgrade."""
        name, until = self._names[rank], self._at + MONTH
        yield from self._buy(name, Kind.MONTH)
        until = self._at + MONTH
        roll = self._chance.random()
        if roll < REFUND_SHARE:
            yield self._later("refund", self._at + self._chance.uniform(0.2, 4) * DAY)
            return
        if roll < REFUND_SHARE + UPGRADE_SHARE and rank + 1 < len(self._names):
            self._at += self._chance.uniform(3, 27) * DAY
            yield from self._subscribe(rank + 1)
            return
        yield from self._months(f"{name}:{Kind.MONTH}", until)

    def _months(self, label: str, until: datetime) -> Iterator[Act]:
        while True:
            roll = self._chance.random()
            if roll < CANCEL_SHARE:
                begun = until - MONTH
                yield self._later("cancel", begun + self._chance.uniform(2, 28) * DAY, label)
                yield self._later("expire", until + LATE)
                return
            if roll < CANCEL_SHARE + FAIL_SHARE:
                yield self._later("expire", until + GRACE + LATE)
                return
            yield self._later("renew", until - timedelta(seconds=20), label)
            until += MONTH

    def _buy(self, name: str, kind: Kind) -> Iterator[Act]:
        """They look at the plans, choose one, and pay."""
        yield self._later("plan", self._awake(self._at))
        label = f"{name}:{kind}"
        yield self._later("invoice", self._soon(), label)
        yield self._later("pay", self._soon(), label, seconds=5)

    def _soon(self) -> datetime:
        return self._at + timedelta(seconds=round(self._chance.uniform(5, 60), 3))

    def _awake(self, at: datetime) -> datetime:
        """*at*, or the morning after it: nobody buys in their sleep."""
        hour = at.astimezone(self._span.zone).hour
        return at if hour >= 7 else at + timedelta(hours=7 - hour + self._chance.random() * 8)  # noqa: PLR2004  o'clock

    def _later(self, deed: str, at: datetime, label: str = "", seconds: float = 0) -> Act:
        self._at = at
        return Act(at, self._person, deed, label, seconds=seconds)
