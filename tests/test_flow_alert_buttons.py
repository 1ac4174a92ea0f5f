"""From a fault to a press: the messages about an alert show what admins did, in a group, too."""

from __future__ import annotations

from pathlib import Path

from bot.sandbox.server import Sandbox
from tests.driver import Driver, Json, Wanted, message_text
from tests.living import ADMIN, living
from tests.test_flow_alert import burst


async def test_who_may_presses_below_an_alert_in_the_admins_group(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    root, ann = await driver.person("Root", id=ADMIN), await driver.person("Ann")
    group = await driver.group(root, ann)
    async with living(sandbox, tmp_path, alert_chat_id=group):
        await driver.say(root, "/start")
        await burst(driver, ann)
        alert = await driver.wait_for(group, "HighErrorRate", seconds=30)
        strange = await driver.press(ann, alert, "Acknowledge")
        await driver.press(root, alert, "Acknowledge")
        await driver.wait_for(group, "acknowledged by", seconds=20)
        await driver.press(root, alert, "Silence 1 h")
        shown = await driver.wait_for(group, "silenced until", seconds=20)
        await driver.press(root, alert, "Chart")
        chart = await driver.wait_for(group, lambda one: "photo" in one, seconds=30)

    assert strange and strange["text"] == "This button no longer works."
    assert shown["message_id"] == alert["message_id"]
    assert chart["reply_to_message"]["message_id"] == alert["message_id"]


async def test_a_silence_that_an_admin_ends_is_gone_from_the_message(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    root, ann = await driver.person("Root", id=ADMIN), await driver.person("Ann")
    async with living(sandbox, tmp_path):
        await driver.say(root, "/start")
        await burst(driver, ann)
        alert = await driver.wait_for(root, "HighErrorRate", seconds=30)
        made = await driver.say(root, "/silence HighErrorRate 4h tests")
        await driver.wait_for(root, is_shown(alert, "silenced until"), seconds=20)
        await driver.press(root, made, "🔔 End silence #1: HighErrorRate")
        await driver.wait_for(root, is_shown(alert), seconds=20)
        board = await driver.say(root, "/alerts")

    assert "Silenced" not in message_text(board)


def is_shown(alert: Json, text: str = "") -> Wanted:
    """Whether the message of *alert* has *text*; without one, that nothing is silenced."""

    def fits(message: Json) -> bool:
        is_it = message["message_id"] == alert["message_id"]
        shown = message_text(message)
        return is_it and (text in shown if text else "silenced until" not in shown)

    return fits
