"""A plan is bought, kept, stopped, lost, found and given back, all over HTTP."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.app import App
from bot.database.tables import payments
from bot.sandbox.server import Sandbox
from tests.billing.buying import charges, invoice, link_to_pay, pay_link, subscribe
from tests.driver import Driver, Json, message_text
from tests.living import ADMIN, living
from tests.rows import rows_of
from tests.waiting import until, until_true


def sample(app: App, name: str, **labels: str) -> float:
    return app.core.metrics.registry.get_sample_value(f"bot_{name}", labels) or 0


async def run_job(app: App, name: str) -> None:
    """A job now, instead of when its time has come."""
    (job,) = [one for feature in app.features for one in feature.jobs if one.name == name]
    await job.run()


async def test_a_subscription_is_bought_and_shows(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    async with living(sandbox, tmp_path, features=("billing",)) as app:
        await subscribe(driver, ann)
        await driver.wait_for(ann, "Thank you! Your 150 Stars have arrived. You are on Premium")
        shown = await driver.say(ann, "/plan", "Your plan: Premium")
        await run_job(app, "count_subscriptions")

        assert "then it is renewed for 150 Stars" in message_text(shown)
        assert sample(app, "checkouts_started_total", plan="premium") == 1
        assert sample(app, "payments_succeeded_total", plan="premium") == 1
        assert sample(app, "revenue_stars_total", plan="premium") == 150
        assert sample(app, "new_subscriptions_total", plan="premium") == 1
        assert sample(app, "active_subscriptions", plan="premium") == 1


async def test_30_days_are_bought_by_an_invoice(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    async with living(sandbox, tmp_path, features=("billing",)):
        paid = await driver.pay(ann, await invoice(driver, ann))
        await driver.wait_for(ann, "Your 200 Stars have arrived. You are on Premium")
        shown = await driver.say(ann, "/plan", "Your plan: Premium")

    assert paid["paid"] and "then it ends" in message_text(shown)


async def test_a_payment_update_100_times_is_one_payment(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    async with living(sandbox, tmp_path, features=("billing",)) as app:
        await driver.pay(ann, await invoice(driver, ann))
        thanks = await driver.wait_for(ann, "Thank you!")
        (paid,) = [m for m in await driver.messages(ann) if "successful_payment" in m]
        before = sample(app, "updates_total", kind="message", outcome="handled")
        await asyncio.gather(*(driver.update({"message": paid}) for _ in range(100)))
        await until(
            lambda: sample(app, "updates_total", kind="message", outcome="handled") >= before + 100
        )

        assert len(await rows_of(app.core.database, payments)) == 1
        assert sample(app, "payments_succeeded_total", plan="premium") == 1
        assert (await driver.messages(ann))[-1]["message_id"] == thanks["message_id"]


async def test_a_second_subscription_is_refused_at_the_checkout(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    async with living(sandbox, tmp_path, features=("billing",)) as app:
        link = await link_to_pay(driver, ann)
        await pay_link(driver, ann, link)
        await driver.wait_for(ann, "Thank you!")

        again = await pay_link(driver, ann, link)

        assert not again["paid"] and again["error"].startswith("You are on this plan already")
        assert sample(app, "payments_failed_total", plan="premium", reason="already_on") == 1


async def test_a_lost_payment_and_a_lost_renewal_are_found(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    async with living(sandbox, tmp_path, features=("billing",)) as app:
        charge = await subscribe(driver, ann, lose=True)
        await driver.ask("POST", f"/payments/{charge}/renew", {"lose": True})
        await driver.fault("getStarTransactions", "status", status=502, times=4)
        await run_job(app, "find_lost_payments")  # survives it
        await driver.clear_faults()

        await run_job(app, "find_lost_payments")
        await run_job(app, "find_lost_payments")

        rows = await rows_of(app.core.database, payments)
        assert [row["telegram_payment_charge_id"] for row in rows] == sorted(charges(sandbox))
        thanks = [m for m in await driver.messages(ann) if "Thank you!" in message_text(m)]
        assert len(thanks) == 2


async def test_an_upgrade_stops_the_lesser_subscription(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    async with living(sandbox, tmp_path, features=("billing",)) as app:
        premium = await subscribe(driver, ann)
        await driver.wait_for(ann, "You are on Premium")
        vip = await subscribe(driver, ann, "VIP · 400 ⭐ a month")
        await driver.wait_for(ann, "You are on VIP")
        await run_job(app, "stop_renewals")

        told = (await driver.ask("GET", "/payments"))["payments"]

    assert {one["charge_id"]: one["is_canceled"] for one in told} == {premium: True, vip: False}


async def test_a_renewal_is_stopped_and_taken_up_again(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    async with living(sandbox, tmp_path, features=("billing",)):
        charge = await subscribe(driver, ann)
        await driver.wait_for(ann, "You are on Premium")
        shown = await driver.say(ann, "/plan", "Your plan: Premium")
        await driver.press(ann, shown, "Do not renew Premium")
        await driver.wait_for(ann, "then it ends")
        await driver.press(ann, shown, "Renew Premium after all")
        await driver.wait_for(ann, "then it is renewed")

        renewed = await driver.renew(charge)

        await driver.wait_for(ann, "Thank you!", after=shown["message_id"])
    assert renewed["state"] == "paid"


async def refund(driver: Driver, charge: str) -> Json:
    """An admin asks for it and confirms; what the message shows then."""
    asked = await driver.say(ADMIN, f"/refund {charge}", "Payment ")
    await driver.press(ADMIN, asked, "Give back 150 Stars")
    return await driver.wait_for(ADMIN, "were given back.")


async def test_an_admin_gives_a_subscription_back(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    await driver.person("Root", id=ADMIN, is_admin=True)
    async with living(sandbox, tmp_path, features=("billing",)) as app:
        charge = await subscribe(driver, ann)
        await driver.wait_for(ann, "You are on Premium")

        await refund(driver, charge)
        await driver.say(ann, "/plan", "Your plan: Free")
        await run_job(app, "stop_renewals")

        (one,) = (await driver.ask("GET", "/payments"))["payments"]
        assert (one["state"], one["is_canceled"]) == ("refunded", True)
        assert sample(app, "refunds_total", plan="premium") == 1
        labels = {"plan": "premium", "kind": "refunded"}
        assert sample(app, "subscription_cancellations_total", **labels) == 1


async def test_a_refund_whose_answer_got_lost_is_recorded_all_the_same(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    await driver.person("Root", id=ADMIN, is_admin=True)
    async with living(sandbox, tmp_path, features=("billing",)) as app:
        charge = await subscribe(driver, ann)
        await driver.wait_for(ann, "You are on Premium")
        await driver.fault("refundStarPayment", "lost", times=1)
        asked = await driver.say(ADMIN, f"/refund {charge}", "Payment ")
        await driver.press(ADMIN, asked, "Give back 150 Stars")

        async def is_marked() -> bool:
            rows = await rows_of(app.core.database, payments)
            return [row["refunded_at"] is not None for row in rows] == [True]

        await until_true(is_marked)
        assert sample(app, "refunds_total", plan="premium") == 1


async def test_a_checkout_is_agreed_to_when_its_answer_got_lost_once(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    async with living(sandbox, tmp_path, features=("billing",)):
        link = await link_to_pay(driver, ann)
        await driver.fault("answerPreCheckoutQuery", "drop", times=1)

        assert (await pay_link(driver, ann, link))["paid"]
        await driver.wait_for(ann, "Thank you!")
