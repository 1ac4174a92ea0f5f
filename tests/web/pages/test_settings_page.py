"""Keys for others are made and ended: tokens for programs, links for people."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from bot.tokens import Scope
from tests.web.pages.guest import Guest, drawn, guest
from tests.web.pages.place import Place

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_token_is_made_shown_once_and_ended(admin: Guest, busy: Place) -> None:
    page = await admin("/settings")
    await page.get_by_label("Name", exact=True).fill("grafana")
    await page.get_by_role("button", name="Make a token").click()
    shown = page.get_by_role("textbox", name="The token grafana")
    secret = await shown.input_value()

    await page.get_by_role("button", name="End the token grafana").click()
    await page.get_by_role("dialog").get_by_role("button", name="End it").click()

    await expect(page.get_by_text("The token grafana has ended.")).to_be_visible()
    await expect(shown).to_have_count(0)
    asked = {"Authorization": f"Bearer {secret}"}
    refused = await admin.profile.request.get(f"{busy.url}/api/v1/rules", headers=asked)
    assert refused.status == 401
    await drawn(page)


async def test_a_token_is_not_shown_again(admin: Guest, busy: Place) -> None:
    secret = await busy.secret(Scope.TRACK, "counter")

    page = await admin("/settings")

    await expect(page.get_by_role("button", name="End the token counter")).to_be_visible()
    assert secret.split("_", 2)[2] not in await page.content()


async def test_the_digest_says_what_keeps_it_from_being_sent(admin: Guest) -> None:
    page = await admin("/settings")

    told = page.get_by_text("None is sent until DIGEST_SCHEDULE says when.", exact=True)
    await expect(told).to_be_visible()


async def test_a_name_that_cannot_be_is_told_beside_its_field(admin: Guest) -> None:
    admin.may_fail = True
    page = await admin("/settings")
    problem = page.locator("[data-field=name] .problem")
    name = page.get_by_label("Name", exact=True)
    make = page.get_by_role("button", name="Make a token")

    for text, told in {"": "is missing", "<b>": "takes letters"}.items():
        await name.fill(text)
        await make.click()
        await expect(problem).to_contain_text(told)
        await expect(name).to_be_focused()
    await name.fill("the admin")
    await make.click()
    await expect(page.get_by_role("alert")).to_contain_text("already")


async def test_a_link_is_made_opened_by_somebody_without_a_session_and_ended(
    admin: Guest, busy: Place, browser: Browser
) -> None:
    page = await admin("/revenue?days=7&interval=weekly")
    await page.get_by_role("button", name="Share this page").click()
    await page.get_by_role("button", name="Make the link").click()
    link = await page.get_by_label("The link", exact=True).input_value()
    async with guest(browser, busy, None) as friend:
        friend.may_fail = True
        shown = await friend(link.removeprefix(f"{busy.url}/dashboard"), is_drawn=False)
        await expect(shown.get_by_role("heading", level=1)).to_have_text("Revenue")
        await expect(shown.get_by_text("read-only")).to_be_visible()
        await expect(shown.get_by_role("heading", name="Funnel").first).to_be_visible()
        await expect(shown.get_by_role("link", name="Audience")).to_have_count(0)
        await expect(shown.get_by_role("navigation")).to_have_count(0)
        await page.goto(f"{busy.url}/dashboard/settings")
        await page.get_by_role("button", name="End the link to Revenue").click()
        await page.get_by_role("dialog").get_by_role("button", name="End it").click()
        await expect(page.get_by_text("The link to Revenue has ended.")).to_be_visible()
        await shown.reload()
        await expect(shown.get_by_role("alert")).to_contain_text("This link has ended")
    await drawn(page)


async def test_a_shared_page_says_what_its_time_is_too_long_for(
    busy: Place, browser: Browser
) -> None:
    made = await busy.ask("POST", "shares", {"page": "audience", "days": 120})
    async with guest(browser, busy, None) as friend:
        shown = await friend(f"/shared#{made['secret']}", is_drawn=False)

        await expect(shown.get_by_text("Engagement is about 90 days at most")).to_be_visible()
        await expect(shown.get_by_role("heading", name="Lifecycle").first).to_be_visible()


async def test_a_link_opens_nothing_else(admin: Guest, busy: Place, browser: Browser) -> None:
    made = await busy.ask("POST", "shares", {"page": "overview", "days": 7})
    async with guest(browser, busy, None) as friend:
        shown = await friend(f"/shared#{made['secret']}", is_drawn=False)
        await expect(shown.get_by_role("heading", level=1)).to_have_text("Overview")

        other = await friend("/revenue", is_drawn=False)

        await expect(other.get_by_label("Token", exact=True)).to_be_visible()
        bearer = {"Authorization": f"Bearer {made['secret']}"}
        address = f"{busy.url}/api/v1/analytics/revenue"
        assert (await friend.profile.request.get(address, headers=bearer)).status == 401


async def test_who_may_only_read_is_shown_no_keys(reader: Guest) -> None:
    page = await reader("/settings")

    await expect(page.get_by_text("to make tokens and links")).to_be_visible()
    for name in ("Make a token", "Make a link", "End the"):
        await expect(page.get_by_role("button", name=name)).to_have_count(0)
