"""What is chosen stands in the address: it survives a reload, and the way back leads to it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Page, expect

from bot.clock import utc_now
from bot.web.api.params import EARLIEST, LONGEST
from tests.web.pages.guest import Guest, drawn

pytestmark = pytest.mark.asyncio(loop_scope="package")

READ = """async (words) => {
  const { reading } = await import("/dashboard/static/reading.js");
  return reading("revenue", new URLSearchParams(words)).wrong;
}"""
FILTERS = READ.replace(".wrong", ".state.filters")
LIMITS = """async () => {
  const { LONGEST, EARLIEST } = await import("/dashboard/static/period.js");
  return [LONGEST, EARLIEST];
}"""


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


async def test_a_period_that_there_is_not_is_told_and_leaves_the_address(admin: Guest) -> None:
    page = await admin("/audience?days=9999&compare=year")

    await expect(page.get_by_role("status")).to_have_text(
        "“days=9999”: from 1 to 365 days can be shown. The last 30 days are shown."
    )
    await is_chosen(page, "30d")
    assert asked(page) == {"compare": "year"}
    await page.get_by_role("button", name="7d").click()
    await expect(page.get_by_role("status")).to_be_hidden()
    await drawn(page)


async def test_a_report_that_the_page_does_not_have_is_told(admin: Guest) -> None:
    page = await admin("/health?days=7&only=funnel")

    await expect(page.get_by_role("status")).to_have_text(
        "“only=funnel” is no report of this page. All of them are shown."
    )
    assert asked(page) == {"days": "7"}
    await expect(page.locator("section[data-report=api]")).to_be_visible()


async def test_a_kind_of_facts_that_there_is_not_is_told(admin: Guest) -> None:
    page = await admin("/live?kinds=CommandUsed,Nonsense")

    await expect(page.get_by_role("status")).to_contain_text("“Nonsense” is no kind of facts.")
    assert asked(page) == {"kinds": "CommandUsed"}


async def test_a_page_that_there_is_not_is_told_beside_those_there_are(admin: Guest) -> None:
    admin.may_fail = True
    page = await admin("/n%C3%B6pe?days=7")

    await expect(page.get_by_role("main")).to_contain_text("There is no page “nöpe”.")
    await expect(page.get_by_role("group", name="Period")).to_be_hidden()
    await page.get_by_role("main").get_by_role("link", name="Revenue").click()
    await drawn(page)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Revenue")
    assert asked(page) == {"days": "7"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("days=30&compare=year&interval=weekly&rule=Silence", []),
        ("tgWebAppStartParam=x", []),
        ("days=7.5", ["“days=7.5”: from 1 to 365 days can be shown."]),
        ("days=", ["“days=”: from 1 to 365"]),
        ("days=7&days=90", ["“days” stands there more than once"]),
        ("from=2026-01-05", ["“from=2026-01-05&to=”: Both days are needed."]),
        ("from=2026-02-05&to=2026-01-04", ["The last day is before the first."]),
        ("from=2026-02-30&to=2026-03-04", ["A day is written as 2026-01-31."]),
        ("from=2024-01-01&to=2026-01-01", ["At most 365 days can be shown."]),
        ("from=2026-01-01&to=2999-01-01", ["The last day is not here yet."]),
        ("from=2013-08-13&to=2013-09-01", ["Telegram began on 14 Aug 2013."]),
        ("from=2026-01-05&to=2026-01-06&days=7", ["“days=7” beside dates: The dates count."]),
        ("compare=<b>", ["“compare=<b>” is none of previous, weekdays, year, none."]),
        ("interval=never", ["“interval=never” is none of hourly, daily, weekly, monthly."]),
        ("first_day=2026-01-05", ["“first_day” means nothing here."]),
        ("days=0&compare=x", ["“days=0”", "“compare=x”"]),
    ],
)
async def test_each_word_that_cannot_be_meant_is_told(
    stranger: Guest, words: str, told: list[str]
) -> None:
    page = await stranger(is_drawn=False)

    wrong = await page.evaluate(READ, words)

    assert len(wrong) == len(told), wrong
    assert all(part in sentence for part, sentence in zip(told, wrong, strict=True)), wrong


async def test_of_a_word_that_stands_there_twice_the_first_counts(stranger: Guest) -> None:
    page = await stranger(is_drawn=False)

    assert await page.evaluate(FILTERS, "rule=A&rule=B&x=1") == {"rule": "A"}


async def test_the_longest_and_the_earliest_period_are_the_apis(stranger: Guest) -> None:
    page = await stranger(is_drawn=False)

    assert await page.evaluate(LIMITS) == [LONGEST, EARLIEST.isoformat()]


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
