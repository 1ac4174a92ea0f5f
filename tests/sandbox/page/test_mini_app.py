"""A Mini App over the chat page, in a frame that Telegram's web client would make as well."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

import pytest
import pytest_asyncio
from aiogram.utils.web_app import safe_parse_webapp_init_data
from playwright.async_api import FrameLocator, Page, expect

from bot.sandbox.server import Sandbox
from tests.driver import Driver
from tests.sandbox.page.browser import Visitor
from tests.sandbox.page.talk import button
from tests.sandbox.page.tiny import tiny_app
from tests.sandbox.plain import Api

pytestmark = pytest.mark.asyncio(loop_scope="package")

Json = dict[str, Any]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 720}


@pytest_asyncio.fixture(loop_scope="package")
async def tiny() -> AsyncIterator[str]:
    async with tiny_app() as address:
        yield address


@pytest_asyncio.fixture(loop_scope="package")
async def menu(api: Api, ann: int, tiny: str) -> Json:
    one = {"type": "web_app", "text": "Dashboard", "web_app": {"url": tiny}}
    await api.result("setChatMenuButton", chat_id=ann, menu_button=one)
    return one


async def opened(page: Page) -> FrameLocator:
    """The Mini App of the menu button, loaded."""
    await page.get_by_role("button", name="Dashboard", exact=True).click()
    frame = page.frame_locator(".mini-app iframe")
    await expect(frame.get_by_role("heading", name="Tiny")).to_be_visible()
    return frame


async def tell(frame: FrameLocator, kind: str, **data: Any) -> None:
    """What the Mini App says to Telegram."""
    await frame.locator("body").evaluate("(_, said) => say(...said)", [kind, data])


@pytest.mark.usefixtures("menu")
async def test_the_menu_button_opens_the_app_signed_for_who_pressed(
    visit: Visitor, sandbox: Sandbox, ann: int
) -> None:
    frame = await opened(await visit(ann))

    handed = parse_qs((await frame.locator("#hash").inner_text()).removeprefix("#"))
    signed = safe_parse_webapp_init_data(sandbox.token, handed["tgWebAppData"][0])
    assert signed.user is not None and signed.user.id == ann


@pytest.mark.usefixtures("menu")
async def test_others_have_no_such_button(visit: Visitor, driver: Driver, ann: int) -> None:
    group = await driver.group(ann)
    bob = await driver.person("Bob")

    for chat in (group, bob):
        page = await visit(chat)
        await expect(page.get_by_role("button", name="Dashboard")).to_have_count(0)


@pytest.mark.usefixtures("menu")
async def test_a_menu_button_taken_away_goes_while_one_looks(
    visit: Visitor, api: Api, ann: int
) -> None:
    page = await visit(ann)
    await expect(page.get_by_role("button", name="Dashboard")).to_be_visible()

    await api.result("setChatMenuButton", chat_id=ann)

    await expect(page.get_by_role("button", name="Dashboard")).to_have_count(0)


async def test_a_button_below_a_message_opens_it_too(
    visit: Visitor, api: Api, ann: int, tiny: str
) -> None:
    page = await visit(ann)
    keyboard = button("Dashboard", web_app={"url": tiny})
    await api.result("sendMessage", chat_id=ann, text="Look", reply_markup=keyboard)

    await opened(page)

    await expect(page.get_by_role("dialog").get_by_role("heading", level=2)).to_have_text(
        "Dashboard"
    )


async def test_what_is_elsewhere_is_not_opened(visit: Visitor, api: Api, ann: int) -> None:
    page = await visit(ann)
    keyboard = button("Open", web_app={"url": "https://example.org/"})
    await api.result("sendMessage", chat_id=ann, text="Look", reply_markup=keyboard)

    await page.get_by_role("button", name="Open", exact=True).click()

    await expect(page.get_by_role("alert")).to_contain_text("of this machine only")
    await expect(page.locator("iframe")).to_have_count(0)


@pytest.mark.usefixtures("menu")
async def test_the_back_button_is_there_when_the_app_asks(visit: Visitor, ann: int) -> None:
    page = await visit(ann)
    frame = await opened(page)
    back = page.get_by_role("dialog").get_by_role("button", name="Back", exact=True)
    await expect(back).to_be_hidden()
    await tell(frame, "web_app_setup_back_button", is_visible=True)

    await back.click()

    await expect(frame.locator("#heard")).to_contain_text("back_button_pressed")
    await tell(frame, "web_app_setup_back_button", is_visible=False)
    await expect(back).to_be_hidden()


@pytest.mark.usefixtures("menu")
async def test_the_apps_colours_are_the_pages_and_change_with_them(
    visit: Visitor, ann: int
) -> None:
    page = await visit(ann, color_scheme="dark")
    frame = await opened(page)
    handed = parse_qs((await frame.locator("#hash").inner_text()).removeprefix("#"))
    assert json.loads(handed["tgWebAppThemeParams"][0])["bg_color"] == "#161f22"

    await page.emulate_media(color_scheme="light")

    await expect(frame.locator("#heard")).to_contain_text("theme_changed")
    await expect(frame.locator("#heard")).to_contain_text("#fffdf9")


@pytest.mark.usefixtures("menu")
async def test_an_app_may_ask_for_the_colours_and_its_size(visit: Visitor, ann: int) -> None:
    frame = await opened(await visit(ann))

    await tell(frame, "web_app_request_theme")
    await tell(frame, "web_app_request_viewport")

    await expect(frame.locator("li")).to_have_count(2)
    await expect(frame.locator("li").last).to_contain_text('"is_expanded":true')


@pytest.mark.usefixtures("menu")
async def test_escape_closes_and_gives_the_focus_back(visit: Visitor, ann: int) -> None:
    page = await visit(ann)
    await opened(page)
    await expect(page.get_by_role("button", name="Close the Mini App")).to_be_focused()

    await page.keyboard.press("Escape")

    await expect(page.locator(".mini-app")).to_have_count(0)
    await expect(page.get_by_role("button", name="Dashboard")).to_be_focused()


@pytest.mark.usefixtures("menu")
async def test_an_app_may_close_itself_and_be_opened_again(visit: Visitor, ann: int) -> None:
    page = await visit(ann)
    frame = await opened(page)
    await tell(frame, "web_app_close")
    await expect(page.locator(".mini-app")).to_have_count(0)

    await opened(page)

    await expect(page.locator(".mini-app")).to_have_count(1)


@pytest.mark.usefixtures("menu")
async def test_a_reload_is_a_new_opening_with_a_new_signature(visit: Visitor, ann: int) -> None:
    page = await visit(ann)
    frame = await opened(page)
    before = await frame.locator("#hash").inner_text()

    await page.get_by_role("button", name="Reload").click()

    await expect(frame.locator("#hash")).to_contain_text("tgWebAppData")
    await expect(frame.locator("#hash")).not_to_have_text(before)


async def test_an_app_that_can_reload_itself_is_asked_to_first(
    visit: Visitor, api: Api, ann: int, tiny: str
) -> None:
    one = {"type": "web_app", "text": "Dashboard", "web_app": {"url": f"{tiny}?reloads"}}
    await api.result("setChatMenuButton", chat_id=ann, menu_button=one)
    page = await visit(ann)
    frame = await opened(page)
    before = await frame.locator("#hash").inner_text()

    await page.get_by_role("button", name="Reload").click()

    await expect(frame.locator("#heard")).to_contain_text("reload_iframe")
    # It promised and did nothing, so it is opened anew.
    await expect(frame.locator("#hash")).not_to_have_text(before)


ASKED = (
    "asked = []; real = fetch; fetch = (...all) => { asked.push(all[0]); return real(...all); }; 0"
)


async def test_an_app_that_reloads_itself_is_left_alone(
    visit: Visitor, api: Api, ann: int, tiny: str
) -> None:
    one = {"type": "web_app", "text": "Dashboard", "web_app": {"url": f"{tiny}?reloads"}}
    await api.result("setChatMenuButton", chat_id=ann, menu_button=one)
    page = await visit(ann, viewport=DESK)  # in a profile of its own, whose clock is stopped
    frame = await opened(page)
    await page.clock.install(time=0)
    await page.clock.pause_at(1000)  # the page waits for us, however slow we are
    await page.evaluate(ASKED)
    await page.get_by_role("button", name="Reload").click()
    await expect(frame.locator("#heard")).to_contain_text("reload_iframe")

    await tell(frame, "iframe_will_reload")
    await expect(page.get_by_text("Opening…")).to_be_visible()
    await page.clock.run_for(1000)

    assert await page.evaluate("asked") == []


SECOND = """async (address) => {
  const frame = document.createElement("iframe");
  Object.assign(frame, { name: "second", src: address });
  document.body.append(frame);
  await new Promise((loaded) => { frame.onload = loaded; });
}"""
COUNT = "heard = 0; addEventListener('message', () => { heard += 1 })"


async def away(frame: FrameLocator, tiny: str) -> None:
    """The frame goes to another origin, that of the same server by another name."""
    other = tiny.replace("127.0.0.1", "localhost") + "elsewhere"
    await frame.locator("a").evaluate("(link, to) => { link.href = to }", other)
    await frame.locator("a").click()
    await expect(frame.locator("#hash")).to_have_text("")


@pytest.mark.usefixtures("menu")
async def test_the_page_listens_to_the_apps_own_frame_and_origin_only(
    visit: Visitor, ann: int, tiny: str
) -> None:
    page = await visit(ann)
    frame = await opened(page)
    await page.evaluate(COUNT)

    await page.evaluate(SECOND, f"{tiny}elsewhere")
    await tell(page.frame_locator("[name=second]"), "web_app_close")
    await away(frame, tiny)
    await tell(frame, "web_app_setup_back_button", is_visible=True)
    await tell(frame, "web_app_close")

    await page.wait_for_function("heard === 3")
    await expect(page.locator(".mini-app")).to_have_count(1)
    await expect(page.locator(".app-back")).to_be_hidden()


@pytest.mark.usefixtures("menu")
async def test_the_page_tells_no_other_origin_anything(
    visit: Visitor, ann: int, tiny: str
) -> None:
    page = await visit(ann, color_scheme="light")
    frame = await opened(page)
    await away(frame, tiny)

    await page.emulate_media(color_scheme="dark")

    await page.wait_for_function("matchMedia('(prefers-color-scheme: dark)').matches")
    await page.evaluate("document.querySelector('iframe').contentWindow.postMessage('last', '*')")
    await expect(frame.locator("li").first).to_have_text("last")
    visit.complaints.clear()  # the browser may name what it did not deliver


@pytest.mark.usefixtures("menu")
@pytest.mark.parametrize("said", ["{", "null", "7", '{"eventType": 7}', '{"eventType": "moon"}'])
async def test_nonsense_from_an_app_is_passed_over(visit: Visitor, ann: int, said: str) -> None:
    page = await visit(ann)
    frame = await opened(page)

    await frame.locator("body").evaluate("(_, text) => parent.postMessage(text, '*')", said)
    await frame.locator("body").evaluate("() => parent.postMessage({ eventType: 'x' }, '*')")
    await tell(frame, "web_app_setup_back_button", is_visible=True)

    await expect(page.locator(".app-back")).to_be_visible()


@pytest.mark.usefixtures("menu")
async def test_on_a_phone_the_app_has_the_whole_screen(visit: Visitor, ann: int) -> None:
    page = await visit(ann, viewport=PHONE)

    await opened(page)

    box = await page.locator(".mini-app").bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 360, 740)
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
