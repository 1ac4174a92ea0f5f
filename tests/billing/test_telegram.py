"""What people are told while they are not asking, and how Telegram's refusals are read."""

from __future__ import annotations

import pytest
from aiogram import Bot
from aiogram.methods import RefundStarPayment, SendMessage

from bot.billing.account import AccountError
from bot.billing.telegram import StarAccount
from bot.database.engine import Database
from bot.database.tables import users
from tests.analytics.moments import NOON
from tests.billing.shop import ShopScene, StarBox
from tests.billing.till import MONTH
from tests.rows import put
from tests.updates import ALICE


@pytest.fixture
def scene(sqlite: Database) -> ShopScene:
    return ShopScene(sqlite)


@pytest.mark.parametrize(
    ("was_wanted", "expected"),
    [
        (False, "Your plan <b> has ended. /plan shows how to have it again."),
        (
            True,
            "Your plan <b> has ended: no Stars came for another month. /plan shows how to have",
        ),
    ],
)
async def test_the_end_of_a_plan_is_told_with_its_reason(
    scene: ShopScene, *, was_wanted: bool, expected: str
) -> None:
    await scene.dispatcher["shop"].voice.expired(ALICE.id, "<b>", was_wanted=was_wanted)

    (message,) = scene.outbox.calls(SendMessage)
    assert message.chat_id == ALICE.id
    assert message.text.startswith(expected.replace("<b>", "&lt;b&gt;"))


async def test_a_found_payment_is_thanked_for(scene: ShopScene) -> None:
    await scene.dispatcher["shop"].voice.found(ALICE.id, 1, "Premium", NOON + MONTH)

    expected = "Thank you! Your 1 Star has arrived. You are on Premium until 31 Jan 2026."
    assert scene.outbox.texts == [expected]


async def test_a_person_is_spoken_to_in_the_language_of_their_last_visit(scene: ShopScene) -> None:
    row = {"telegram_id": ALICE.id, "is_premium": False, "language": "de-AT"}
    await put(scene.database, users, row)

    await scene.dispatcher["shop"].voice.found(ALICE.id, 1, "Premium", None)

    assert "Stern" in scene.outbox.texts[0]


async def test_the_chosen_language_comes_first(scene: ShopScene) -> None:
    row = {"telegram_id": ALICE.id, "is_premium": False, "language": "en"}
    await put(scene.database, users, row)
    await scene.people.languages.choose(ALICE.id, "de")

    await scene.dispatcher["shop"].voice.found(ALICE.id, 1, "Premium", None)

    assert "Stern" in scene.outbox.texts[0]


async def test_who_cannot_be_reached_is_not_told_and_nothing_breaks(scene: ShopScene) -> None:
    scene.outbox.problems[SendMessage] = "Forbidden: bot was blocked by the user"

    await scene.dispatcher["shop"].voice.refunded(ALICE.id, 5)

    assert scene.outbox.texts == []


@pytest.mark.parametrize(
    ("refusal", "is_done"), [("CHARGE_ALREADY_REFUNDED", True), ("BALANCE_TOO_LOW", False)]
)
async def test_a_refusal_says_whether_it_was_done_before(*, refusal: str, is_done: bool) -> None:
    box = StarBox()
    box.problems[RefundStarPayment] = f"Bad Request: {refusal}"

    with pytest.raises(AccountError) as caught:
        await StarAccount(Bot("42:TEST", session=box)).refund(1, "c1")

    assert (caught.value.permanent, caught.value.is_done) == (True, is_done)
