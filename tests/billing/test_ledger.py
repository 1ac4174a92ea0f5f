"""The ledger has each charge once, on both kinds of database."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.analytics.bus import Bus
from bot.analytics.features.billing import PaymentSucceeded
from bot.billing.ledger import Ledger, Payment
from bot.clock import to_milliseconds
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.fakes import Recorder
from tests.rows import put, rows_of, user

PAYMENT = Payment(
    charge_id="c1", user_id=1001, stars=50, payload="p", is_recurring=True, paid_at=NOON
)


def ledger(database: Database, told: Recorder | None = None) -> Ledger:
    return Ledger(database, Bus(told if told is not None else Recorder()), lambda: NOON)


async def test_a_payment_names_the_person_by_their_number(database: Database) -> None:
    await put(database, tables.users, user(1))

    assert await ledger(database).record(PAYMENT)

    (row,) = await rows_of(database, tables.payments)
    assert (row["user_number"], row["stars"], row["is_recurring"]) == (1, 50, True)
    assert row["paid_at"] == to_milliseconds(NOON)


async def test_a_payer_whom_the_store_has_not_met_gets_a_number(database: Database) -> None:
    await ledger(database).record(PAYMENT)

    (person,) = await rows_of(database, tables.users)
    (row,) = await rows_of(database, tables.payments)
    assert row["user_number"] == person["number"]
    assert (person["telegram_id"], person["first_seen_at"]) == (1001, None)


async def test_a_charge_that_comes_twice_is_one_row_and_one_fact(database: Database) -> None:
    told = Recorder()
    book = ledger(database, told)

    answers = [await book.record(PAYMENT), await book.record(replace(PAYMENT, stars=99))]

    assert answers == [True, False]
    assert [row["stars"] for row in await rows_of(database, tables.payments)] == [50]
    assert [type(fact) for fact in told] == [PaymentSucceeded]


async def test_the_same_charge_from_many_sides_at_once_counts_once(database: Database) -> None:
    told = Recorder()
    books = [ledger(database, told) for _ in range(8)]

    answers = await asyncio.gather(*(book.record(PAYMENT) for book in books))

    assert sorted(answers) == [False] * 7 + [True]
    assert len(told) == 1


async def test_a_refund_is_marked_once(database: Database) -> None:
    book = ledger(database)
    await book.record(PAYMENT)
    await book.record(replace(PAYMENT, charge_id="c2"))

    assert [await book.refund("c1"), await book.refund("c1")] == [True, False]

    marks = [row["refunded_at"] for row in await rows_of(database, tables.payments)]
    assert marks == [to_milliseconds(NOON), None]


async def test_a_refund_of_nothing_changes_nothing(database: Database) -> None:
    assert not await ledger(database).refund("c1")
