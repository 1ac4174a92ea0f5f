"""A payer is forgotten: Telegram stops charging, and no memory keeps the plan."""

from __future__ import annotations

from pathlib import Path

from bot.sandbox.server import Sandbox
from tests.billing.buying import subscribe
from tests.driver import Driver, Json
from tests.living import living


async def asked(driver: Driver, person: int) -> Json:
    """The last question before somebody is forgotten."""
    message = await driver.say(person, "/privacy", "What is kept about you")
    await driver.press(person, message, "Forget me")
    await driver.wait_for(person, "Your plan Premium, paid until")
    await driver.press(person, message, "Yes, forget me")
    return await driver.wait_for(person, "Erase everything now?")


async def test_whoever_is_forgotten_is_not_charged_again(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    async with living(sandbox, tmp_path, features=("billing",)):
        charge = await subscribe(driver, ann)
        await driver.wait_for(ann, "You are on Premium")

        await driver.press(ann, await asked(driver, ann), "Erase everything")
        await driver.wait_for(ann, "Done: nothing about you is kept.")

        (told,) = (await driver.ask("GET", "/payments"))["payments"]
    assert (told["charge_id"], told["is_canceled"]) == (charge, True)


async def test_a_forgotten_person_s_plan_is_in_no_memory(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    async with living(sandbox, tmp_path, features=("billing",)) as app:
        await subscribe(driver, ann)
        await driver.wait_for(ann, "You are on Premium")
        before = await app.subscriptions.plan_of(ann)
        await app.people.forget(ann)
        async with app.core.database.write("test") as connection:
            await connection.exec_driver_sql("DROP TABLE subscriptions")

        after = await app.subscriptions.plan_of(ann)

    assert (before.name, after.name) == ("premium", "free")
