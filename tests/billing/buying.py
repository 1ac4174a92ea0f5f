"""Buying in the sandbox as a person does: /plan, a button, a link, Stars."""

from __future__ import annotations

from typing import Any

from bot.sandbox.ledger import ledger_of
from bot.sandbox.server import Sandbox
from tests.driver import Driver, Json

MONTHLY = "Premium · 150 ⭐ a month"
ONCE = "Premium · 200 ⭐ once for 30 days"


async def link_to_pay(driver: Driver, person: int, label: str = MONTHLY) -> str:
    """Where a subscription can be paid."""
    shown = await driver.say(person, "/plan", "Your plan:")
    await driver.press(person, shown, label)
    offer = await driver.wait_for(person, "renewed every 30 days", after=shown["message_id"])
    return str(offer["reply_markup"]["inline_keyboard"][0][0]["url"])


async def invoice(driver: Driver, person: int, label: str = ONCE) -> Json:
    """The message by which 30 days can be paid."""
    shown = await driver.say(person, "/plan", "Your plan:")
    await driver.press(person, shown, label)
    return await driver.wait_for(person, lambda one: "invoice" in one, after=shown["message_id"])


async def pay_link(driver: Driver, person: int, link: str, **more: Any) -> Json:
    """How it went: {paid, error, charge_id}."""
    return await driver.ask(
        "POST", f"/chats/{person}/pay", {"person": person, "link": link, **more}
    )


async def subscribe(driver: Driver, person: int, label: str = MONTHLY, **more: Any) -> str:
    """The charge of a new subscription."""
    paid = await pay_link(driver, person, await link_to_pay(driver, person, label), **more)
    assert paid["paid"], paid
    return str(paid["charge_id"])


def charges(sandbox: Sandbox) -> list[str]:
    """What people have paid, as Telegram knows it."""
    return list(ledger_of(sandbox.world).charges)
