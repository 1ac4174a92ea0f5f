"""The checkout is answered, whatever is broken."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiogram.methods import AnswerPreCheckoutQuery
from sqlalchemy import text

from bot.analytics.features.billing import CheckoutStarted, PaymentFailed
from bot.database.engine import Database
from tests.billing.shop import ShopScene, checks_out
from tests.databases import opened
from tests.handlers.test_payments import locked
from tests.updates import ALICE, NOON


@pytest.fixture
def scene(sqlite: Database) -> ShopScene:
    return ShopScene(sqlite)


def started(plan: str = "premium") -> CheckoutStarted:
    return CheckoutStarted(at=NOON, user_id=ALICE.id, plan=plan)


def failed(reason: str, plan: str = "premium") -> PaymentFailed:
    return PaymentFailed(at=NOON, user_id=ALICE.id, plan=plan, reason=reason)


async def test_a_sale_that_is_on_is_agreed_to(scene: ShopScene) -> None:
    await scene.hears(checks_out())

    (answer,) = scene.outbox.calls(AnswerPreCheckoutQuery)
    assert (answer.ok, answer.error_message) == (True, None)
    assert scene.told == [started()]


@pytest.mark.parametrize(
    ("plan", "stars", "label", "reason", "said"),
    [
        ("premium", 100, "premium", "price_changed", "The price has changed since."),
        ("gold", 150, "other", "unknown_plan", "This plan is not sold any more."),
        ("free", 1, "free", "unknown_plan", "This plan is not sold any more."),
    ],
)
async def test_a_sale_that_is_off_is_refused_with_a_sentence(
    scene: ShopScene, plan: str, stars: int, label: str, reason: str, said: str
) -> None:
    await scene.hears(checks_out(plan, stars))

    (answer,) = scene.outbox.calls(AnswerPreCheckoutQuery)
    assert not answer.ok and answer.error_message.startswith(said)
    assert scene.told == [started(label), failed(reason, label)]


async def test_nobody_subscribes_twice(scene: ShopScene) -> None:
    await scene.buys()
    scene.told.clear()

    await scene.hears(checks_out())

    (answer,) = scene.outbox.calls(AnswerPreCheckoutQuery)
    assert answer.error_message.startswith("You are on this plan already")
    assert scene.told == [started(), failed("already_on")]


@pytest.mark.parametrize("foreign", [{"currency": "EUR"}, {"invoice_payload": "theirs"}])
async def test_invoices_of_others_are_left_to_their_routers(
    scene: ShopScene, foreign: dict[str, Any]
) -> None:
    await scene.hears(checks_out(**foreign))

    assert scene.outbox.calls(AnswerPreCheckoutQuery) == scene.told == []


async def test_an_answer_that_comes_too_late_is_a_failed_payment(scene: ShopScene) -> None:
    scene.outbox.problems[AnswerPreCheckoutQuery] = "Bad Request: query is too old"

    await scene.hears(checks_out())

    assert scene.told == [started(), failed("unreachable")]


async def test_a_locked_database_does_not_hold_the_checkout_up(scene: ShopScene) -> None:
    await scene.buys()
    with locked(scene.database):
        async with asyncio.timeout(10):
            await scene.hears(checks_out("vip", 400))

    (answer,) = scene.outbox.calls(AnswerPreCheckoutQuery)
    assert answer.ok


async def test_a_database_that_hangs_does_not_hold_the_checkout_up(postgres_url: str) -> None:
    async with opened(postgres_url) as database:
        scene = ShopScene(database)
        async with database.write("test") as connection:
            await connection.execute(text("LOCK TABLE subscriptions IN ACCESS EXCLUSIVE MODE"))
            async with asyncio.timeout(10):  # what Telegram waits
                await scene.hears(checks_out())

    (answer,) = scene.outbox.calls(AnswerPreCheckoutQuery)
    assert answer.ok


async def test_a_database_that_is_gone_does_not_hold_the_checkout_up(tmp_path: Path) -> None:
    nowhere = Database(f"sqlite:///{tmp_path}/no/such/folder.db")
    scene = ShopScene(nowhere)

    await scene.hears(checks_out())

    (answer,) = scene.outbox.calls(AnswerPreCheckoutQuery)
    assert answer.ok
    await nowhere.close()
