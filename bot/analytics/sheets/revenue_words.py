"""What moves recurring revenue and why payments fail, in the words of every view."""

from __future__ import annotations

from bot.analytics.render.words import Words


def move(name: str, words: Words) -> str:
    """A kind of movement, one of reports.revenue.MOVES; the last three are churn."""
    _ = words.gettext
    return {
        "new": _("new"),
        "expansion": _("expansion"),
        "contraction": _("contraction"),
        "voluntary": _("voluntary churn"),
        "failed": _("involuntary churn"),
        "refunded": _("refunded churn"),
    }[name]


def failure(reason: str, words: Words) -> str:
    """Why a payment failed: PaymentFailed.reason, as it is where a newer bot wrote it."""
    _ = words.gettext
    return {
        "unknown_plan": _("the plan is not sold"),
        "price_changed": _("the price had changed"),
        "already_on": _("already subscribed"),
        "unreachable": _("Telegram was not reached"),
        "renewal": _("the renewal was not paid"),
    }.get(reason, reason)
