"""What a charge gives and what its return takes back, inside the ledger's own transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, RowMapping, and_, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import MILLISECOND
from bot.database.feature_tables import subscriptions
from bot.plans import Plans

PERIOD = timedelta(days=30) // MILLISECOND
# Ends that Telegram is told of, so that it charges no more.
UNWANTED = ("replaced", "refunded")

table = subscriptions.c


@dataclass(frozen=True, kw_only=True, slots=True)
class Charge:
    """A charge that is new to the ledger; moments are UTC milliseconds.

    number: of the payer; is_first: of a recurring subscription, None when Telegram did not say
    until: the end of the paid time, where Telegram gave one
    """

    charge_id: str
    number: int
    plan: str
    stars: int
    is_recurring: bool
    is_first: bool | None
    paid_at: int
    until: int | None


@dataclass(frozen=True, slots=True)
class Credit:
    """Until when the person has the plan, and whether that is a new subscription."""

    until: int
    is_new: bool


async def credit(
    connection: AsyncConnection, plans: Plans, charge: Charge, now: int
) -> Credit | None:
    """Give what *charge* paid for; None when the plan is unknown, or its time is over already.

    1. A renewal prolongs its subscription, a further single charge adds 30 days.
    2. Anything else is a new subscription, which replaces renewing ones that are not better.
    A renewal of a plan that is sold no more is honoured: the row knows the plan.
    """
    row = await _prolonged(connection, charge, now)
    if row is None and not plans.rank(charge.plan):
        return None
    until = charge.until or charge.paid_at + PERIOD
    if row is not None:
        return await _prolong(connection, charge, row, until)
    if until <= now:
        return None
    await _begin(connection, plans, charge, until, now)
    return Credit(until, is_new=True)


async def take_back(connection: AsyncConnection, paid: RowMapping, now: int) -> str | None:
    """Undo what the charge *paid* (a row of payments) gave; the plan that will not go on.

    1. 30 days of single charges: 30 days less, and the end if none are left.
    2. The last month of a renewing subscription: the end.
    3. An earlier month has passed; only the renewal is stopped.
    Whoever stops renewals finds them by `end` without cancelled_at.
    """
    row = await _given(connection, paid)
    if row is None or row["ended_at"] is not None:
        return None
    was_going_on = row["end"] is None  # else that it will not was told already
    if not row["is_recurring"] and (until := row["expires_at"] - PERIOD) > now:
        await _set(connection, row["id"], expires_at=until)
        return None
    charge_id = paid["telegram_payment_charge_id"]
    is_over = not row["is_recurring"] or row["last_charge_id"] == charge_id
    await _set(connection, row["id"], end="refunded", ended_at=now if is_over else None)
    return str(row["plan"]) if was_going_on else None


async def _prolonged(connection: AsyncConnection, charge: Charge, now: int) -> RowMapping | None:
    """The row that *charge* goes on with, if it is not the first of its kind."""
    same = (
        (table.user_number == charge.number)
        & (table.plan == charge.plan)
        & (table.is_recurring == charge.is_recurring)
    )
    if not charge.is_recurring:
        same &= table.ended_at.is_(None) & (table.expires_at > now)
    elif charge.is_first:
        return None
    elif charge.is_first is None:  # may be a first one, when an older one has ended
        same &= table.ended_at.is_(None)
    query = select(subscriptions).where(same).with_for_update()  # the expiry may be at it
    # NULLs are first in one database and last in the other.
    order = (table.ended_at.is_not(None), table.expires_at.desc(), table.id.desc())
    return (await connection.execute(query.order_by(*order).limit(1))).mappings().first()


async def _prolong(
    connection: AsyncConnection, charge: Charge, row: RowMapping, until: int
) -> Credit:
    """More time; a charge also proves that the person did not stop the renewal after all.

    What we stop ourselves stays unwanted: this charge was quicker, and is the last one.
    """
    until = max(until, row["expires_at"]) if charge.is_recurring else row["expires_at"] + PERIOD
    is_latest = not charge.is_recurring or until > row["expires_at"]
    end = row["end"] if row["end"] in UNWANTED else None
    again = {"ended_at": None, "end": end, "cancelled_at": None} if is_latest else {}
    last = {"last_charge_id": charge.charge_id, "stars": charge.stars} if is_latest else {}
    await _set(connection, row["id"], expires_at=until, **again, **last)
    return Credit(until, is_new=is_latest and row["ended_at"] is not None and end is None)


async def _begin(
    connection: AsyncConnection, plans: Plans, charge: Charge, until: int, now: int
) -> None:
    better = [plan.name for plan in plans.plan if plans.rank(plan.name) > plans.rank(charge.plan)]
    replaced = (
        (table.user_number == charge.number)
        & table.is_recurring
        & table.ended_at.is_(None)
        & table.plan.not_in(better)
    )
    change = update(subscriptions).where(replaced).values(ended_at=now, end="replaced")
    await connection.execute(change)
    row = {
        "user_number": charge.number,
        "plan": charge.plan,
        "stars": charge.stars,
        "is_recurring": charge.is_recurring,
        "first_charge_id": charge.charge_id,
        "last_charge_id": charge.charge_id,
        "started_at": now,
        "expires_at": until,
    }
    await connection.execute(insert(subscriptions).values(row))


async def _given(connection: AsyncConnection, paid: RowMapping) -> RowMapping | None:
    """The row that a charge went into: by its id, else by person and plan at that time.

    The oldest that was not over when the charge was paid: rows of a kind follow each other, and
    a charge may be written down long after others that were paid later.  What began when the
    charge's own 30 days were over is somebody else's: such a charge gave nothing.
    """
    charge_id = paid["telegram_payment_charge_id"]
    is_named = or_(table.first_charge_id == charge_id, table.last_charge_id == charge_id)
    for where in (is_named, _at_that_time(paid)):
        query = select(subscriptions).where(where).order_by(table.id).limit(1)
        if row := (await connection.execute(query.with_for_update())).mappings().first():
            return row
    return None


def _at_that_time(paid: RowMapping) -> ColumnElement[bool]:
    return and_(
        table.user_number == paid["user_number"],
        table.plan == paid["plan"],
        table.is_recurring == paid["is_recurring"],
        table.expires_at > paid["paid_at"],
        table.started_at < paid["paid_at"] + PERIOD,
        or_(table.ended_at.is_(None), table.ended_at > paid["paid_at"]),
    )


async def _set(connection: AsyncConnection, row_id: int, **values: object) -> None:
    await connection.execute(update(subscriptions).where(table.id == row_id).values(values))
