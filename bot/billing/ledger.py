"""The ledger: each charge is written once with what it gives, on disk before anyone is thanked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import ColumnElement, RowMapping, Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.bus import Bus
from bot.analytics.features.billing import (
    PaymentRefunded,
    PaymentSucceeded,
    SubscriptionCancelled,
    SubscriptionRenewed,
    SubscriptionStarted,
)
from bot.billing.entitlement import Charge, Credit, credit, take_back
from bot.billing.payload import purchase_in
from bot.clock import Clock, from_milliseconds, to_milliseconds, utc_now
from bot.database.engine import Database
from bot.database.statements import insert_into
from bot.database.tables import payments, users
from bot.plans import OTHER, Plan, Plans

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Payment:
    """One charge, as Telegram told it.

    user_id: Telegram's; payload: what the invoice carried
    is_first: of a recurring one, None when that is unknown; until: the end of the paid time
    """

    charge_id: str
    user_id: int
    stars: int
    payload: str
    is_recurring: bool
    paid_at: datetime
    is_first: bool | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """A payment that is written now.  plan: what it gave until then; None when it gave nothing."""

    stars: int
    plan: Plan | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A line of the ledger.  user_id: None when the payer asked to be forgotten."""

    charge_id: str
    user_id: int | None
    stars: int
    plan: str
    is_recurring: bool
    paid_at: datetime
    is_refunded: bool


class Ledger:
    """Writes payments and refunds in transactions that a power cut cannot undo.

    plans: what payments can give; without them they are only counted
    """

    def __init__(
        self, database: Database, bus: Bus, clock: Clock = utc_now, plans: Plans | None = None
    ) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock
        self._plans = plans

    async def record(self, payment: Payment) -> Receipt | None:
        """Write *payment* and what it gives; None if it was there: Telegram repeats itself.

        Publishes PaymentSucceeded for a new one, and what became of the subscription, after the
        commit.
        """
        plan = self._plan(payment)
        async with self._database.write("ledger.record", durable=True) as connection:
            number = await self._number(connection, payment.user_id)
            if not await self._insert(connection, payment, number, _name(plan)):
                return None
            given = await self._credit(connection, payment, number)
        self._tell(payment, plan, given)
        until = from_milliseconds(given.until) if given else None
        return Receipt(stars=payment.stars, plan=plan if given else None, until=until)

    async def refund(self, charge_id: str) -> Entry | None:
        """Mark a charge as given back and take back what it gave.

        What was marked; None if the charge is unknown or was marked before.
        Publishes PaymentRefunded, and SubscriptionCancelled if a plan will not go on.
        """
        now = to_milliseconds(self._clock())
        unmarked = _is(charge_id) & payments.c.refunded_at.is_(None)
        change = update(payments).where(unmarked).values(refunded_at=now)
        async with self._database.write("ledger.refund", durable=True) as connection:
            paid = await _line(connection, charge_id)
            if paid is None or not (await connection.execute(change)).rowcount:
                return None
            taken = await take_back(connection, paid, now)
        self._tell_refund(paid, taken)
        return _entry(paid, is_refunded=True)

    async def entry(self, charge_id: str) -> Entry | None:
        """The line of this charge; None if the ledger does not know it."""
        async with self._database.read("ledger.entry") as connection:
            paid = await _line(connection, charge_id, is_locked=False)
        return _entry(paid) if paid else None

    async def last(self, user_id: int, limit: int) -> list[Entry]:
        """The newest *limit* payments of this person, newest first."""
        query = _lines().where(users.c.telegram_id == user_id)
        newest = query.order_by(payments.c.paid_at.desc()).limit(limit)
        async with self._database.read("ledger.last") as connection:
            return [_entry(row) for row in (await connection.execute(newest)).mappings()]

    async def known(self, charge_ids: Collection[str]) -> dict[str, bool]:
        """Those of *charge_ids* that are written, and whether they were given back."""
        table = payments.c
        query = select(table.telegram_payment_charge_id, table.refunded_at.is_not(None))
        mine = query.where(table.telegram_payment_charge_id.in_(charge_ids))
        async with self._database.read("ledger.known") as connection:
            return {charge_id: bool(done) for charge_id, done in await connection.execute(mine)}

    def _plan(self, payment: Payment) -> Plan | None:
        """What is sold under the name in the payload, if we sold it."""
        purchase = purchase_in(payment.payload)
        plan = self._plans.get(purchase.plan) if purchase and self._plans else None
        if purchase and (plan is None or plan.is_free):
            log.error("payment for a plan that is not sold", charge_id=payment.charge_id)
            return None
        return plan

    async def _credit(
        self, connection: AsyncConnection, payment: Payment, number: int
    ) -> Credit | None:
        purchase = purchase_in(payment.payload)
        if purchase is None or self._plans is None:
            return None
        charge = Charge(
            charge_id=payment.charge_id,
            number=number,
            plan=purchase.plan,
            stars=payment.stars,
            is_recurring=payment.is_recurring,
            is_first=payment.is_first,
            paid_at=to_milliseconds(payment.paid_at),
            until=to_milliseconds(payment.until) if payment.until else None,
        )
        return await credit(connection, self._plans, charge, to_milliseconds(self._clock()))

    async def _number(self, connection: AsyncConnection, user_id: int) -> int:
        """The payer's number; the store may not have met them yet.

        The row is locked, so that two charges of one person come one after the other.
        """
        row = {"telegram_id": user_id, "is_premium": False}
        statement = insert_into(self._database.dialect, users).values(row)
        await connection.execute(statement.on_conflict_do_nothing())
        query = select(users.c.number).where(users.c.telegram_id == user_id).with_for_update()
        return int((await connection.execute(query)).scalar_one())

    async def _insert(
        self, connection: AsyncConnection, payment: Payment, number: int, plan: str
    ) -> bool:
        row = {
            "telegram_payment_charge_id": payment.charge_id,
            "user_number": number,
            "stars": payment.stars,
            "payload": payment.payload,
            "plan": plan,
            "is_recurring": payment.is_recurring,
            "paid_at": to_milliseconds(payment.paid_at),
        }
        statement = insert_into(self._database.dialect, payments).values(row)
        result = await connection.execute(statement.on_conflict_do_nothing())
        return bool(result.rowcount)

    def _tell(self, payment: Payment, plan: Plan | None, given: Credit | None) -> None:
        at, name, user_id = self._clock(), _name(plan), payment.user_id
        self._bus.publish(
            PaymentSucceeded(
                at=at,
                user_id=user_id,
                plan=name,
                stars=payment.stars,
                is_recurring=payment.is_recurring,
            )
        )
        if given and given.is_new:
            is_recurring = payment.is_recurring
            self._bus.publish(
                SubscriptionStarted(at=at, user_id=user_id, plan=name, is_recurring=is_recurring)
            )
        elif given:
            self._bus.publish(SubscriptionRenewed(at=at, user_id=user_id, plan=name))

    def _tell_refund(self, paid: RowMapping, taken: str | None) -> None:
        at, user_id, plan = self._clock(), paid["telegram_id"], paid["plan"] or OTHER
        self._bus.publish(PaymentRefunded(at=at, user_id=user_id, plan=plan, stars=paid["stars"]))
        if taken:
            self._bus.publish(
                SubscriptionCancelled(at=at, user_id=user_id, plan=plan, kind="refunded")
            )


def _name(plan: Plan | None) -> str:
    return plan.name if plan else OTHER


def _is(charge_id: str) -> ColumnElement[bool]:
    return payments.c.telegram_payment_charge_id == charge_id


def _lines() -> Select[Any]:
    payer = payments.outerjoin(users, users.c.number == payments.c.user_number)
    return select(payments, users.c.telegram_id).select_from(payer)


async def _line(
    connection: AsyncConnection, charge_id: str, *, is_locked: bool = True
) -> RowMapping | None:
    if is_locked:  # the payer first, as record() does, or the two would wait for each other
        payer = select(payments.c.user_number).where(_is(charge_id)).scalar_subquery()
        lock = select(users.c.number).where(users.c.number == payer).with_for_update()
        await connection.execute(lock)
    found = await connection.execute(_lines().where(_is(charge_id)))
    line: RowMapping | None = found.mappings().one_or_none()
    return line


def _entry(row: RowMapping, *, is_refunded: bool = False) -> Entry:
    return Entry(
        charge_id=row["telegram_payment_charge_id"],
        user_id=row["telegram_id"],
        stars=row["stars"],
        plan=row["plan"] or OTHER,
        is_recurring=row["is_recurring"],
        paid_at=from_milliseconds(row["paid_at"]),
        is_refunded=is_refunded or row["refunded_at"] is not None,
    )
