"""The dashboard inside Telegram: one tap, no password, Telegram's colours and way back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo
from playwright.async_api import Browser, FrameLocator, Page, Route, expect

from bot.sandbox.mini_apps import THEMES
from tests.web.pages.guest import Guest, guest
from tests.web.pages.place import ADMIN, Place
from tests.web.telegram_js.client import KEEPS_NOTHING

pytestmark = pytest.mark.asyncio(loop_scope="package")

BEN = 1002
SURFACE = "(one) => getComputedStyle(one).getPropertyValue('--surface')"


@pytest_asyncio.fixture(loop_scope="package")
async def telegram(browser: Browser, busy: Place) -> AsyncIterator[Guest]:
    """Telegram's web client, a site that is not the dashboard's: it sends no cookies there."""
    async with guest(browser, busy, None) as one:
        one.url = busy.sandbox.url.replace("127.0.0.1", "localhost")
        one.origins.add(one.url)
        yield one


async def chat(telegram: Guest, person: int) -> Page:
    """A person's chat with the bot."""
    page = await telegram.profile.new_page()
    await page.goto(f"{telegram.url}/?chat={person}")
    await page.locator('[role="log"][aria-busy="false"]').wait_for(state="attached")
    return page


async def opened(telegram: Guest, busy: Place) -> tuple[Page, FrameLocator]:
    """The chat of the admin, and the dashboard over it."""
    await busy.driver.say(ADMIN, "/dashboard", "opens here")
    page = await chat(telegram, ADMIN)
    await page.get_by_role("button", name="Dashboard", exact=True).click()
    frame = page.frame_locator(".mini-app iframe")
    await expect(frame.get_by_role("heading", level=1)).to_have_text("Overview")
    await expect(frame.locator(".skeleton, .busy, .place:empty")).to_have_count(0)
    return page, frame


async def refuse(route: Route) -> None:
    """As when a session, or what Telegram said, is too old."""
    await route.fulfill(status=401, body="{}", content_type="application/problem+json")


async def test_an_admin_is_signed_in_by_telegram_alone(telegram: Guest, busy: Place) -> None:
    _, frame = await opened(telegram, busy)

    await expect(frame.get_by_text("People now")).to_be_visible()
    await expect(frame.get_by_role("button", name="Sign out")).to_have_count(0)
    await expect(frame.get_by_role("button", name="Dark")).to_have_count(0)
    assert not [one for one in await telegram.profile.cookies() if "telegauge" in one["name"]]


async def test_telegrams_way_back_leads_to_the_overview(telegram: Guest, busy: Place) -> None:
    page, frame = await opened(telegram, busy)
    back = page.get_by_role("dialog").get_by_role("button", name="Back", exact=True)
    await expect(back).to_be_hidden()
    await frame.get_by_role("link", name="Revenue").filter(visible=True).first.click()
    await expect(frame.get_by_role("heading", level=1)).to_have_text("Revenue")

    await back.click()

    await expect(frame.get_by_role("heading", level=1)).to_have_text("Overview")
    await expect(back).to_be_hidden()


async def test_the_dashboard_wears_telegrams_colours(telegram: Guest, busy: Place) -> None:
    page, frame = await opened(telegram, busy)
    root = frame.locator("html")
    await expect(root).to_have_attribute("data-theme", "light")
    light = await root.evaluate(SURFACE)

    await page.emulate_media(color_scheme="dark")

    await expect(root).to_have_attribute("data-theme", "dark")
    dark = await root.evaluate(SURFACE)
    assert (light, dark) == tuple(THEMES[one]["section_bg_color"] for one in ("light", "dark"))


async def test_what_an_admin_may_change_is_changed_without_a_cookie(
    telegram: Guest, busy: Place
) -> None:
    _, frame = await opened(telegram, busy)
    await frame.get_by_role("link", name="Settings").filter(visible=True).first.click()
    await frame.get_by_label("Name", exact=True).fill("from Telegram")

    await frame.get_by_role("button", name="Make a token").click()

    await expect(frame.get_by_role("textbox", name="The token from Telegram")).to_be_visible()
    assert any(one.name == "from Telegram" for one in await busy.tokens.all())


async def test_facts_come_without_a_cookie(telegram: Guest, busy: Place) -> None:
    _, frame = await opened(telegram, busy)

    await frame.get_by_role("link", name="Live").filter(visible=True).first.click()

    await expect(frame.locator(".live-card .pill").first).to_have_text("Live", timeout=15_000)


@pytest.mark.parametrize("keeps", ["", KEEPS_NOTHING], ids=["kept", "nothing kept"])
async def test_a_reload_inside_telegram_needs_no_token(
    telegram: Guest, busy: Place, keeps: str
) -> None:
    await telegram.profile.add_init_script(keeps)
    page, frame = await opened(telegram, busy)

    await page.get_by_role("button", name="Reload").click()

    await expect(frame.get_by_text("People now")).to_be_visible()


async def test_whose_hour_is_over_is_asked_to_open_it_again(telegram: Guest, busy: Place) -> None:
    telegram.may_fail = True
    page, frame = await opened(telegram, busy)
    await telegram.profile.route("**/dashboard/mini-app", refuse)
    await telegram.profile.route("**/api/v1/**", refuse)

    await frame.get_by_role("link", name="Revenue").filter(visible=True).first.click()

    await expect(frame.get_by_role("heading", level=1)).to_have_text("Your session has ended")
    await expect(frame.get_by_label("Token", exact=True)).to_have_count(0)
    await frame.get_by_role("button", name="Close", exact=True).click()
    await expect(page.locator(".mini-app")).to_have_count(0)


async def test_others_are_told_that_it_is_for_admins(telegram: Guest, busy: Place) -> None:
    telegram.may_fail = True
    await busy.driver.say(BEN, "/start")
    app = WebAppInfo(url=busy.app.dashboard.mini_app or "")
    keyboard = [[InlineKeyboardButton(text="Look", web_app=app)]]
    markup = InlineKeyboardMarkup(inline_keyboard=keyboard)
    await busy.app.bot.send_message(BEN, "Look", reply_markup=markup)
    page = await chat(telegram, BEN)

    await page.get_by_role("button", name="Look", exact=True).click()

    frame = page.frame_locator(".mini-app iframe")
    await expect(frame.get_by_label("Token", exact=True)).to_be_visible()
    await expect(frame.get_by_text("admin", exact=False).first).to_be_visible()
