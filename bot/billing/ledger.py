"""The ledger: each charge is written once, on disk before anyone is thanked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.bus import Bus
from bot.analytics.features.billing import PaymentSucceeded
from bot.clock import Clock, to_milliseconds, utc_now
from bot.database.engine import Database
from bot.database.statements import insert_into
from bot.database.tables import payments, users

UNKNOWN_PLAN = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class Payment:
    """One charge, as Telegram told it.

    user_id: Telegram's; payload: what the invoice carried
    """

    charge_id: str
    user_id: int
    stars: int
    payload: str
    is_recurring: bool
    paid_at: datetime


class Ledger:
    """Writes payments and refunds in transactions that a power cut cannot undo."""

    def __init__(self, database: Database, bus: Bus, clock: Clock = utc_now) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock

    async def record(self, payment: Payment) -> bool:
        """Write *payment*; False if its charge was there already, since Telegram repeats itself.

        Publishes PaymentSucceeded for a new one, after the commit.
        """
        async with self._database.write("ledger.record", durable=True) as connection:
            number = await self._number(connection, payment.user_id)
            is_new = await self._insert(connection, payment, number)
        if is_new:
            self._bus.publish(
                PaymentSucceeded(
                    at=self._clock(),
                    user_id=payment.user_id,
                    plan=UNKNOWN_PLAN,
                    stars=payment.stars,
                    is_recurring=payment.is_recurring,
                )
            )
        return is_new

    async def refund(self, charge_id: str) -> bool:
        """Mark a charge as given back; False if it is unknown or was marked before."""
        unmarked = (payments.c.telegram_payment_charge_id == charge_id) & (
            payments.c.refunded_at.is_(None)
        )
        change = update(payments).where(unmarked)
        async with self._database.write("ledger.refund", durable=True) as connection:
            now = to_milliseconds(self._clock())
            result = await connection.execute(change.values(refunded_at=now))
        return bool(result.rowcount)

    async def _number(self, connection: AsyncConnection, user_id: int) -> int | None:
        """The payer's number; the store may not have met them yet."""
        row = {"telegram_id": user_id, "is_premium": False}
        statement = insert_into(self._database.dialect, users).values(row)
        await connection.execute(statement.on_conflict_do_nothing())
        query = select(users.c.number).where(users.c.telegram_id == user_id)
        number: int | None = await connection.scalar(query)
        return number

    async def _insert(
        self, connection: AsyncConnection, payment: Payment, number: int | None
    ) -> bool:
        row = {
            "telegram_payment_charge_id": payment.charge_id,
            "user_number": number,
            "stars": payment.stars,
            "payload": payment.payload,
            "is_recurring": payment.is_recurring,
            "paid_at": to_milliseconds(payment.paid_at),
        }
        statement = insert_into(self._database.dialect, payments).values(row)
        result = await connection.execute(statement.on_conflict_do_nothing())
        return bool(result.rowcount)
