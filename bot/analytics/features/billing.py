"""Billing: from an invoice to Stars, and what they bought.

plan: a name of the plans file, or other for what was sold before or by somebody else's router.
"""

from __future__ import annotations

from bot.analytics.batch import Batch, Keep
from bot.analytics.events import Event
from bot.analytics.families import Families, Moves
from bot.analytics.series import Series


class InvoiceSent(Event, frozen=True, kw_only=True, gc=False):
    """A person was shown a way to pay.

    stars: the price; is_recurring: a subscription
    """

    user_id: int
    plan: str
    stars: int
    is_recurring: bool


class CheckoutStarted(Event, frozen=True, kw_only=True, gc=False):
    """A person pressed Pay: Telegram asked whether the sale is on."""

    user_id: int
    plan: str


class PaymentSucceeded(Event, frozen=True, kw_only=True, gc=False):
    """A payment was written to the ledger, once for each charge.

    stars: the amount; is_recurring: of a subscription
    """

    user_id: int
    plan: str
    stars: int
    is_recurring: bool


class PaymentFailed(Event, frozen=True, kw_only=True, gc=False):
    """A checkout was refused, or a renewal did not come.

    reason: unknown_plan, price_changed, already_on, unreachable, renewal
    """

    user_id: int
    plan: str
    reason: str


class PaymentRefunded(Event, frozen=True, kw_only=True, gc=False):
    """A charge was given back; user_id None: the payer asked to be forgotten."""

    user_id: int | None
    plan: str
    stars: int


class SubscriptionStarted(Event, frozen=True, kw_only=True, gc=False):
    """Somebody is on a paid plan now who was not before."""

    user_id: int
    plan: str
    is_recurring: bool


class SubscriptionRenewed(Event, frozen=True, kw_only=True, gc=False):
    """A further charge prolonged a subscription."""

    user_id: int
    plan: str


class SubscriptionCancelled(Event, frozen=True, kw_only=True, gc=False):
    """A subscription will not be renewed, or was ended before its time.

    kind: voluntary (the person), failed (no Stars) or refunded
    """

    user_id: int | None
    plan: str
    kind: str


class SubscriptionExpired(Event, frozen=True, kw_only=True, gc=False):
    """The time that was paid for is over."""

    user_id: int | None
    plan: str


SERIES = (
    Series("revenue_stars_total", "counter", "business", "Stars received.", ("plan",)),
    Series("checkouts_started_total", "counter", "business", "People who pressed Pay.", ("plan",)),
    Series("payments_succeeded_total", "counter", "business", "Payments received.", ("plan",)),
    Series(
        "payments_failed_total",
        "counter",
        "business",
        "Payments that did not come about.",
        ("plan", "reason"),
    ),
    Series("refunds_total", "counter", "business", "Payments given back.", ("plan",)),
    Series("new_subscriptions_total", "counter", "business", "Paid plans begun.", ("plan",)),
    Series(
        "subscription_cancellations_total",
        "counter",
        "business",
        "Paid plans that will not go on.",
        ("plan", "kind"),
    ),
    Series("active_subscriptions", "gauge", "business", "People on a paid plan.", ("plan",)),
)


def _keep(kind: str) -> Keep:
    """One row of events: who, the plan, the Stars where there are any."""

    def keep(batch: Batch, fact: PaymentSucceeded) -> None:
        stars = getattr(fact, "stars", None)
        batch.event(fact, kind, user_id=fact.user_id, label=fact.plan, value=stars)

    return keep


def _failed(batch: Batch, fact: PaymentFailed) -> None:
    batch.event(fact, "payment_failed", user_id=fact.user_id, label=fact.reason)


def _cancelled(batch: Batch, fact: SubscriptionCancelled) -> None:
    batch.event(fact, "subscription_cancelled", user_id=fact.user_id, label=fact.kind)


KEPT: dict[type[Event], Keep] = {
    InvoiceSent: _keep("invoice"),
    CheckoutStarted: _keep("checkout"),
    PaymentSucceeded: _keep("payment"),
    PaymentFailed: _failed,
    PaymentRefunded: _keep("refund"),
    SubscriptionStarted: _keep("subscription_started"),
    SubscriptionRenewed: _keep("subscription_renewed"),
    SubscriptionCancelled: _cancelled,
    SubscriptionExpired: _keep("subscription_expired"),
}


def moves(series: Families) -> Moves:
    """Which series each fact moves."""
    return {
        CheckoutStarted: (series.counted("checkouts_started_total", "plan"),),
        PaymentSucceeded: (
            series.counted("payments_succeeded_total", "plan"),
            series.added("revenue_stars_total", "stars", "plan"),
        ),
        PaymentFailed: (series.counted("payments_failed_total", "plan", "reason"),),
        PaymentRefunded: (series.counted("refunds_total", "plan"),),
        SubscriptionStarted: (series.counted("new_subscriptions_total", "plan"),),
        SubscriptionCancelled: (
            series.counted("subscription_cancellations_total", "plan", "kind"),
        ),
    }
