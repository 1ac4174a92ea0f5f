"""Billing as one would explain it: slow, in lists, and never wrong by being clever."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.billing.ledger import Payment
from bot.billing.payload import purchase_in
from bot.billing.subscriptions import GRACE
from tests.billing.till import MONTH

WORTH = {"free": 0, "premium": 1, "vip": 2}


@dataclass
class Deal:
    """One subscription.  charges: all that went into it; ended: nobody has it any more."""

    person: int
    plan: str
    is_recurring: bool
    until: datetime
    charges: list[str] = field(default_factory=list)
    stopped: bool = False
    ended: bool = False
    is_final: bool = False  # it will not be renewed, whatever its person wants
    is_unwanted: bool = False  # nor charged for again, if Telegram hears us in time

    def has(self, now: datetime) -> bool:
        renews = self.is_recurring and not self.stopped and not self.is_final
        return not self.ended and now < self.until + (GRACE if renews else GRACE * 0)


class Ideal:
    """Everything about everybody."""

    def __init__(self) -> None:
        self.deals: list[Deal] = []
        self.paid: dict[str, Payment] = {}
        self.refunded: set[str] = set()

    def pays(self, payment: Payment, now: datetime) -> None:
        if payment.charge_id in self.paid:
            return
        self.paid[payment.charge_id] = payment
        purchase = purchase_in(payment.payload)
        assert purchase
        mine = [d for d in self.deals if d.person == payment.user_id and d.plan == purchase.plan]
        same = [d for d in mine if d.is_recurring == payment.is_recurring]
        if payment.is_recurring:
            if payment.is_first is None:  # nobody knows: it goes on with what has not ended
                same = [d for d in same if not d.ended]
            self._monthly(payment, purchase.plan, [] if payment.is_first else same, now)
        elif running := [d for d in same if not d.ended and d.until > now]:
            running[-1].until += MONTH
            running[-1].charges.append(payment.charge_id)
        else:
            self._begin(payment, purchase.plan, now)

    def _monthly(self, payment: Payment, plan: str, same: list[Deal], now: datetime) -> None:
        until = payment.paid_at + MONTH
        if not same:
            self._begin(payment, plan, now)
            return
        deal = max(same, key=lambda d: (not d.ended, d.until, self.deals.index(d)))
        deal.charges.append(payment.charge_id)
        if until > deal.until:
            deal.until, deal.stopped, deal.ended = until, False, False
            deal.is_final = deal.is_unwanted
        else:
            deal.charges.insert(0, deal.charges.pop())  # it is not the last month

    def _begin(self, payment: Payment, plan: str, now: datetime) -> None:
        until = payment.paid_at + MONTH
        if until <= now:
            return
        for d in self.deals:
            is_worse = WORTH[d.plan] <= WORTH[plan]
            if d.person == payment.user_id and d.is_recurring and is_worse and not d.ended:
                d.ended = d.is_final = d.is_unwanted = True
        new = Deal(payment.user_id, plan, payment.is_recurring, until, [payment.charge_id])
        self.deals.append(new)

    def refunds(self, charge: str, now: datetime) -> None:
        if charge in self.refunded or charge not in self.paid:
            return
        self.refunded.add(charge)
        for d in self.deals:
            if charge not in d.charges or d.ended:
                continue
            if d.is_recurring:
                d.is_final = d.is_unwanted = True
                d.ended = d.charges[-1] == charge
            elif d.until - MONTH > now:
                d.until -= MONTH
            else:
                d.ended = True

    def stops(self, person: int, *, is_stopped: bool, now: datetime) -> None:
        for d in self.deals:
            if d.person == person and d.is_recurring and not d.is_final and d.has(now):
                d.stopped = is_stopped

    def expires(self, now: datetime) -> None:
        for d in self.deals:
            if not d.has(now) and not d.ended:
                d.ended = d.is_final = True

    def plan_of(self, person: int, now: datetime) -> str:
        mine = [d.plan for d in self.deals if d.person == person and d.has(now)]
        return max(mine, key=WORTH.__getitem__, default="free")
