"""A page asks again by itself, but not while nobody looks, and never waits for old answers."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, Request, Route, expect

from tests.web.pages.guest import Guest, drawn

pytestmark = pytest.mark.asyncio(loop_scope="package")

EVERY = 31_000  # ms
SHOW = """(state) => {
  Object.defineProperty(document, "hidden", { value: state === "hidden", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


class Asked(list[str]):
    """Which questions a page asks about revenue."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        page.on("request", self.note)

    def note(self, request: Request) -> None:
        """Remember it."""
        if "/analytics/revenue" in request.url:
            self.append(request.url.partition("?")[2])


async def slow_page(admin: Guest) -> tuple[Page, Asked]:
    """A page whose clock is ours."""
    page = await admin.profile.new_page()
    await page.clock.install()
    asked = Asked(page)
    await page.goto(f"{admin.url}/dashboard/revenue?only=revenue")
    await drawn(page)
    # From here on its time goes on when we say so, however slow we are.
    await page.clock.pause_at(await page.evaluate("Date.now() / 1000") + 1)
    assert asked == ["days=30"]
    return page, asked


async def test_it_asks_every_half_minute_and_not_while_the_tab_is_hidden(admin: Guest) -> None:
    page, asked = await slow_page(admin)
    async with page.expect_response("**/revenue?days=30"):
        await page.clock.run_for(EVERY)
    await drawn(page)
    assert len(asked) == 2

    await page.evaluate(SHOW, "hidden")
    await page.clock.run_for(10 * EVERY)
    assert len(asked) == 2
    async with page.expect_response("**/revenue?days=30"):
        await page.evaluate(SHOW, "visible")

    await drawn(page)
    assert len(asked) == 3


async def test_who_comes_back_early_waits_for_the_rest_of_the_time(admin: Guest) -> None:
    page, asked = await slow_page(admin)
    await page.evaluate(SHOW, "hidden")
    await page.clock.run_for(EVERY // 3)

    await page.evaluate(SHOW, "visible")
    await page.clock.run_for(EVERY // 3)
    assert len(asked) == 1
    async with page.expect_response("**/revenue?days=30"):
        await page.clock.run_for(EVERY // 2)

    await drawn(page)


async def test_a_page_that_was_left_asks_no_more(admin: Guest) -> None:
    page, asked = await slow_page(admin)

    await page.get_by_role("link", name="Settings").first.click()
    await drawn(page)
    await page.clock.run_for(3 * EVERY)

    assert len(asked) == 1


async def test_the_answer_to_an_old_question_is_not_waited_for(admin: Guest) -> None:
    page = await admin("/revenue?only=revenue")
    held = asyncio.Event()

    async def hold(route: Route) -> None:
        await held.wait()
        await route.abort()

    await page.route("**/analytics/revenue?days=7", hold)
    await page.get_by_role("button", name="7d").click()
    async with page.expect_event("requestfailed") as failed:
        await page.get_by_role("button", name="90d").click()

    assert (await failed.value).url.endswith("?days=7")
    assert (await failed.value).failure == "net::ERR_ABORTED"
    held.set()
    await drawn(page)
    await expect(page.locator(".failure")).to_have_count(0)
    await expect(page.get_by_role("status")).to_be_hidden()


async def test_who_comes_back_while_it_asks_is_answered_once(admin: Guest) -> None:
    page = await admin.profile.new_page()
    asked, held = Asked(page), asyncio.Event()

    async def hold(route: Route) -> None:
        await held.wait()
        await route.continue_()

    await page.route("**/analytics/revenue?days=30", hold)
    async with page.expect_request("**/revenue?days=30"):
        await page.goto(f"{admin.url}/dashboard/revenue?only=revenue")

    await page.evaluate(SHOW, "hidden")
    await page.evaluate(SHOW, "visible")
    held.set()

    await drawn(page)
    assert asked == ["days=30"]


async def test_who_comes_back_to_what_hangs_asks_again(admin: Guest) -> None:
    page = await admin.profile.new_page()
    await page.clock.install()
    asked = Asked(page)

    async def hang_once(route: Route) -> None:
        if len(asked) > 1:
            await route.continue_()

    await page.route("**/analytics/revenue?days=30", hang_once)
    async with page.expect_request("**/revenue?days=30"):
        await page.goto(f"{admin.url}/dashboard/revenue?only=revenue")
    await page.clock.fast_forward(EVERY)

    await page.evaluate(SHOW, "hidden")
    await page.evaluate(SHOW, "visible")

    await drawn(page)
    assert asked == ["days=30"] * 2


async def test_what_is_looked_at_stays_as_it_is_when_figures_come_anew(admin: Guest) -> None:
    page, _ = await slow_page(admin)
    button = page.get_by_role("button", name="Show the table").first
    await button.click()
    table = await page.locator("table:visible").first.element_handle()
    assert table is not None

    async with page.expect_response("**/revenue?days=30"):
        await page.clock.run_for(EVERY)
    await drawn(page)

    assert await table.is_visible()
    await expect(button).to_be_focused()
