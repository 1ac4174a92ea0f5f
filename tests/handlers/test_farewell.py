"""Whoever pays and asks to be forgotten knows what goes, and is charged no more."""

from __future__ import annotations

import pytest
from aiogram.methods import EditUserStarSubscription

from bot.billing.payload import Kind
from bot.database.engine import Database
from bot.database.tables import users
from tests.billing.shop import ShopScene
from tests.rows import rows_of
from tests.updates import ALICE

LOST = (
    "Your plan Premium, paid until 31 Jan 2026, would end at once, and Telegram would charge for "
    "it no more. Stars that you have paid do not come back.\n\n"
)


@pytest.fixture
def scene(sqlite: Database) -> ShopScene:
    return ShopScene(sqlite)


@pytest.fixture
def scene_on_each(database: Database) -> ShopScene:
    return ShopScene(database)


@pytest.mark.parametrize("step", ["forget", "sure"])
async def test_each_question_names_the_plan_that_would_go(scene: ShopScene, step: str) -> None:
    await scene.buys()

    assert (await scene.presses(ALICE, f"privacy:{step}")).startswith(LOST)


async def test_what_ends_by_itself_is_named_without_a_charge(scene: ShopScene) -> None:
    await scene.buys(kind=Kind.ONCE)

    asked = await scene.presses(ALICE, "privacy:forget")

    assert asked.startswith("Your plan Premium, paid until 31 Jan 2026, would end at once. Stars")


async def test_whoever_has_no_plan_reads_of_none(scene: ShopScene) -> None:
    assert (await scene.presses(ALICE, "privacy:forget")).startswith("I would erase your id")


async def test_the_renewal_is_stopped_before_anything_is_forgotten(
    scene_on_each: ShopScene,
) -> None:
    await scene_on_each.buys()

    answer = await scene_on_each.presses(ALICE, "privacy:erase")

    (call,) = scene_on_each.outbox.calls(EditUserStarSubscription)
    assert (call.user_id, call.telegram_payment_charge_id, call.is_canceled) == (1, "c1", True)
    assert answer.startswith("Done:")
    assert await rows_of(scene_on_each.database, users) == []


async def test_nothing_is_forgotten_while_telegram_would_go_on_to_charge(
    scene_on_each: ShopScene,
) -> None:
    await scene_on_each.buys()
    scene_on_each.outbox.problems[EditUserStarSubscription] = "Bad Request: CHARGE_NOT_FOUND"

    answer = await scene_on_each.presses(ALICE, "privacy:erase")

    assert answer.startswith("Nothing was erased: Telegram did not stop the renewal of your plan")
    assert list(scene_on_each.outbox.buttons) == ["No, keep it", "Erase everything"]
    assert len(await rows_of(scene_on_each.database, users)) == 1
    assert "Your plan: Premium" in await scene_on_each.says(ALICE, "/plan")
