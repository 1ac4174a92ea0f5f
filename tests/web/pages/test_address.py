"""What is chosen stands in the address: it survives a reload, and the way back leads to it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Page, expect

from bot.clock import utc_now
from tests.web.pages.guest import Guest, drawn

pytestmark = pytest.mark.asyncio(loop_scope="package")


def asked(page: Page) -> dict[str, str]:
    """What stands behind the question mark."""
    return {name: value for name, (value,) in parse_qs(urlsplit(page.url).query).items()}


async def is_chosen(page: Page, preset: str) -> None:
    """That one, and no other."""
    period = page.get_by_role("group", name="Period")
    await expect(period.locator("[aria-pressed=true]")).to_have_text(preset)


async def test_a_period_is_in_the_address_and_the_way_back_leads_to_the_one_before(
    admin: Guest,
) -> None:
    page = await admin("/revenue")
    await is_chosen(page, "30d")

    async with page.expect_request("**/revenue?days=7"):
        await page.get_by_role("button", name="7d").click()
    async with page.expect_request("**/revenue?days=90"):
        await page.get_by_role("button", name="90d").click()

    assert asked(page) == {"days": "90"}
    async with page.expect_request("**/revenue?days=7"):
        await page.go_back()
    await is_chosen(page, "7d")
    await page.reload()
    await drawn(page)
    await is_chosen(page, "7d")
    await page.go_forward()
    await drawn(page)
    await is_chosen(page, "90d")


async def test_days_are_chosen_by_their_dates(admin: Guest) -> None:
    page = await admin("/revenue")
    today = utc_now().date().isoformat()
    await page.get_by_role("button", name="Dates").click()
    await page.get_by_label("From", exact=True).fill("2026-01-05")
    await page.get_by_label("To", exact=True).fill("2026-01-04")
    await page.get_by_role("button", name="Show these days").click()
    await expect(page.get_by_role("alert")).to_have_text("The last day is before the first.")

    await page.get_by_label("From", exact=True).fill(today)
    await page.get_by_label("To", exact=True).fill(today)
    async with page.expect_request(f"**/revenue?first_day={today}&last_day={today}"):
        await page.get_by_role("button", name="Show these days").click()

    assert asked(page) == {"from": today, "to": today}
    await page.reload()
    await drawn(page)
    await expect(page.locator(".dates")).to_have_attribute("aria-pressed", "true")


async def test_comparison_and_steps_are_in_the_address_and_in_the_question(admin: Guest) -> None:
    page = await admin("/revenue?days=7")

    await page.get_by_label("Compared with").select_option("weekdays")
    async with page.expect_request("**/revenue?days=7&compare=weekdays&interval=weekly"):
        await page.get_by_label("Steps", exact=True).select_option("weekly")

    assert asked(page) == {"days": "7", "compare": "weekdays", "interval": "weekly"}
    await page.reload()
    await drawn(page)
    await expect(page.get_by_label("Compared with")).to_have_value("weekdays")
    await expect(page.get_by_label("Steps", exact=True)).to_have_value("weekly")


async def test_without_a_comparison_nothing_is_shown_as_before(admin: Guest) -> None:
    page = await admin("/revenue?days=7")
    await expect(page.locator(".arrow").filter(has_text="%").first).to_be_visible()

    await page.get_by_label("Compared with").select_option("none")

    await expect(page.locator(".arrow").filter(has_text="%")).to_have_count(0)
    assert asked(page) == {"days": "7", "compare": "none"}


async def test_one_report_of_a_page_can_be_chosen_and_linked_to(admin: Guest) -> None:
    page = await admin("/health")

    await page.get_by_role("button", name="API usage", exact=True).click()

    assert asked(page) == {"only": "api"}
    await page.reload()
    await drawn(page)
    await expect(page.locator("section[data-report]:visible")).to_have_count(1)
    await expect(page.locator("section[data-report=api]")).to_be_visible()


async def test_pages_keep_the_period_and_lose_each_others_filters(admin: Guest) -> None:
    page = await admin("/health?days=7&only=api")

    await page.get_by_role("link", name="Revenue").first.click()
    await drawn(page)

    assert urlsplit(page.url).path == "/dashboard/revenue"
    assert asked(page) == {"days": "7"}
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    await page.go_back()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Health")
    assert asked(page) == {"days": "7", "only": "api"}
    await drawn(page)


async def test_nonsense_in_an_address_is_the_usual(admin: Guest) -> None:
    page = await admin("/revenue?days=7.5&compare=<b>&interval=never&from=x&to=2026-99-99&only=x")

    await is_chosen(page, "30d")
    assert await page.locator(".failure").count() == 0


async def test_colours_are_kept_in_the_browser(admin: Guest) -> None:
    page = await admin("/live")
    await expect(page.locator("html")).to_have_attribute("data-theme", "light")

    await page.get_by_role("button", name="Dark").first.click()

    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await page.get_by_role("button", name="As the system").first.click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "light")
    await drawn(page)
