"""A till: the whole room of billing on one database, with a Telegram that is only a list."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from bot.analytics.bus import Bus
from bot.billing.account import AccountError, Transaction
from bot.billing.census import Census
from bot.billing.expiry import Expiry
from bot.billing.ledger import Ledger, Payment
from bot.billing.lost import LostPayments
from bot.billing.payload import Kind, Purchase
from bot.billing.renewals import Renewals
from bot.billing.subscriptions import Subscription, Subscriptions
from bot.database.engine import Database
from bot.plans import Plans, load_plans
from tests.analytics.moments import ANN, NOON
from tests.fakes import Recorder

DAY = timedelta(days=1)
MONTH = 30 * DAY


class Clockwork:
    """A clock that stands still until somebody moves it."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)


class BotAccount:
    """Telegram's account as a list, oldest first.

    renewals: the last wish for each charge; problem: raised instead of doing anything
    unknown: charges that Telegram does not know
    """

    def __init__(self) -> None:
        self.deals: list[Transaction] = []
        self.renewals: dict[str, bool] = {}
        self.refunded: list[str] = []
        self.unknown: set[str] = set()
        self.problem: AccountError | None = None
        self.pages = 0

    async def transactions(self, offset: int, limit: int) -> list[Transaction]:
        self._ask()
        self.pages += 1
        return self.deals[offset : offset + limit]

    async def refund(self, user_id: int, charge_id: str) -> None:
        self._ask()
        if charge_id in self.refunded:
            raise AccountError("CHARGE_ALREADY_REFUNDED", permanent=True, is_done=True)
        self.refunded.append(charge_id)

    async def renew(self, user_id: int, charge_id: str, *, is_wanted: bool) -> None:
        self._ask()
        if charge_id in self.unknown:
            raise AccountError("CHARGE_NOT_FOUND", permanent=True)
        self.renewals[charge_id] = is_wanted

    def _ask(self) -> None:
        if self.problem:
            raise self.problem


class Diary:
    """A voice that only remembers what it said, and to whom."""

    def __init__(self) -> None:
        self.said: list[tuple[Any, ...]] = []

    async def expired(self, user_id: int, plan: str, *, was_wanted: bool) -> None:
        self.said.append(("expired", user_id, plan, was_wanted))

    async def found(self, user_id: int, stars: int, plan: str, until: datetime | None) -> None:
        self.said.append(("found", user_id, stars, plan, until))

    async def refunded(self, user_id: int, stars: int) -> None:
        self.said.append(("refunded", user_id, stars))


class Till:
    """Everything that billing is made of."""

    def __init__(self, database: Database, plans: Plans | None = None) -> None:
        self.database = database
        self.plans = plans or load_plans()
        self.clock = Clockwork()
        self.told = Recorder()
        self.bus = Bus(self.told)
        self.account = BotAccount()
        self.diary = Diary()
        self.ledger = Ledger(database, self.bus, self.clock, self.plans)
        self.subscriptions = Subscriptions(database, self.plans, self.clock)
        self.renewals = Renewals(database, self.account, self.clock)
        self.lost = LostPayments(database, self.ledger, self.account, self.diary, 42)
        self.census = Census(database, self.plans, self.clock)
        self.expiry = self.expiry_after(self.lost.find)
        self._numbers = itertools.count(1)

    def expiry_after(self, find: Callable[[], Awaitable[bool]]) -> Expiry:
        """An expiry with another way to look for renewals."""
        return Expiry(
            database=self.database,
            plans=self.plans,
            bus=self.bus,
            voice=self.diary,
            find=find,
            clock=self.clock,
        )

    def payment(self, plan: str = "premium", kind: Kind = Kind.MONTH, **more: Any) -> Payment:
        """A charge of now, the first of its kind."""
        is_recurring = kind is Kind.MONTH
        usual: dict[str, Any] = {
            "charge_id": f"c{next(self._numbers)}",
            "user_id": ANN,
            "stars": 150,
            "payload": Purchase(plan, kind).payload,
            "is_recurring": is_recurring,
            "is_first": is_recurring,
            "paid_at": self.clock(),
        }
        return Payment(**(usual | more))

    async def buys(self, plan: str = "premium", kind: Kind = Kind.MONTH, **more: Any) -> str:
        """Somebody pays and the bot hears it; the charge."""
        payment = self.payment(plan, kind, **more)
        await self.ledger.record(payment)
        return payment.charge_id

    async def renews(self, plan: str = "premium", **more: Any) -> str:
        """A further month is paid and the bot hears it."""
        return await self.buys(plan, is_first=False, **more)

    def deal(self, payment: Payment, *, is_refund: bool = False) -> None:
        """Telegram's account knows *payment*."""
        one = Transaction(
            charge_id=payment.charge_id,
            user_id=payment.user_id,
            stars=payment.stars,
            payload=payment.payload,
            is_recurring=payment.is_recurring,
            is_refund=is_refund,
            at=self.clock(),
        )
        self.account.deals.append(one)

    async def plan(self, user_id: int = ANN) -> str:
        """The name of what somebody is on."""
        return (await self.subscriptions.plan_of(user_id)).name

    async def held(self, user_id: int = ANN) -> tuple[Subscription, ...]:
        """What somebody has, read strictly."""
        return await self.subscriptions.of(user_id)

    def facts(self) -> list[str]:
        """The names of the facts so far, with the reason or kind where there is one."""
        return [_told(fact) for fact in self.told]


def _told(fact: object) -> str:
    why = getattr(fact, "kind", getattr(fact, "reason", ""))
    return f"{type(fact).__name__} {why}".strip()
