"""The way in: by a token, by the link of the start; and the way out."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from bot.tokens import Scope
from tests.waiting import until_true
from tests.web.pages.guest import Guest, drawn
from tests.web.pages.place import Place

pytestmark = pytest.mark.asyncio(loop_scope="package")


ASK_AGAIN = """() => {
  document.querySelector(".fresh button")?.click();
  return document.querySelector("#token") !== null;
}"""


async def knock(page: Page, token: str) -> None:
    """Paste a token and press Enter."""
    await page.get_by_label("Token", exact=True).fill(token)
    await page.keyboard.press("Enter")


async def test_a_token_opens_the_page_that_was_asked_for(stranger: Guest, busy: Place) -> None:
    page = await stranger("/revenue?days=7", is_drawn=False)
    await expect(page).to_have_title("Sign in · Telegauge")
    await expect(page.get_by_label("Token", exact=True)).to_be_focused()

    await knock(page, await busy.secret(Scope.ADMIN, "door"))

    await expect(page.get_by_role("heading", level=1)).to_have_text("Revenue")
    await expect(page).to_have_url(f"{busy.url}/dashboard/revenue?days=7")
    await expect(page.get_by_text("door · admin").first).to_be_visible()
    await drawn(page)


async def test_a_wrong_token_is_told_beside_its_field(stranger: Guest) -> None:
    stranger.may_fail = True
    page = await stranger(is_drawn=False)

    await knock(page, "nonsense")

    await expect(page.get_by_role("alert")).to_have_text("This is no token, or it has ended.")
    await expect(page.get_by_label("Token", exact=True)).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_label("Token", exact=True)).to_be_focused()


async def test_a_token_that_may_only_tell_opens_nothing(stranger: Guest, busy: Place) -> None:
    stranger.may_fail = True
    page = await stranger(is_drawn=False)

    await knock(page, await busy.secret(Scope.TRACK))

    await expect(page.get_by_role("alert")).to_contain_text("is for track")


async def test_whoever_has_no_token_reads_how_to_get_in(stranger: Guest) -> None:
    page = await stranger(is_drawn=False)

    ways = page.locator("#token-help")
    await expect(ways).to_contain_text("sends /dashboard to the bot in Telegram")
    await expect(ways).to_contain_text("telegauge token create dashboard --scope admin")
    await expect(ways).to_contain_text("The sandbox prints a link when it starts.")


async def test_nothing_is_no_token(stranger: Guest) -> None:
    page = await stranger(is_drawn=False)

    await knock(page, " ")

    await expect(page.get_by_role("alert")).to_have_text("Paste a token first.")


async def test_who_may_only_read_is_offered_nothing_to_change(reader: Guest) -> None:
    page = await reader("/revenue")

    await expect(page.get_by_text("the read · read").first).to_be_visible()
    await expect(page.get_by_role("button", name="Share this page")).to_be_hidden()


async def test_only_pages_that_a_link_can_show_are_shared(admin: Guest) -> None:
    shared = await admin("/alerts")
    own = await admin("/settings")

    await expect(shared.get_by_role("button", name="Share this page")).to_be_visible()
    await expect(own.get_by_role("button", name="Share this page")).to_be_hidden()


async def test_signing_out_ends_the_session_for_good(stranger: Guest, busy: Place) -> None:
    page = await stranger(is_drawn=False)
    await knock(page, await busy.secret(Scope.ADMIN))
    await drawn(page)

    await page.get_by_role("button", name="Sign out").first.click()

    await expect(page.get_by_text("You are signed out.")).to_be_visible()
    assert await stranger.profile.cookies() == []
    await page.reload()
    await expect(page.get_by_label("Token", exact=True)).to_be_visible()


async def test_a_session_that_ended_leads_back_to_the_door(stranger: Guest, busy: Place) -> None:
    stranger.may_fail = True
    page = await stranger("/revenue", is_drawn=False)
    token = await busy.secret(Scope.ADMIN, "short")
    await knock(page, token)
    await drawn(page)

    await busy.ask("DELETE", f"tokens/{token.split('_')[1]}")
    # Who was known a moment ago is not looked up again for a few seconds.
    await until_true(lambda: page.evaluate(ASK_AGAIN))

    await expect(page.get_by_text("You were signed out")).to_be_visible()
    await knock(page, await busy.secret(Scope.ADMIN))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Revenue")
    await drawn(page)


async def test_the_link_of_the_start_opens_the_dashboard_once(
    stranger: Guest, busy: Place
) -> None:
    link = busy.app.entrance.link("")

    page = await stranger(link)

    await expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    await stranger.profile.clear_cookies()
    again = await stranger(link, is_drawn=False)
    over = again.get_by_text("This link has been used, or its hour is over.")
    await expect(over).to_contain_text("/dashboard in the admin's chat opens this page signed in")
    await expect(over).to_contain_text("prints a new link when it starts again")
    await expect(again).to_have_url(f"{busy.url}/dashboard")
