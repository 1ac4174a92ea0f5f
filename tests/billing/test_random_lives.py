"""Whatever people, Telegram and the clock do in whatever order: each charge counts once."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.billing.ledger import Payment
from bot.billing.payload import Kind
from bot.database.engine import Database
from bot.database.tables import payments
from tests.billing.ideal import Ideal
from tests.billing.till import Till
from tests.databases import opened, sqlite_address
from tests.rows import rows_of

PEOPLE = st.sampled_from([1, 2])
PLANS = st.sampled_from(["premium", "vip"])
NUMBERS = st.integers(0, 9)
ACTS = st.one_of(
    st.tuples(st.just("buy"), PEOPLE, PLANS, st.sampled_from(Kind)),
    st.tuples(st.just("renew"), PEOPLE, PLANS),
    st.tuples(st.just("lose"), PEOPLE, PLANS, st.sampled_from(Kind)),
    st.tuples(st.just("replay"), NUMBERS),
    st.tuples(st.just("refund"), NUMBERS),
    st.tuples(st.just("stop"), PEOPLE, st.booleans()),
    st.tuples(st.just("wait"), st.sampled_from([0.5, 1, 24, 24 * 15, 24 * 30, 24 * 31])),
    st.tuples(st.just("expire")),
    st.tuples(st.just("find")),
)


class Life:
    """The room and its ideal, told the same; what is paid stands in Telegram's account, too."""

    def __init__(self, database: Database) -> None:
        self.till = Till(database)
        self.ideal = Ideal()
        self.payments: list[Payment] = []
        self.unheard: list[Payment] = []

    async def live(self, act: str, *details: Any) -> None:
        await getattr(self, f"_{act}")(*details)
        now = self.till.clock()
        for person in (1, 2):
            assert await self.till.plan(person) == self.ideal.plan_of(person, now), act

    async def _buy(self, person: int, plan: str, kind: Kind) -> None:
        await self._pay(self.till.payment(plan, kind, user_id=person))

    async def _renew(self, person: int, plan: str) -> None:
        await self._pay(self.till.payment(plan, user_id=person, is_first=False))

    async def _pay(self, payment: Payment) -> None:
        self.payments.append(payment)
        self.till.deal(payment)
        self.ideal.pays(payment, self.till.clock())
        await self.till.ledger.record(payment)

    async def _lose(self, person: int, plan: str, kind: Kind) -> None:
        payment = self.till.payment(plan, kind, user_id=person)
        self.till.deal(payment)
        self.unheard.append(payment)

    def _heard(self, number: int) -> list[Payment]:
        return [self.payments[number % len(self.payments)]] if self.payments else []

    async def _replay(self, number: int) -> None:
        for payment in self._heard(number):
            assert await self.till.ledger.record(payment) is None

    async def _refund(self, number: int) -> None:
        for payment in self._heard(number):
            if payment.charge_id in self.ideal.refunded:
                return
            self.till.deal(payment, is_refund=True)
            self.ideal.refunds(payment.charge_id, self.till.clock())
            await self.till.ledger.refund(payment.charge_id)

    async def _stop(self, person: int, is_stopped: bool) -> None:  # noqa: FBT001  drawn at random
        self.ideal.stops(person, is_stopped=is_stopped, now=self.till.clock())
        for one in await self.till.held(person):
            if is_stopped and one.renews:
                await self.till.renewals.stop(person, one)
            if not is_stopped and one.can_resume:
                await self.till.renewals.resume(person, one)

    async def _wait(self, hours: float) -> None:
        self.till.clock.wait(hours=hours)

    async def _expire(self) -> None:
        await self._find()
        self.ideal.expires(self.till.clock())
        await self.till.expiry.run()

    async def _find(self) -> None:
        """Telegram's account does not tell which month was the first."""
        for payment in self.unheard:
            self.ideal.pays(replace(payment, is_first=None), self.till.clock())
        self.payments += self.unheard
        self.unheard.clear()
        await self.till.lost.find()

    async def is_sound(self) -> None:
        """The accounts add up, whatever happened."""
        rows = await rows_of(self.till.database, payments)
        facts = self.till.facts()
        assert len(rows) == facts.count("PaymentSucceeded") == len(self.payments)
        returned = [row for row in rows if row["refunded_at"] is not None]
        assert len(returned) == facts.count("PaymentRefunded") == len(self.ideal.refunded)
        assert not [one for one in self.till.diary.said if one[0] == "refunded"]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], str]:
    """Copies an empty database, because migrations take longer than a life."""
    folder = tmp_path_factory.mktemp("template")

    async def make() -> None:
        async with opened(sqlite_address(folder)):
            pass

    asyncio.run(make())

    def copy(to: Path) -> str:
        shutil.copy(folder / "test.db", to / "test.db")
        return sqlite_address(to)

    return copy


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(ACTS, min_size=3, max_size=25))
def test_each_charge_counts_once_and_the_plan_is_the_one_that_is_paid(
    fresh: Callable[[Path], str], acts: list[tuple[Any, ...]]
) -> None:
    async def live(url: str) -> None:
        database = Database(url)
        try:
            life = Life(database)
            for act in acts:
                await life.live(*act)
            await life.is_sound()
        finally:
            await database.close()

    with TemporaryDirectory() as folder:
        asyncio.run(live(fresh(Path(folder))))
