"""Whether a sale is on."""

from __future__ import annotations

import pytest

from bot.billing.checkout import refusal
from bot.billing.payload import Kind, Purchase, purchase_in
from bot.billing.subscriptions import Subscription
from bot.plans import load_plans
from tests.analytics.moments import NOON
from tests.billing.till import MONTH

PLANS = load_plans()
PREMIUM, VIP = Purchase("premium", Kind.MONTH), Purchase("vip", Kind.MONTH)
ONCE = Purchase("premium", Kind.ONCE)


def has(plan: str, *, is_recurring: bool, renews: bool = True) -> list[Subscription]:
    return [
        Subscription(
            id=1,
            plan=plan,
            stars=1,
            is_recurring=is_recurring,
            renews=is_recurring and renews,
            can_resume=is_recurring and not renews,
            first_charge_id="c1",
            last_charge_id="c1",
            expires_at=NOON + MONTH,
        )
    ]


@pytest.mark.parametrize(
    ("purchase", "stars", "held", "expected"),
    [
        (PREMIUM, 150, [], None),
        (ONCE, 200, [], None),
        (None, 150, [], "unknown_plan"),
        (Purchase("gold", Kind.MONTH), 150, [], "unknown_plan"),
        (Purchase("free", Kind.MONTH), 0, [], "unknown_plan"),
        (PREMIUM, 149, [], "price_changed"),
        (PREMIUM, 200, [], "price_changed"),
        (PREMIUM, 150, has("premium", is_recurring=True), "already_on"),
        (PREMIUM, 150, has("premium", is_recurring=True, renews=False), "already_on"),
        (PREMIUM, 150, has("premium", is_recurring=False), "already_on"),
        (PREMIUM, 150, has("vip", is_recurring=False), "already_on"),
        (ONCE, 200, has("premium", is_recurring=True), "already_on"),
        (ONCE, 200, has("vip", is_recurring=True), "already_on"),
        (ONCE, 200, has("premium", is_recurring=False), None),
        (VIP, 400, has("premium", is_recurring=True), None),
        (PREMIUM, 150, has("gold", is_recurring=True), None),
    ],
)
def test_a_sale_is_on_or_refused_with_a_reason(
    purchase: Purchase | None, stars: int, held: list[Subscription], expected: str | None
) -> None:
    assert refusal(PLANS, purchase, stars, held) == expected


@pytest.mark.parametrize("kind", Kind)
def test_a_payload_comes_back_as_it_went(kind: Kind) -> None:
    purchase = Purchase("a" * 16, kind)

    assert purchase_in(purchase.payload) == purchase
    assert len(purchase.payload.encode()) <= 128


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "plan",
        "telegauge:",
        "telegauge:2:premium:month",
        "telegauge:1:premium:year",
        "telegauge:1:premium:month\n",
        "telegauge:1:PREMIUM:month",
        f"telegauge:1:{'a' * 17}:month",
        "telegauge:1:premium:month:150",
    ],
)
def test_a_payload_that_is_not_ours_is_nothing(payload: str) -> None:
    assert purchase_in(payload) is None
