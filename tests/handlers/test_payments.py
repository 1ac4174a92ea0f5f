"""Money is recorded once, whatever Telegram repeats."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiogram.methods import SendMessage
from aiogram.types import Update
from sqlalchemy import RowMapping, select

from bot.analytics.features.billing import PaymentSucceeded
from bot.clock import to_milliseconds
from bot.database.engine import Database
from bot.database.tables import payments
from tests.databases import opened, sqlite_address
from tests.handlers.scene import Scene
from tests.updates import ALICE, NOON, says
from tests.waiting import until

ATTEMPTS = 3


def pays(charge: str = "c1", **more: Any) -> Update:
    paid = {
        "currency": "XTR",
        "total_amount": 50,
        "invoice_payload": "plan",
        "telegram_payment_charge_id": charge,
        "provider_payment_charge_id": "",
        **more,
    }
    return says(ALICE, None, successful_payment=paid)


def refunds(charge: str = "c1") -> Update:
    refund = {
        "currency": "XTR",
        "total_amount": 50,
        "invoice_payload": "plan",
        "telegram_payment_charge_id": charge,
    }
    return says(ALICE, None, refunded_payment=refund)


async def ledger(database: Database) -> list[RowMapping]:
    async with database.read("test") as connection:
        return list((await connection.execute(select(payments))).mappings())


async def test_a_payment_is_written_told_and_thanked(scene_on_each: Scene) -> None:
    answer = await scene_on_each.hears(pays())

    (row,) = await ledger(scene_on_each.database)
    assert (row["stars"], row["payload"], row["is_recurring"]) == (50, "plan", False)
    assert row["paid_at"] == to_milliseconds(NOON)
    assert answer == "Thank you! Your 50 Stars have arrived."
    (fact,) = scene_on_each.told
    assert fact == PaymentSucceeded(
        at=NOON, user_id=ALICE.id, plan="other", stars=50, is_recurring=False
    )


async def test_the_same_payment_again_is_neither_counted_nor_thanked(scene: Scene) -> None:
    await scene.hears(pays())

    assert not await scene.hears(pays())
    assert len(await ledger(scene.database)) == len(scene.told) == 1


async def test_one_star_is_not_plural(scene: Scene) -> None:
    assert await scene.hears(pays(total_amount=1)) == "Thank you! Your 1 Star has arrived."


async def test_another_currency_is_not_taken_for_stars(scene: Scene) -> None:
    assert not await scene.hears(pays(currency="EUR"))
    assert await ledger(scene.database) == []


async def test_a_payment_without_a_sender_belongs_to_the_private_chat(scene: Scene) -> None:
    update = pays()
    assert update.message
    lonely = update.message.model_copy(update={"from_user": None})

    await scene.hears(Update(update_id=1, message=lonely))

    assert [fact.user_id for fact in scene.told if isinstance(fact, PaymentSucceeded)] == [1]


async def test_a_refund_is_marked_and_told_once(scene: Scene) -> None:
    await scene.hears(pays())

    assert await scene.hears(refunds()) == "Your payment was given back."
    assert not await scene.hears(refunds())
    assert [row["refunded_at"] for row in await ledger(scene.database)] == [to_milliseconds(NOON)]


async def test_a_refund_of_an_unknown_charge_is_only_logged(scene: Scene) -> None:
    assert not await scene.hears(refunds("nobody's"))


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Somebody else writes to the file, and does not end."""
    assert database.file
    with closing(sqlite3.connect(database.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


async def during_a_lock(folder: Path, update: Update, *before: Update) -> tuple[Scene, Any]:
    """What was said, and the ledger, when *update* failed several times and then held."""
    failures: list[str] = []

    def count(operation: str, _: float, error: str | None) -> None:
        if error:
            failures.append(operation)

    async with opened(sqlite_address(folder), count) as database:
        scene = Scene(database)
        for one in before:
            await scene.hears(one)
        async with database.write("test", durable=True) as connection:
            await connection.exec_driver_sql("PRAGMA busy_timeout=1")
        with locked(database):
            hearing = asyncio.create_task(scene.hears(update))
            await until(lambda: len(failures) >= ATTEMPTS)
        await hearing
        return scene, await ledger(database)


async def test_a_payment_waits_for_a_locked_database(tmp_path: Path) -> None:
    scene, (row,) = await during_a_lock(tmp_path, pays())

    waiting, thanks = scene.outbox.texts
    assert waiting.startswith("Your payment has arrived and is being written down.")
    assert thanks == "Thank you! Your 50 Stars have arrived."
    assert (row["telegram_payment_charge_id"], len(scene.told)) == ("c1", 1)


async def test_a_refund_waits_for_a_locked_database(tmp_path: Path) -> None:
    scene, (row,) = await during_a_lock(tmp_path, refunds(), pays())

    waiting, done = scene.outbox.texts
    assert waiting.startswith("Your refund has arrived and is being written down.")
    assert done == "Your payment was given back."
    assert row["refunded_at"] == to_milliseconds(NOON)


@pytest.mark.parametrize("update", [pays(), refunds()], ids=["payment", "refund"])
async def test_a_payer_who_cannot_be_told_costs_nothing(scene: Scene, update: Update) -> None:
    await scene.hears(pays("c0" if update.message and update.message.successful_payment else "c1"))
    scene.outbox.problems[SendMessage] = "Forbidden: bot was blocked by the user"

    await scene.hears(update)

    assert any(row["telegram_payment_charge_id"] == "c1" for row in await ledger(scene.database))
