"""The dashboard Business: what came in, and what the assistant costs."""

from __future__ import annotations

from deploy.panels.panel import INSTANCE, Board, Limit, Panel, Query, Row, Variable, stat
from deploy.panels.promql import gauge, increase, or_zero, share
from deploy.panels.shapes import counted

PLAN = {"plan": "$plan"}
DAY = "1d"
STARS = or_zero(increase("revenue_stars_total", **PLAN))
BEGUN, PAID = "checkouts_started_total", "payments_succeeded_total"
# All but these are faults of ours: docs/alerts.md, PaymentFailure.
NO_FAULT = "!already_on|renewal"

MONEY = Row(
    title="Money",
    panels=(
        stat("Stars received", "In the time that is shown.", STARS),
        stat("Payments", "In the time that is shown.", or_zero(increase(PAID, **PLAN))),
        stat(
            "Checkouts that were paid",
            "Payments for each press of Pay. Renewals count as well, so it can pass 100 %.",
            share(increase(PAID, **PLAN), increase(BEGUN, **PLAN)),
            "percentunit",
            limits=(Limit(0.1, "orange"), Limit(0.5, "green")),
            is_low_bad=True,
        ),
        stat(
            "People on a paid plan", "Now.", gauge("active_subscriptions", how="max", by=["plan"])
        ),
        stat("Refunds", "In the time that is shown.", or_zero(increase("refunds_total", **PLAN))),
        stat(
            "Payments that failed",
            "Refused, or too late for Telegram: each one is an alert of the bot's own.",
            or_zero(increase("payments_failed_total", reason=NO_FAULT, **PLAN)),
            limits=(Limit(1, "red"),),
        ),
    ),
)

COURSE = Row(
    title="Course",
    panels=(
        counted("Stars by plan", "A day.", "revenue_stars_total", "plan", over=DAY, **PLAN),
        Panel(
            title="From checkout to payment",
            description="A day: who pressed Pay, who paid, and what did not come about.",
            queries=(
                Query(increase(BEGUN, over=DAY, **PLAN), "pressed Pay"),
                Query(increase(PAID, over=DAY, **PLAN), "paid"),
                Query(
                    increase("payments_failed_total", by=["reason"], over=DAY, **PLAN),
                    "{{reason}}",
                ),
            ),
            kind="bars",
        ),
        Panel(
            title="Active subscriptions",
            description="People on a paid plan.",
            queries=(
                Query(gauge("active_subscriptions", by=["plan"], how="max", **PLAN), "{{plan}}"),
            ),
            kind="stacked",
        ),
        Panel(
            title="Subscriptions begun and ended",
            description="A day. Ended: cancelled by the person, refused by Telegram, or run out.",
            queries=(
                Query(
                    increase("new_subscriptions_total", by=["plan"], over=DAY, **PLAN),
                    "new {{plan}}",
                ),
                Query(
                    increase("subscription_cancellations_total", by=["kind"], over=DAY, **PLAN),
                    "{{kind}}",
                ),
            ),
            kind="bars",
        ),
    ),
)

ASSISTANT = Row(
    title="What the assistant costs",
    panels=(
        counted("Tokens", "An hour, by type.", "llm_tokens_total", "type"),
        Panel(
            title="Cost",
            description="US dollars a day, by model; tokens without a known price are not in it.",
            queries=(Query(increase("llm_cost_usd_total", by=["model"], over=DAY), "{{model}}"),),
            unit="currencyUSD",
            kind="bars",
        ),
        counted(
            "Tokens without a price",
            "A day. Name the model in ASSISTANT_PRICES_FILE, and its cost is counted.",
            "llm_unpriced_tokens_total",
            "model",
            over=DAY,
        ),
        counted(
            "Questions without an answer",
            "An hour, by error.",
            "completions_failed_total",
            "error",
        ),
    ),
)

BUSINESS = Board(
    uid="telegauge-business",
    title="Telegauge · Business",
    description="What came in, who pays, and what the assistant costs.",
    rows=(MONEY, COURSE, ASSISTANT),
    variables=(INSTANCE, Variable(name="plan", series="active_subscriptions", label="plan")),
)
