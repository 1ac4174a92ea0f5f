"""bot/web/dashboard/static/telegram.js in Chromium, with a page that plays Telegram around it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Frame, expect

from tests.web.telegram_js.client import DARK, LIGHT, STATIC, Client, fragment

pytestmark = pytest.mark.asyncio(loop_scope="package")

IS_BACK = "heard.filter((one) => one.eventType === 'iframe_ready').length === 2"
PROXY = """window.TelegramWebviewProxy =
  { postEvent: (kind, data) => said.push([kind, JSON.parse(data)]) }"""
NOTIFY = """window.external.notify = (text) => {
  const one = JSON.parse(text);
  said.push([one.eventType, one.eventData]);
}"""


async def of(frame: Frame, what: str) -> Any:
    return await frame.evaluate(f"miniApp.{what}")


async def test_who_looks_is_read_from_the_address(telegram: Client) -> None:
    frame = await telegram.open(fragment("user=%7B%22id%22%3A7%7D&hash=ab%2Bc"))

    assert await of(frame, "isInside") is True
    assert await of(frame, "initData") == "user=%7B%22id%22%3A7%7D&hash=ab%2Bc"


@pytest.mark.parametrize("minutes", [0, 59, 61])
async def test_what_telegram_said_is_old_after_an_hour(telegram: Client, minutes: int) -> None:
    frame = await telegram.open(fragment(f"auth_date={time.time() - minutes * 60:.0f}&hash=00"))

    assert await of(frame, "isOld") is (minutes > 60)


async def test_a_page_that_is_done_asks_to_be_closed(telegram: Client) -> None:
    frame = await telegram.open(fragment())

    await of(frame, "close()")

    await telegram.page.wait_for_function("heard.some((one) => one.eventType === 'web_app_close')")


async def test_the_address_keeps_no_trace_of_it(telegram: Client) -> None:
    frame = await telegram.open(f"?days=7{fragment()}")

    assert await frame.evaluate("location.href") == f"{telegram.app}?days=7"


@pytest.mark.parametrize(("own", "joint"), [("#week", "?"), ("#a=1", "&")])
async def test_a_fragment_of_the_page_itself_stays(telegram: Client, own: str, joint: str) -> None:
    frame = await telegram.open(f"{own}{joint}{fragment()[1:]}")

    assert await of(frame, "isInside") is True
    assert await frame.evaluate("location.href") == telegram.app + own


async def test_a_reload_still_knows_who_looks_and_the_colours_of_now(telegram: Client) -> None:
    frame = await telegram.open(fragment())
    await telegram.say("theme_changed", theme_params=DARK)
    await frame.wait_for_function("themes.length === 1")

    await telegram.say("reload_iframe")
    await telegram.page.wait_for_function(IS_BACK)
    await frame.wait_for_function("window.miniApp")

    assert "iframe_will_reload" in await telegram.kinds()
    assert await of(frame, "initData") == "user=%7B%7D&hash=00"
    assert await of(frame, "isDark") is True


async def test_where_a_frame_may_keep_nothing_telegram_has_to_open_it_anew(
    strict_telegram: Client,
) -> None:
    frame = await strict_telegram.open(f"?days=7{fragment()}")
    await strict_telegram.say("reload_iframe")
    await strict_telegram.say("theme_changed", theme_params=DARK)
    await frame.wait_for_function("themes.length === 1")

    assert (await strict_telegram.heard())[0] == {
        "eventType": "iframe_ready",
        "eventData": {"reload_supported": False},
    }
    assert "iframe_will_reload" not in await strict_telegram.kinds()
    assert await of(frame, "initData") == "user=%7B%7D&hash=00"
    assert await frame.evaluate("location.href") == f"{strict_telegram.app}?days=7"


async def test_a_new_opening_counts_more_than_what_was_kept(telegram: Client) -> None:
    await telegram.open(fragment("hash=old", DARK))

    frame = await telegram.open(f"?again{fragment('hash=new')}")

    assert (await of(frame, "initData"), await of(frame, "isDark")) == ("hash=new", False)


async def test_a_frame_of_somebody_else_is_not_telegram(telegram: Client) -> None:
    frame = await telegram.open()

    assert await of(frame, "isInside") is False
    assert (await of(frame, "initData"), await of(frame, "colours")) == ("", {})


async def test_in_a_tab_of_its_own_the_page_is_not_inside(
    telegram: Client, profile: BrowserContext
) -> None:
    page = await profile.new_page()
    await page.goto(telegram.app + fragment())
    await page.wait_for_function("window.miniApp")

    assert await page.evaluate("miniApp.isInside") is False
    await page.evaluate("miniApp.ready(), miniApp.expand(), miniApp.back(true, () => {})")
    await page.close()


# ---- what it says


async def test_it_says_that_it_is_there_and_asks_for_the_colours(telegram: Client) -> None:
    await telegram.open(fragment())

    assert await telegram.heard() == [
        {"eventType": "iframe_ready", "eventData": {"reload_supported": True}},
        {"eventType": "web_app_request_theme", "eventData": {}},
    ]


async def test_ready_and_expand_are_said(telegram: Client) -> None:
    frame = await telegram.open(fragment())

    await frame.evaluate("miniApp.ready(), miniApp.expand()")

    await telegram.page.wait_for_function("heard.length === 4")
    assert (await telegram.kinds())[2:] == ["web_app_ready", "web_app_expand"]


async def test_the_back_button_is_shown_and_its_presses_come_back(telegram: Client) -> None:
    frame = await telegram.open(fragment())
    await frame.evaluate("miniApp.back(true, () => { presses += 1 })")

    await telegram.say("back_button_pressed")

    await frame.wait_for_function("presses === 1")
    said = (await telegram.heard())[-1]
    assert said == {"eventType": "web_app_setup_back_button", "eventData": {"is_visible": True}}


async def test_a_back_button_that_was_taken_away_does_nothing(telegram: Client) -> None:
    frame = await telegram.open(fragment())
    await frame.evaluate("miniApp.back(true, () => { presses += 1 })")
    await frame.evaluate("miniApp.back(false, () => { presses += 1 })")

    await telegram.say("back_button_pressed")
    await telegram.say("theme_changed", theme_params=DARK)

    await frame.wait_for_function("themes.length === 1")
    assert await frame.evaluate("presses") == 0
    assert (await telegram.heard())[-1]["eventData"] == {"is_visible": False}


# ---- colours


@pytest.mark.parametrize(("colours", "darkness"), [(LIGHT, 0), (DARK, 1), ({}, 0)])
async def test_a_dark_background_is_a_dark_page(
    telegram: Client, colours: dict[str, str], darkness: int
) -> None:
    frame = await telegram.open(fragment(colours=colours))

    assert await of(frame, "isDark") is bool(darkness)
    assert await of(frame, "colours") == {name: one.lower() for name, one in colours.items()}


async def test_a_change_of_colours_is_told(telegram: Client) -> None:
    frame = await telegram.open(fragment())

    await telegram.say("theme_changed", theme_params={"bg_color": "#000"})

    await frame.wait_for_function("themes.length === 1")
    assert await frame.evaluate("themes") == [[True, "#000000"]]
    assert (await of(frame, "colours"))["text_color"] == "#000000"


async def test_nobody_is_told_who_no_longer_listens(telegram: Client) -> None:
    frame = await telegram.open(fragment())
    await frame.evaluate("miniApp.onTheme(() => { presses += 1 })()")

    await telegram.say("theme_changed", theme_params=DARK)

    await frame.wait_for_function("themes.length === 1")
    assert await frame.evaluate("presses") == 0


@pytest.mark.parametrize(
    "colours",
    [
        {"bg_color": "red;}body{display:none"},
        {"bg_color": "url(//example.org)"},
        {"bg_color": ["#000000"]},
        {"--x: y": "#000000", "__proto__": "#000000", "Bg": "#000000"},
        {"bg_color": None, "text_color": 7},
        "#000000",
        ["#000000"],
        None,
        7,
    ],
)
async def test_what_is_no_colour_is_not_taken(telegram: Client, colours: Any) -> None:
    frame = await telegram.open(fragment(colours=[] if colours is None else colours))

    await telegram.say("theme_changed", theme_params=colours)
    await telegram.say("theme_changed", theme_params={"hint_color": "#999999"})

    await frame.wait_for_function("themes.length === 2")
    assert await of(frame, "colours") == {"hint_color": "#999999"}


# ---- what it does not listen to


async def test_styles_of_the_client_are_not_taken(telegram: Client) -> None:
    frame = await telegram.open(fragment())
    style = "body { display: none }"

    await telegram.page.evaluate(
        "say", json.dumps({"eventType": "set_custom_style", "eventData": style})
    )
    await telegram.say("theme_changed", theme_params=DARK)

    await frame.wait_for_function("themes.length === 1")
    assert await frame.locator("style").count() == 0
    await expect(frame.locator("body")).to_have_css("display", "block")


async def test_only_the_parent_window_is_heard(telegram: Client) -> None:
    frame = await telegram.open(fragment())
    said = json.dumps({"eventType": "theme_changed", "eventData": {"theme_params": DARK}})

    await frame.evaluate("(text) => postMessage(text, '*')", said)
    await frame.evaluate(
        "(text) => { const inner = document.createElement('iframe'); document.body.append(inner);"
        " inner.contentWindow.eval(`parent.postMessage(${JSON.stringify(text)}, '*')`) }",
        said,
    )
    await telegram.say("theme_changed", theme_params={"bg_color": "#fefefe"})

    await frame.wait_for_function("themes.length === 1")
    assert await frame.evaluate("themes") == [[False, "#fefefe"]]


@pytest.mark.parametrize(
    "said", ["", "{", "null", "7", "[]", '{"eventType": 7}', '{"eventType": "theme_changed"}']
)
async def test_nonsense_is_passed_over(telegram: Client, said: str) -> None:
    frame = await telegram.open(fragment())

    await telegram.page.evaluate("say", said)
    await telegram.page.evaluate("say({ eventType: 'theme_changed' })")
    await telegram.say("back_button_pressed")
    await telegram.say("theme_changed", theme_params=DARK)

    await frame.wait_for_function("themes.length && miniApp.isDark")


@pytest.mark.parametrize("kept", ["x", "null", "7", '{"initData": 7}', "[]"])
async def test_a_spoilt_memory_is_no_memory(telegram: Client, kept: str) -> None:
    frame = await telegram.open()
    await frame.evaluate("(kept) => sessionStorage.setItem('telegauge.mini-app', kept)", kept)

    frame = await telegram.open("?again")

    assert await of(frame, "isInside") is False


# ---- phones and desktops, which put an object into the page


@pytest.mark.parametrize("words", [PROXY, NOTIFY])
async def test_other_clients_are_spoken_to_in_their_way(
    telegram: Client, profile: BrowserContext, words: str
) -> None:
    page = await profile.new_page()
    await page.add_init_script(f"window.said = []; {words}")
    await page.goto(telegram.app + fragment())
    await page.wait_for_function("window.miniApp")

    await page.evaluate("miniApp.back(true)")

    assert await page.evaluate("miniApp.isInside") is True
    assert await page.evaluate("said") == [
        ["web_app_request_theme", {}],
        ["web_app_setup_back_button", {"is_visible": True}],
    ]
    await page.close()


@pytest.mark.parametrize(
    "door",
    [
        "Telegram.WebView.receiveEvent",
        "TelegramGameProxy.receiveEvent",
        "TelegramGameProxy_receiveEvent",
    ],
)
async def test_other_clients_call_and_are_heard(
    telegram: Client, profile: BrowserContext, door: str
) -> None:
    page = await profile.new_page()
    await page.add_init_script("window.TelegramWebviewProxy = { postEvent() {} }")
    await page.goto(telegram.app + fragment())
    await page.wait_for_function("window.miniApp")

    await page.evaluate(f"{door}('theme_changed', {{ theme_params: {json.dumps(DARK)} }})")

    assert await page.evaluate("themes") == [[True, "#17212b"]]
    await page.close()


async def test_it_is_small_and_asks_nobody_outside() -> None:
    text = (STATIC / "telegram.js").read_text(encoding="utf-8")

    assert len(text) < 8_000
    assert "://" not in text and "import" not in text
