"""Mini Apps: where their buttons may be, and what a person who opens one hands over, signed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiogram.utils.web_app import check_webapp_signature, safe_parse_webapp_init_data

from bot.sandbox.server import Sandbox
from tests.driver import Driver, RefusedError
from tests.sandbox.plain import Api

Json = dict[str, Any]
PAGE = "http://127.0.0.1:8080/dashboard"
NOT_HTTPS = [
    "http://example.org/",
    "http://127.0.0.1.example.org/",
    "ftp://127.0.0.1/",
    "HTTP://a.b",
]


def opens(url: str, kind: str = "inline_keyboard") -> Json:
    return {kind: [[{"text": "Open", "web_app": {"url": url}}]]}


def menu(url: str) -> Json:
    return {"type": "web_app", "text": "Dashboard", "web_app": {"url": url}}


async def handed_over(driver: Driver, person: int, url: str = PAGE, **more: Any) -> dict[str, str]:
    """The fields of the fragment."""
    fragment = urlsplit(await driver.open_web_app(person, url, **more)).fragment
    return {name: value for name, (value,) in parse_qs(fragment).items()}


# ---- buttons


@pytest.mark.parametrize("kind", ["inline_keyboard", "keyboard"])
@pytest.mark.parametrize(
    "url", ["https://example.org/a", PAGE, "http://localhost:1", "http://[::1]:1/"]
)
async def test_a_button_may_open_https_and_this_machine(
    api: Api, ann: int, kind: str, url: str
) -> None:
    assert await api.result("sendMessage", chat_id=ann, text="x", reply_markup=opens(url, kind))


@pytest.mark.parametrize("url", NOT_HTTPS)
async def test_any_other_address_is_refused_in_telegrams_words(
    api: Api, ann: int, url: str
) -> None:
    told = await api.problem("sendMessage", chat_id=ann, text="x", reply_markup=opens(url))

    assert told == (
        f"Bad Request: inline keyboard button Web App URL '{url}' is invalid: "
        "Only HTTPS links are allowed"
    )


@pytest.mark.parametrize(
    ("url", "problem"),
    [("", "Wrong HTTP URL"), ("https://", "host is empty"), ("http://[", "Wrong HTTP URL")],
)
async def test_what_is_no_address_is_refused(api: Api, ann: int, url: str, problem: str) -> None:
    assert problem in await api.problem("setChatMenuButton", chat_id=ann, menu_button=menu(url))
    assert problem in await api.problem(
        "sendMessage", chat_id=ann, text="x", reply_markup=opens(url, "keyboard")
    )


@pytest.mark.parametrize("kind", ["inline_keyboard", "keyboard"])
async def test_in_a_group_such_a_button_is_of_no_valid_type(
    api: Api, driver: Driver, ann: int, kind: str
) -> None:
    group = await driver.group(ann)
    markup = opens("https://example.org", kind)

    told = await api.problem("sendMessage", chat_id=group, text="x", reply_markup=markup)

    assert told == "Bad Request: BUTTON_TYPE_INVALID"


async def test_nor_does_it_come_into_a_group_by_an_edit(
    api: Api, driver: Driver, ann: int
) -> None:
    group = await driver.group(ann)
    sent = await api.result("sendMessage", chat_id=group, text="x")
    place = {"chat_id": group, "message_id": sent["message_id"]}

    told = await api.problem("editMessageText", **place, text="y", reply_markup=opens(PAGE))

    assert told == "Bad Request: BUTTON_TYPE_INVALID"


async def test_nor_with_a_poll_that_is_closed(api: Api, driver: Driver, ann: int) -> None:
    group = await driver.group(ann)
    options = [{"text": "yes"}, {"text": "no"}]
    sent = await api.result("sendPoll", chat_id=group, question="?", options=options)
    place = {"chat_id": group, "message_id": sent["message_id"]}

    told = await api.problem("stopPoll", **place, reply_markup=opens(PAGE))

    assert told == "Bad Request: BUTTON_TYPE_INVALID"
    assert (await api.result("stopPoll", **place))["is_closed"]


# ---- the menu button


async def test_a_persons_menu_button_is_seen_in_their_chat_only(
    api: Api, driver: Driver, ann: int, bob: int
) -> None:
    await api.result("setChatMenuButton", chat_id=ann, menu_button=menu(PAGE))

    assert (await driver.chat(ann))["menu_button"] == menu(PAGE)
    assert (await driver.chat(bob))["menu_button"] == {"type": "commands"}


async def test_a_chat_without_a_button_of_its_own_says_default(api: Api, ann: int) -> None:
    await api.result("setChatMenuButton", menu_button=menu(PAGE))

    assert await api.result("getChatMenuButton", chat_id=ann) == {"type": "default"}
    assert await api.result("getChatMenuButton") == menu(PAGE)


async def test_default_gives_a_chat_the_button_of_all(api: Api, driver: Driver, ann: int) -> None:
    await api.result("setChatMenuButton", chat_id=ann, menu_button=menu(PAGE))

    await api.result("setChatMenuButton", chat_id=ann)

    assert (await driver.chat(ann))["menu_button"] == {"type": "commands"}


@pytest.mark.parametrize(
    ("button", "problem"),
    [
        (menu("http://example.org"), "Only HTTPS links are allowed"),
        (menu(PAGE) | {"text": ""}, "menu button text must be non-empty"),
        ({"type": "web_app", "text": "x"}, "expected an Object"),
        ({"type": "moon"}, "Unsupported menu button type specified"),
        ([1], "expected an Object"),
    ],
)
async def test_a_broken_menu_button_is_refused(
    api: Api, ann: int, button: object, problem: str
) -> None:
    assert problem in await api.problem("setChatMenuButton", chat_id=ann, menu_button=button)


async def test_a_group_has_no_menu_button(api: Api, driver: Driver, ann: int) -> None:
    group = await driver.group(ann)

    told = await api.problem("setChatMenuButton", chat_id=group, menu_button=menu(PAGE))

    assert told == "Bad Request: invalid chat_id specified"


# ---- opening


async def test_what_is_handed_over_is_signed_by_the_bots_token(
    sandbox: Sandbox, driver: Driver, ann: int
) -> None:
    given = await handed_over(driver, ann)

    signed = safe_parse_webapp_init_data(sandbox.token, given["tgWebAppData"])
    assert signed.user is not None
    assert (signed.user.id, signed.user.first_name, signed.user.language_code) == (
        ann,
        "Ann",
        "de",
    )
    assert abs(datetime.now(UTC) - signed.auth_date).total_seconds() < 60
    assert not check_webapp_signature("1:another", given["tgWebAppData"])


async def test_each_opening_is_another_query(driver: Driver, ann: int) -> None:
    first, second = [(await handed_over(driver, ann))["tgWebAppData"] for _ in range(2)]

    assert parse_qs(first)["query_id"] != parse_qs(second)["query_id"]


async def test_the_client_says_what_it_is_and_its_colours(driver: Driver, ann: int) -> None:
    light, dark = [await handed_over(driver, ann, theme=name) for name in ("light", "dark")]

    assert (light["tgWebAppVersion"], light["tgWebAppPlatform"]) == ("8.0", "weba")
    assert json.loads(light["tgWebAppThemeParams"])["bg_color"] == "#fffdf9"
    assert json.loads(dark["tgWebAppThemeParams"])["bg_color"] == "#161f22"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        (PAGE, "#tgWebAppData="),
        (f"{PAGE}#week", "#week?tgWebAppData="),
        (f"{PAGE}#a=1", "#a=1&tgWebAppData="),
    ],
)
async def test_an_addresss_own_fragment_stays(
    driver: Driver, ann: int, url: str, kept: str
) -> None:
    assert (await driver.open_web_app(ann, url)).startswith(f"{PAGE}{kept}")


async def test_a_hostile_name_arrives_as_it_is(sandbox: Sandbox, driver: Driver) -> None:
    name = "</script>&hash=0\n\"'😀"
    mallory = await driver.person(name)

    given = await handed_over(driver, mallory)

    signed = safe_parse_webapp_init_data(sandbox.token, given["tgWebAppData"])
    assert signed.user is not None and signed.user.first_name == name


@pytest.mark.parametrize(
    "body", [{}, {"url": 7}, {"url": "http://example.org"}, {"url": "data:,x"}]
)
async def test_only_what_a_button_may_open_is_opened(driver: Driver, ann: int, body: Json) -> None:
    with pytest.raises(RefusedError, match="url"):
        await driver.ask("POST", f"/people/{ann}/mini_app", body)


async def test_there_are_two_themes(driver: Driver, ann: int) -> None:
    with pytest.raises(RefusedError, match="theme must be one of light, dark"):
        await driver.open_web_app(ann, PAGE, theme="blue")


async def test_nobody_opens_nothing(driver: Driver) -> None:
    with pytest.raises(RefusedError, match="there is no person 5"):
        await driver.open_web_app(5, PAGE)
