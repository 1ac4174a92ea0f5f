"""The checkout: whether a sale is on, decided without asking anybody."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from bot.billing.payload import Kind, Purchase, price
from bot.billing.subscriptions import Subscription
from bot.plans import Plans


class Refusal(StrEnum):
    """Why a sale is off; a label of metrics."""

    UNKNOWN_PLAN = "unknown_plan"
    PRICE_CHANGED = "price_changed"
    ALREADY_ON = "already_on"


def refusal(
    plans: Plans, purchase: Purchase | None, stars: int, held: Sequence[Subscription]
) -> Refusal | None:
    """Why *purchase* for so many *stars* is refused to a person who has *held*; None if it is not.

    1. The plan is sold that way, for that price.
    2. The person is on no better plan, and does not have the same one renewed already.
    3. What ends by itself may be bought again, for 30 days more; a subscription begins when
       nothing of the same plan is left, or paid time would be lost.
    """
    plan = plans.get(purchase.plan) if purchase else None
    cost = price(plan, purchase.kind) if purchase and plan else None
    if purchase is None or cost is None:
        return Refusal.UNKNOWN_PLAN
    if cost != stars:
        return Refusal.PRICE_CHANGED
    rank = plans.rank(purchase.plan)
    if any(plans.rank(one.plan) > rank for one in held):
        return Refusal.ALREADY_ON
    same = [one for one in held if one.plan == purchase.plan]
    if purchase.kind is Kind.ONCE:
        same = [one for one in same if one.is_recurring]
    return Refusal.ALREADY_ON if same else None
