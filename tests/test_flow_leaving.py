"""Somebody is forgotten: Telegram stops charging, and no memory keeps a plan or a report."""

from __future__ import annotations

from pathlib import Path

from aiohttp import ClientSession

from bot.analytics.operations import CacheAsked
from bot.app import App
from bot.sandbox.server import Sandbox
from bot.web.api.endpoint import V1
from tests.billing.buying import subscribe
from tests.driver import Driver, Json
from tests.fakes import Recorder
from tests.living import living

KEY = "a-token-of-the-settings"
TRIES = 20  # a busy machine may take the second in which an answer is repeated


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


async def test_no_report_of_before_is_repeated_after_somebody_was_forgotten(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    facts, headers = Recorder(), {"Authorization": f"Bearer {KEY}"}

    async def looks(api: ClientSession, app: App) -> int:
        before = len([one for one in facts if isinstance(one, CacheAsked)])
        async with api.get(f"{app.site.url}{V1}/analytics/summary") as answer:
            assert answer.status == 200
        return len([one for one in facts if isinstance(one, CacheAsked)]) - before

    async with (
        living(sandbox, tmp_path, api_token=KEY) as app,
        ClientSession(headers=headers) as api,
    ):
        app.core.bus.add(facts)
        looked = [await looks(api, app) for _ in range(TRIES)]
        await app.people.forget(1)
        after = await looks(api, app)

    assert 0 in looked, "the same words within a second get the same bytes"
    assert (looked[0] > 0, after > 0) == (True, True)
