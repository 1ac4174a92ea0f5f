"""Invented sales: what the bot's handlers tell, and what its ledger is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.analytics.events import Event
from bot.analytics.features.billing import CheckoutStarted, InvoiceSent, PaymentFailed
from bot.billing.ledger import Payment
from bot.billing.payload import Kind, Purchase, price
from bot.plans import Plan, Plans
from bot.sandbox.history_acts import DAY, Act
from bot.sandbox.history_updates import Updates, received, seen

PERIOD = 30 * DAY
LOOKING_SHARE, TRYING_SHARE, REFUSED_SHARE = 0.55, 0.35, 0.08
REFUSALS, REFUSAL_WEIGHTS = ("price_changed", "unreachable", "unknown_plan"), (5, 4, 1)


@dataclass(frozen=True, slots=True)
class Paid:
    """The ledger is told of a charge."""

    at: datetime
    payment: Payment


@dataclass(frozen=True, slots=True)
class GivenBack:
    """The ledger is told that a charge was given back."""

    at: datetime
    charge_id: str


@dataclass(frozen=True, slots=True)
class Unwanted:
    """A person wants no further month."""

    at: datetime
    user_id: int


@dataclass(frozen=True, slots=True)
class Noticed:
    """The jobs of billing run: they end what is over, and stop what was replaced."""

    at: datetime


Order = Paid | GivenBack | Unwanted | Noticed


class Sales:
    """Sales as the bot's own handlers tell of them.  seed: for the names of charges"""

    def __init__(self, updates: Updates, plans: Plans, seed: int) -> None:
        self._updates = updates
        self._chance = updates.chance
        self._plans = plans
        self._seed = seed
        self._charges: dict[int, str] = {}
        self._count = 0
        self._held: dict[int, Plan] = {}

    def plan_of(self, user_id: int) -> Plan:
        """What the person is on now."""
        return self._held.get(user_id, self._plans.free)

    def look(self, act: Act) -> Iterator[Event]:
        """Somebody looks at the plans, and does not buy one."""
        yield from self._updates.command(act, "plan")
        if act.person.id in self._held or self._chance.random() > LOOKING_SHARE:
            return
        plan, kind = self._chance.choice(self._plans.paid), self._chance.choice(list(Kind))
        yield from self._invoice(act, plan, kind, after=act.seconds / 3)
        if self._chance.random() < TRYING_SHARE:
            yield from self._tried(act, plan)

    def plan(self, act: Act) -> Iterator[Event]:
        """A customer looks at the plans."""
        return self._updates.command(act, "plan")

    def invoice(self, act: Act) -> Iterator[Event]:
        """A customer chooses one."""
        purchase, plan = self._purchase(act)
        return self._invoice(act, plan, purchase.kind)

    def pay(self, act: Act) -> Iterator[Event | Order]:
        """A customer pays for what they chose."""
        purchase, plan = self._purchase(act)
        yield from self._checkout(act, plan, 0)
        yield from self._charge(act, purchase, 3, is_first=True)
        if act.person.id in self._held:
            yield Noticed(act.after(3))
        self._held[act.person.id] = plan

    def renew(self, act: Act) -> Iterator[Event | Order]:
        """Telegram charges for a further month."""
        yield from self._charge(act, self._purchase(act)[0], 0, is_first=False)

    def cancel(self, act: Act) -> Iterator[Event | Order]:
        """The customer wants no further month."""
        yield from self._updates.command(act, "plan")
        yield from self._updates.button(act, "plan_renewal")
        yield self._updates.call(act.at, "editUserStarSubscription")
        yield Unwanted(act.at, act.person.id)

    def refund(self, act: Act) -> Iterator[Event | Order]:
        """The admin gives the last charge back."""
        yield self._updates.call(act.at, "refundStarPayment")
        yield GivenBack(act.at, self._charges[act.person.id])
        yield from self.expire(act)

    def expire(self, act: Act) -> Iterator[Event | Order]:
        """What was paid for is over."""
        self._held.pop(act.person.id, None)
        yield self._updates.call(act.at, "sendMessage")
        yield Noticed(act.at)

    def _purchase(self, act: Act) -> tuple[Purchase, Plan]:
        name, _, kind = act.label.partition(":")
        plan = self._plans.get(name)
        return Purchase(name, Kind(kind)), plan or self._plans.free

    def _invoice(self, act: Act, plan: Plan, kind: Kind, after: float = 0) -> Iterator[Event]:
        yield from self._updates.button(act, f"plan_{kind}", after)
        yield InvoiceSent(
            at=act.after(after),
            user_id=act.person.id,
            plan=plan.name,
            stars=price(plan, kind) or 0,
            is_recurring=kind is Kind.MONTH,
        )

    def _tried(self, act: Act, plan: Plan) -> Iterator[Event]:
        """They see the price once more, and close the window, or the checkout is refused."""
        yield from self._checkout(act, plan, act.seconds * 0.8)
        if self._chance.random() < REFUSED_SHARE:
            reason = self._chance.choices(REFUSALS, REFUSAL_WEIGHTS)[0]
            at, who = act.after(act.seconds * 0.8), act.person.id
            yield PaymentFailed(at=at, user_id=who, plan=plan.name, reason=reason)

    def _checkout(self, act: Act, plan: Plan, after: float) -> Iterator[Event]:
        at = act.after(after)
        yield seen(at, act.person, "payment")
        yield CheckoutStarted(at=at, user_id=act.person.id, plan=plan.name)
        yield from self._updates.heard(at, "pre_checkout_query", "pre_checkout", "handled")

    def _charge(
        self, act: Act, purchase: Purchase, after: float, *, is_first: bool
    ) -> Iterator[Event | Order]:
        at = act.after(after)
        plan, is_recurring = self._plans.get(purchase.plan), purchase.kind is Kind.MONTH
        self._count += 1
        charge_id = self._charges[act.person.id] = f"synthetic-{self._seed}-{self._count}"
        payment = Payment(
            charge_id=charge_id,
            user_id=act.person.id,
            stars=(price(plan, purchase.kind) if plan else None) or 0,
            payload=purchase.payload,
            is_recurring=is_recurring,
            paid_at=at,
            is_first=is_first if is_recurring else None,
            until=at + PERIOD if is_recurring else None,
        )
        yield seen(at, act.person, "payment")
        yield received(act, "other", 0, after)
        yield Paid(at, payment)
        yield from self._updates.heard(at, "message", "successful_payment", "handled")
