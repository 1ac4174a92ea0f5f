"""The page of what happens now shows it when it happens."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from tests.web.pages.guest import Guest
from tests.web.pages.place import ADMIN, Place

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def live(guest: Guest) -> Page:
    """The page, connected."""
    page = await guest("/live")
    await expect(page.locator(".live-card .pill").first).to_have_text("Live")
    return page


async def test_a_fact_appears_while_one_looks(admin: Guest, busy: Place) -> None:
    page = await live(admin)
    facts = page.get_by_role("list", name="Facts, the newest first")

    await busy.driver.write(ADMIN, "/help")

    fact = facts.get_by_role("listitem").filter(has_text="/help")
    await expect(fact).to_be_visible()
    await expect(fact).to_contain_text("Ada")
    await fact.locator("summary").click()
    await expect(fact.get_by_text("CommandUsed", exact=True)).to_be_visible()


async def test_an_unknown_command_is_told_in_words(admin: Guest, busy: Place) -> None:
    page = await live(admin)

    await busy.driver.write(ADMIN, "/nonsense")

    facts = page.get_by_role("list", name="Facts, the newest first").get_by_role("listitem")
    await expect(facts.filter(has_text="used an unknown command")).to_be_visible()
    await busy.settle()
    overview = await admin()
    acts = overview.locator("section").filter(has_text="Last activities")
    await expect(acts.get_by_text("used an unknown command").first).to_be_visible()
    await expect(acts.get_by_text("/other")).to_have_count(0)


async def test_without_the_scope_nobody_is_named(reader: Guest, busy: Place) -> None:
    page = await live(reader)

    await busy.driver.write(ADMIN, "/help")

    facts = page.get_by_role("list", name="Facts, the newest first")
    await expect(facts.get_by_role("listitem").filter(has_text="/help").first).to_be_visible()
    await expect(facts.get_by_text("Ada")).to_have_count(0)
    await expect(page.get_by_text("You are signed in with the scope read")).to_be_visible()


async def test_what_is_watched_is_in_the_address(admin: Guest, busy: Place) -> None:
    page = await live(admin)
    kinds = page.get_by_role("group", name="Kinds that are shown")
    await kinds.get_by_role("button", name="Commands").click()
    await expect(page).to_have_url(re.compile(r"kinds=(?!.*CommandUsed)"))

    await page.reload()

    await expect(page.locator(".live-card .pill").first).to_have_text("Live")
    pressed = kinds.get_by_role("button", name="Commands")
    await expect(pressed).to_have_attribute("aria-pressed", "false")
    await busy.driver.write(ADMIN, "/help")
    await busy.driver.write(ADMIN, "only words")
    facts = page.get_by_role("list", name="Facts, the newest first").get_by_role("listitem")
    await expect(facts.filter(has_text="wrote").first).to_be_visible()
    await expect(facts.filter(has_text="used /help")).to_have_count(0)


async def test_a_lost_connection_is_told_and_made_again(admin: Guest) -> None:
    sockets: list[WebSocketRoute] = []

    def joined(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    await admin.profile.route_web_socket("**/live*", joined)
    page = await live(admin)

    await sockets[0].close(code=1011)

    await expect(page.get_by_role("main").get_by_text("Something broke")).to_be_visible()
    await page.get_by_role("button", name="Connect now").click()
    await expect(page.locator(".live-card .pill").first).to_have_text("Live")
    assert len(sockets) == 2
