"""From a fault to a request: what a program does about an alert shows in the admins' chat."""

from __future__ import annotations

from pathlib import Path

from aiohttp import ClientSession

from bot.sandbox.server import Sandbox
from bot.web.api.endpoint import V1
from tests.driver import Driver, message_text
from tests.living import ADMIN, living
from tests.test_flow_alert import burst
from tests.test_flow_alert_buttons import is_shown

OWN = {"Authorization": "Bearer a-token-of-the-settings"}


async def test_who_acknowledges_and_silences_over_the_api_is_named_in_the_chat(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    root, ann = await driver.person("Root", id=ADMIN), await driver.person("Ann")
    key = OWN["Authorization"].removeprefix("Bearer ")
    async with living(sandbox, tmp_path, api_token=key) as app, ClientSession(headers=OWN) as api:
        await driver.say(root, "/start")
        await burst(driver, ann)
        alert = await driver.wait_for(root, "HighErrorRate", seconds=30)
        base = f"{app.site.url}{V1}/alerts"
        (firing,) = (await (await api.get(base)).json())["firing"]
        acts = {"acknowledge": None, "silence": {"seconds": 3_600, "reason": "tests"}}
        for act, wish in acts.items():
            async with api.post(f"{base}/{firing['id']}/{act}", json=wish) as answer:
                assert answer.ok, await answer.text()
        said = "HighErrorRate acknowledged by the token API_TOKEN"
        await driver.wait_for(root, is_shown(alert, said), seconds=20)
        await driver.wait_for(root, is_shown(alert, "silenced until"), seconds=20)
        board = message_text(await driver.say(root, "/alerts"))

    assert "by the token API_TOKEN" in board
    assert "by the token API_TOKEN: tests" in board
