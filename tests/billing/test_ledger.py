"""The ledger has each charge once, on both kinds of database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.analytics.bus import Bus
from bot.analytics.features.billing import PaymentRefunded, PaymentSucceeded
from bot.billing.ledger import Ledger, Payment
from bot.clock import to_milliseconds
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.fakes import Recorder
from tests.rows import payment, put, rows_of, user

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

    assert [bool(one) for one in answers] == [True, False]
    assert [row["stars"] for row in await rows_of(database, tables.payments)] == [50]
    assert [type(fact) for fact in told] == [PaymentSucceeded]


async def test_the_same_charge_from_many_sides_at_once_counts_once(database: Database) -> None:
    told = Recorder()
    books = [ledger(database, told) for _ in range(8)]

    answers = await asyncio.gather(*(book.record(PAYMENT) for book in books))

    assert sorted(map(bool, answers)) == [False] * 7 + [True]
    assert len(told) == 1


async def test_a_refund_is_marked_once(database: Database) -> None:
    book = ledger(database)
    await book.record(PAYMENT)
    await book.record(replace(PAYMENT, charge_id="c2"))

    answers = [await book.refund("c1"), await book.refund("c1")]

    assert [bool(one) for one in answers] == [True, False]
    marks = [row["refunded_at"] for row in await rows_of(database, tables.payments)]
    assert marks == [to_milliseconds(NOON), None]


async def test_a_refund_of_nothing_changes_nothing(database: Database) -> None:
    assert not await ledger(database).refund("c1")


async def test_a_payment_without_a_plan_is_called_other(database: Database) -> None:
    receipt = await ledger(database).record(PAYMENT)

    (row,) = await rows_of(database, tables.payments)
    assert (row["plan"], receipt and receipt.until) == ("other", None)


async def test_the_ledger_knows_a_charge_and_what_became_of_it(database: Database) -> None:
    book = ledger(database)
    await book.record(PAYMENT)
    await book.refund("c1")

    entry = await book.entry("c1")

    assert entry and (entry.user_id, entry.stars, entry.is_refunded) == (1001, 50, True)
    assert await book.entry("c2") is None
    assert await book.known({"c1", "c2"}) == {"c1": True}


async def test_the_last_payments_of_a_person_are_the_newest_first(database: Database) -> None:
    book = ledger(database)
    for n in range(4):
        paid_at = NOON + timedelta(minutes=n)
        await book.record(replace(PAYMENT, charge_id=f"c{n}", paid_at=paid_at))
    await book.record(replace(PAYMENT, charge_id="bob", user_id=1002))

    assert [entry.charge_id for entry in await book.last(1001, 3)] == ["c3", "c2", "c1"]


async def test_a_refund_of_somebody_forgotten_is_nobodys(database: Database) -> None:
    told = Recorder()
    book = ledger(database, told)
    await put(database, tables.payments, payment("c1", NOON, user_number=None))

    await book.refund("c1")

    assert told == [PaymentRefunded(at=NOON, user_id=None, plan="other", stars=50)]
