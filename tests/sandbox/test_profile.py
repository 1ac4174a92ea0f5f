"""The bot's menus and descriptions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.driver import Driver
from tests.sandbox.plain import Api

Json = dict[str, Any]


def menu(*names: str) -> list[Json]:
    return [{"command": name, "description": name.title()} for name in names]


async def seen(driver: Driver, chat: int, person: int) -> list[str]:
    """The commands a person sees in a chat."""
    view = await driver.chat(chat, person)
    return [one["command"] for one in view["commands"]]


async def test_a_menu_is_kept_by_scope_and_language(api: Api) -> None:
    await api.result("setMyCommands", commands=menu("start"), language_code="de")

    assert await api.result("getMyCommands", language_code="de") == menu("start")
    assert await api.result("getMyCommands") == []


async def test_everyone_sees_the_default_menu(api: Api, driver: Driver, ann: int) -> None:
    await api.result("setMyCommands", commands=menu("start", "help"))

    assert await seen(driver, ann, ann) == ["start", "help"]


async def test_the_own_language_comes_first(api: Api, driver: Driver, ann: int) -> None:
    await api.result("setMyCommands", commands=menu("start"))
    await api.result("setMyCommands", commands=menu("los"), language_code="de")

    assert await seen(driver, ann, ann) == ["los"]


async def test_a_narrow_scope_beats_a_wide_one(api: Api, driver: Driver, ann: int) -> None:
    chat = {"type": "chat", "chat_id": ann}
    await api.result("setMyCommands", commands=menu("stats"), scope=chat)
    await api.result("setMyCommands", commands=menu("start"), scope={"type": "all_private_chats"})

    assert await seen(driver, ann, ann) == ["stats"]


async def test_a_deleted_menu_lets_the_wider_one_show(api: Api, driver: Driver, ann: int) -> None:
    chat = {"type": "chat", "chat_id": ann}
    await api.result("setMyCommands", commands=menu("start"))
    await api.result("setMyCommands", commands=menu("stats"), scope=chat)

    await api.result("deleteMyCommands", scope=chat)

    assert await seen(driver, ann, ann) == ["start"]


async def test_who_runs_a_group_sees_more(api: Api, driver: Driver, ann: int, bob: int) -> None:
    group = await driver.group(ann, bob)
    admins = {"type": "chat_administrators", "chat_id": group}
    await api.result("setMyCommands", commands=menu("ban"), scope=admins)
    await api.result("setMyCommands", commands=menu("top"), scope={"type": "all_group_chats"})

    assert await seen(driver, group, ann) == ["ban"]
    assert await seen(driver, group, bob) == ["top"]


async def test_a_menu_can_be_for_one_member(api: Api, driver: Driver, ann: int, bob: int) -> None:
    group = await driver.group(ann, bob)
    one = {"type": "chat_member", "chat_id": group, "user_id": bob}

    await api.result("setMyCommands", commands=menu("mine"), scope=one)

    assert (await seen(driver, group, ann), await seen(driver, group, bob)) == ([], ["mine"])


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"commands": "x"}, "can't parse commands JSON object"),
        ({"commands": menu(*["x"] * 101)}, "can't parse commands JSON array"),
        ({"commands": [1]}, "can't parse BotCommand: expected an Object"),
        ({"commands": menu("UPPER")}, "BOT_COMMAND_INVALID"),
        (
            {"commands": [{"command": "a", "description": ""}]},
            "BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        (
            {"commands": [], "scope": {"type": "moon"}},
            "can't parse BotCommandScope: unsupported type specified",
        ),
        ({"commands": [], "scope": {"type": "chat", "chat_id": 5}}, "chat not found"),
    ],
)
async def test_a_menu_that_cannot_be_is_refused(api: Api, params: Json, problem: str) -> None:
    assert await api.problem("setMyCommands", **params) == f"Bad Request: {problem}"


@pytest.mark.parametrize(
    ("setter", "getter", "field"),
    [
        ("setMyName", "getMyName", "name"),
        ("setMyDescription", "getMyDescription", "description"),
        ("setMyShortDescription", "getMyShortDescription", "short_description"),
    ],
)
async def test_a_text_is_kept_by_language(api: Api, setter: str, getter: str, field: str) -> None:
    await api.result(setter, **{field: "for all"})
    await api.result(setter, **{field: "für dich", "language_code": "de"})

    texts = [await api.result(getter, language_code=language) for language in ("de", "fr")]

    assert texts == [{field: "für dich"}, {field: "for all"}]


async def test_the_page_learns_the_description(api: Api, driver: Driver) -> None:
    await api.result("setMyDescription", description="1.2K monthly users")

    assert (await driver.state())["bot"]["description"] == "1.2K monthly users"


async def test_a_description_has_an_end(api: Api) -> None:
    description = await api.problem("setMyDescription", description="x" * 513)

    assert description == "Bad Request: description is too long"


async def test_without_a_name_it_is_the_bots_own(api: Api) -> None:
    assert await api.result("getMyName") == {"name": "Telegauge"}


async def test_a_chat_can_have_its_own_menu_button(api: Api, ann: int) -> None:
    button = {"type": "web_app", "text": "Open", "web_app": {"url": "https://example.org"}}

    await api.result("setChatMenuButton", chat_id=ann, menu_button=button)

    assert await api.result("getChatMenuButton", chat_id=ann) == button
    assert await api.result("getChatMenuButton") == {"type": "commands"}


async def test_a_menu_button_of_no_kind_is_refused(api: Api) -> None:
    description = await api.problem("setChatMenuButton", menu_button={"type": "moon"})

    assert description.endswith("Unsupported menu button type specified")


@pytest.mark.parametrize("method", ["logOut", "close"])
async def test_leaving_the_server_is_agreed_to(api: Api, method: str) -> None:
    assert await api.result(method) is True
