"""The shop: what the handlers of billing work with, in one hand."""

from __future__ import annotations

from dataclasses import dataclass

from bot.billing.account import Account, Voice
from bot.billing.ledger import Ledger
from bot.billing.renewals import Renewals
from bot.billing.subscriptions import Subscriptions
from bot.billing.support import Allowance
from bot.plans import Plans


@dataclass(frozen=True, kw_only=True, slots=True)
class Shop:
    """Its parts; each says for itself what it does."""

    plans: Plans
    ledger: Ledger
    subscriptions: Subscriptions
    renewals: Renewals
    account: Account
    voice: Voice
    allowance: Allowance
