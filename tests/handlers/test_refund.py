"""/refund: an admin is shown what a payment was, is asked, and gives it back once."""

from __future__ import annotations

import pytest
from aiogram.methods import RefundStarPayment, SendMessage
from aiogram.types import Update

from bot.database.engine import Database
from bot.database.tables import payments
from tests.billing.shop import ShopScene, presses_below
from tests.handlers.test_payments import refunds
from tests.rows import payment as payment_row
from tests.rows import put, rows_of
from tests.updates import ALICE, GROUP, NOON, ROOT

TEXT = "Payment c1"


@pytest.fixture
def scene(sqlite: Database) -> ShopScene:
    return ShopScene(sqlite)


@pytest.fixture
def scene_on_each(database: Database) -> ShopScene:
    return ShopScene(database)


def sure(charge: str = "c1") -> Update:
    return presses_below(ROOT, "refund:sure", f"Payment {charge}", charge)


async def given_back(scene: ShopScene) -> list[bool]:
    return [row["refunded_at"] is not None for row in await rows_of(scene.database, payments)]


async def test_an_admin_sees_who_paid_what_and_is_asked(scene: ShopScene) -> None:
    await scene.buys()

    text = await scene.says(ROOT, "/refund c1")

    assert text == (
        "Payment <code>c1</code>\nby 1, 1 Jan 2026 12:00:00\n150 ⭐ · Premium\n"
        "a month of a subscription, whose renewal stops as well"
    )
    assert scene.outbox.buttons == {
        "Leave it": "refund:keep",
        "Give back 150 Stars": "refund:sure",
    }
    assert scene.outbox.calls(RefundStarPayment) == []


async def test_the_longest_id_is_shown_whole_and_goes_back(scene: ShopScene) -> None:
    charge = "c" * 255
    await scene.buys(telegram_payment_charge_id=charge)

    asked = await scene.says(ROOT, f"/refund {charge}")
    await scene.hears(sure(charge))

    assert charge in asked and charge in scene.outbox.texts[0]
    assert await given_back(scene) == [True]


async def test_stars_and_plan_go_back(scene_on_each: ShopScene) -> None:
    await scene_on_each.buys()

    await scene_on_each.hears(sure())

    (call,) = scene_on_each.outbox.calls(RefundStarPayment)
    assert (call.user_id, call.telegram_payment_charge_id) == (ALICE.id, "c1")
    texts = [(m.chat_id, m.text) for m in scene_on_each.outbox.calls(SendMessage)]
    assert texts == [(ALICE.id, "150 Stars were given back to you.")]
    assert scene_on_each.outbox.texts[0] == "150 Stars were given back.\n<code>c1</code>"
    assert await given_back(scene_on_each) == [True]
    assert "Your plan: Free" in await scene_on_each.says(ALICE, "/plan")


async def test_what_a_crash_left_half_done_is_finished_by_a_second_press(
    scene: ShopScene,
) -> None:
    await scene.buys()
    scene.outbox.problems[RefundStarPayment] = "Bad Request: CHARGE_ALREADY_REFUNDED"

    text = await scene.hears(sure())

    assert text == "150 Stars were given back to you."
    assert await given_back(scene) == [True]


async def test_a_refusal_of_telegram_changes_nothing(scene: ShopScene) -> None:
    await scene.buys()
    scene.outbox.problems[RefundStarPayment] = "Bad Request: BALANCE_TOO_LOW"

    text = await scene.hears(sure())

    assert text.startswith("Telegram did not give it back:") and "BALANCE_TOO_LOW" in text
    assert await given_back(scene) == [False]


async def test_telegrams_own_word_about_it_is_no_second_refund(scene: ShopScene) -> None:
    await scene.buys()
    await scene.hears(sure())

    assert not await scene.hears(refunds())
    assert [type(fact).__name__ for fact in scene.told].count("PaymentRefunded") == 1


async def test_a_second_press_says_that_it_is_done(scene: ShopScene) -> None:
    await scene.buys()
    await scene.hears(sure())

    assert await scene.hears(sure()) == "This payment was given back already."
    assert scene.outbox.calls(RefundStarPayment) == []


async def test_an_admin_may_leave_it(scene: ShopScene) -> None:
    await scene.buys()

    assert await scene.presses(ROOT, "refund:keep") == "Nothing was given back."
    assert await given_back(scene) == [False]


@pytest.mark.parametrize("words", ["", "a b", "x" * 256])
async def test_a_wrong_argument_is_explained(scene: ShopScene, words: str) -> None:
    answer = await scene.says(ROOT, f"/refund {words}")

    assert answer == "Write the payment's id after the command: /refund CHARGE_ID."


async def test_an_unknown_charge_is_explained(scene: ShopScene) -> None:
    assert (await scene.says(ROOT, "/refund <b>")).startswith("No payment has this id.")
    assert (await scene.hears(sure("c9"))).startswith("No payment has this id.")
    assert scene.outbox.buttons == {}


async def test_what_somebody_forgotten_paid_cannot_go_back(scene: ShopScene) -> None:
    await put(scene.database, payments, payment_row("c1", NOON, user_number=None))

    assert "has asked to be forgotten" in await scene.says(ROOT, "/refund c1")


async def test_nobody_else_gives_anything_back(scene: ShopScene) -> None:
    await scene.buys()

    assert "I do not know this command" in await scene.says(ALICE, "/refund c1")
    await scene.hears(presses_below(ALICE, "refund:sure", TEXT, "c1"))
    await scene.says(ROOT, "/refund c1", GROUP)

    assert await given_back(scene) == [False]


@pytest.mark.parametrize(
    ("features", "said"), [((), ""), (("billing",), "Not in front of a group: please ask me in")]
)
async def test_a_group_is_told_nothing_about_a_command_that_is_off(
    sqlite: Database, features: tuple[str, ...], said: str
) -> None:
    answer = await ShopScene(sqlite, features=features).says(ROOT, "/Refund c1", GROUP)

    assert answer.startswith(said) and bool(answer) == bool(said)
