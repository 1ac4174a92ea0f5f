"""Puts an invented day on disk: a store, a ledger and its jobs that write the past."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import structs

from bot.analytics.bus import Bus
from bot.analytics.events import ApiCalled, Event, UpdateHandled
from bot.analytics.store import Store
from bot.billing.account import Transaction
from bot.billing.expiry import Expiry
from bot.billing.ledger import Ledger
from bot.billing.renewals import Renewals
from bot.billing.subscriptions import Subscriptions
from bot.database.engine import Database
from bot.plans import Plans
from bot.sandbox.history_alerts import Watch
from bot.sandbox.history_facts import Fact
from bot.sandbox.history_rows import Row, write_rows
from bot.sandbox.history_sales import GivenBack, Noticed, Order, Paid, Unwanted

# Facts of which there are sums by the minute and nothing else.
SUMMED = (UpdateHandled, ApiCalled)
MINUTES_KEPT = timedelta(days=2)
ROWS_AT_ONCE = 500
ORDERS = (Paid, GivenBack, Unwanted, Noticed)


class Writer:
    """Writes each fact at its time; nobody but *watch* hears of it."""

    def __init__(
        self, database: Database, zone: ZoneInfo, plans: Plans, now: datetime, watch: Watch
    ) -> None:
        self._at = now
        self._zone = zone
        self._rows: list[Row] = []
        self._fine_from = now - MINUTES_KEPT
        self._database = database
        self._watch = watch
        # The store has no bus of its own and no task: it writes when it is told to.
        self._store = Store(database, Bus(), zone=zone, clock=self._clock)
        self._bus = Bus(self._store, watch.recent)
        self._ledger = Ledger(database, self._bus, self._clock, plans)
        self._subscriptions = Subscriptions(database, plans, self._clock)
        self._renewals = Renewals(database, _Account(), self._clock)
        self._expiry = Expiry(
            database=database,
            plans=plans,
            bus=self._bus,
            voice=_Voice(),
            find=_found,
            clock=self._clock,
        )

    async def write(self, facts: Iterable[Fact]) -> None:
        """Put *facts* on disk; rows some days later, or by finish()."""
        for fact in facts:
            await self._watch.until(fact.at)
            if isinstance(fact, ORDERS):
                self._at = fact.at
                await self._obey(fact)
            elif isinstance(fact, Row):
                self._rows.append(fact)
            else:
                self._bus.publish(self._coarse(fact))
        await self._store.flush()
        if len(self._rows) >= ROWS_AT_ONCE:
            await self.finish()

    async def finish(self) -> None:
        """Put what is left on disk."""
        await write_rows(self._database, self._rows)
        self._rows.clear()

    async def _obey(self, order: Order) -> None:
        if isinstance(order, Paid):
            await self._ledger.record(order.payment)
        elif isinstance(order, GivenBack):
            await self._ledger.refund(order.charge_id)
        elif isinstance(order, Unwanted):
            for held in await self._subscriptions.of(order.user_id):
                await self._renewals.stop(order.user_id, held)
        else:
            await self._expiry.run()
            await self._renewals.stop_unwanted()

    def _coarse(self, fact: Event) -> Event:
        """*fact* at the beginning of its hour, if only sums are made of it, and long ago.

        The bot itself keeps no minutes of days long past, and they would take most of the time.
        """
        if not isinstance(fact, SUMMED) or fact.at >= self._fine_from:
            return fact
        local = fact.at.astimezone(self._zone)
        past = timedelta(
            minutes=local.minute, seconds=local.second, microseconds=local.microsecond
        )
        return structs.replace(fact, at=fact.at - past)

    def _clock(self) -> datetime:
        return self._at


class _Account:
    """An account at Telegram that agrees to everything."""

    async def transactions(self, offset: int, limit: int) -> list[Transaction]:  # noqa: ARG002  as Account has it
        return []

    async def refund(self, user_id: int, charge_id: str) -> None:
        """Nobody's Stars go back."""

    async def renew(self, user_id: int, charge_id: str, *, is_wanted: bool) -> None:
        """Nobody is charged anyway."""


class _Voice:
    """Tells nobody: there is nobody."""

    async def expired(self, user_id: int, plan: str, *, was_wanted: bool) -> None:
        """As Voice says."""

    async def found(self, user_id: int, stars: int, plan: str, until: datetime | None) -> None:
        """As Voice says."""

    async def refunded(self, user_id: int, stars: int) -> None:
        """As Voice says."""


async def _found() -> bool:
    """Every renewal there is was told."""
    return True
