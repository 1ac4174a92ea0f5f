"""The inhabitants of a fresh sandbox."""

from __future__ import annotations

from bot.sandbox.cast import ADMIN_ID, CAST, GROUPS, introduce
from bot.sandbox.server import Sandbox
from tests.driver import Driver
from tests.sandbox.plain import Api


async def test_ada_is_the_admin(sandbox: Sandbox, driver: Driver) -> None:
    admins = introduce(sandbox.world)

    people = (await driver.state())["people"]
    assert admins == (ADMIN_ID,) == (1001,)
    assert [p["first_name"] for p in people if p["is_admin"]] == ["Ada"]


async def test_everybody_has_a_name_of_their_own(sandbox: Sandbox, driver: Driver) -> None:
    introduce(sandbox.world)

    people = (await driver.state())["people"]
    assert len({p["first_name"] for p in people}) == len(people) == len(CAST)


async def test_the_cast_speaks_several_languages() -> None:
    languages = {details["language_code"] for details in CAST}

    assert len(languages) >= 5


async def test_a_member_can_write_to_the_group_at_once(sandbox: Sandbox, driver: Driver) -> None:
    introduce(sandbox.world)

    written = await driver.write(ADMIN_ID, "hello", GROUPS[0]["id"])

    assert written["chat"]["title"] == GROUPS[0]["title"]


async def test_the_bot_is_in_the_group_without_being_told(sandbox: Sandbox, api: Api) -> None:
    introduce(sandbox.world)

    assert await api.result("getUpdates") == []
    assert await api.result("sendMessage", chat_id=GROUPS[0]["id"], text="hello")


async def test_who_made_the_group_is_its_creator(sandbox: Sandbox, driver: Driver) -> None:
    introduce(sandbox.world)

    members = (await driver.chat(GROUPS[0]["id"]))["members"]

    creators = [one["user"]["id"] for one in members if one["status"] == "creator"]
    assert creators == [ADMIN_ID]


async def test_somebody_added_later_gets_a_free_number(sandbox: Sandbox, driver: Driver) -> None:
    introduce(sandbox.world)

    assert await driver.person("Zoe") not in {details["id"] for details in CAST}
