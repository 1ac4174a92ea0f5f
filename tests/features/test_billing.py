"""The feature billing: what it drops when somebody asks to be forgotten."""

from __future__ import annotations

from bot.database.engine import Database
from tests.billing.shop import ShopScene
from tests.updates import ALICE


async def test_who_is_forgotten_is_on_no_plan_that_only_memory_knows(sqlite: Database) -> None:
    scene = ShopScene(sqlite)
    await scene.buys()
    subscriptions = scene.dispatcher["shop"].subscriptions
    await subscriptions.of(ALICE.id)
    async with sqlite.write("test") as connection:
        await connection.exec_driver_sql("DROP TABLE subscriptions")

    for feature in scene.features:
        feature.forget(ALICE.id)

    assert await subscriptions.held(ALICE.id) == ()
