"""What an invoice carries: which plan is bought and how, for the day it comes back with a charge.

Nothing in it is secret, and nothing is believed: plan and price are held against the plans file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.plans import Plan

# Telegram's name for Stars as a currency.
STARS = "XTR"
# Tells our invoices from those of the operator's routers; the number is the form's version.
PREFIX = "telegauge:"
FORM = re.compile(r"telegauge:1:([a-z][a-z0-9_]{0,15}):(month|once)")


class Kind(StrEnum):
    """month: renewed by Telegram every 30 days; once: 30 days that end by themselves."""

    MONTH = "month"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Purchase:
    """A plan's name, and how it is bought."""

    plan: str
    kind: Kind

    @property
    def payload(self) -> str:
        """What the invoice carries, far below Telegram's 128 bytes."""
        return f"{PREFIX}1:{self.plan}:{self.kind}"


def purchase_in(payload: str) -> Purchase | None:
    """What *payload* stands for; None when it is somebody else's or of another version."""
    found = FORM.fullmatch(payload)
    return Purchase(found[1], Kind(found[2])) if found else None


def price(plan: Plan, kind: Kind) -> int | None:
    """The Stars for *plan*; None when it is not sold that way."""
    return plan.stars_a_month if kind is Kind.MONTH else plan.stars_once
