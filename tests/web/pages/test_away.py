"""While the bot is away the page says why, calls nothing live, and sees soon that it is back."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.web.pages.guest import Guest, drawn
from tests.web.pages.test_refreshing import EVERY, SHOW

pytestmark = pytest.mark.asyncio(loop_scope="package")

SOON = 5_100  # ms
GLANCE = "**/analytics/glance"
DOT = "(card) => getComputedStyle(card.querySelector('dt'), '::before').backgroundColor"


async def cut_off(admin: Guest) -> Page:
    """The overview, whose clock is ours and whose bot has just gone away."""
    page = await admin.profile.new_page()
    await page.clock.install()
    await page.goto(f"{admin.url}/dashboard")
    await drawn(page)
    await page.clock.pause_at(await page.evaluate("Date.now() / 1000") + 1)
    await admin.fail("/api/**", 0)
    await page.clock.run_for(EVERY)
    await expect(page.get_by_role("status").first).to_be_visible()
    return page


async def asked_within(page: Page, milliseconds: int) -> int:
    """How often the page asks who is here in that time."""
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/glance" in one.url else None)
    await page.clock.run_for(milliseconds)
    await drawn(page)
    return len(asked)


async def test_it_says_why_and_since_when(admin: Guest) -> None:
    page = await cut_off(admin)

    said = page.get_by_role("status").first
    await expect(said).to_contain_text("The bot does not answer.")
    await expect(said).to_contain_text("This is as of ")
    await expect(said).to_contain_text("every 5 seconds")


async def test_nothing_is_called_live_or_well(admin: Guest) -> None:
    live = await (await admin()).locator(".now").evaluate(DOT)

    page = await cut_off(admin)

    assert await page.locator(".now").evaluate(DOT) != live
    await expect(page.locator(".now .moved")).to_contain_text("not now")
    await expect(page.locator(".health-card .pill")).to_have_text("Not known now")


async def test_it_notices_within_seconds_that_the_bot_is_back(admin: Guest) -> None:
    page = await cut_off(admin)
    await admin.mend()

    async with page.expect_response(GLANCE):
        await page.clock.run_for(SOON)

    await expect(page.get_by_role("status")).to_be_hidden()
    await expect(page.locator(".now.outdated")).to_have_count(0)
    await expect(page.locator(".now .moved")).to_be_empty()
    await expect(page.locator(".health-card .pill")).not_to_have_text("Not known now")
    assert await asked_within(page, SOON) == 0


async def test_a_device_that_is_online_again_asks_at_once(admin: Guest) -> None:
    page = await cut_off(admin)
    await admin.mend()

    async with page.expect_response(GLANCE):
        await page.evaluate("dispatchEvent(new Event('online'))")

    await expect(page.get_by_role("status")).to_be_hidden()


async def test_a_hidden_tab_does_not_ask_whether_the_bot_is_back(admin: Guest) -> None:
    page = await cut_off(admin)

    await page.evaluate(SHOW, "hidden")

    assert await asked_within(page, 10 * EVERY) == 0


async def test_a_question_that_is_refused_is_no_reason_to_hurry(admin: Guest) -> None:
    page = await cut_off(admin)
    await admin.mend()
    await admin.fail("/api/v1/analytics/glance", 403)
    async with page.expect_response(GLANCE):
        await page.clock.run_for(SOON)
    await expect(page.get_by_role("status").first).to_contain_text("every 30 seconds")

    assert await asked_within(page, SOON) == 0
