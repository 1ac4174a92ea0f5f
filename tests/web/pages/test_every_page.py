"""Every page there is: with figures, without any, and while the bot does not answer."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from bot.web.dashboard.pages import PAGES
from tests.web.pages.guest import PHONE, PRESS, WIDER, Guest, drawn

pytestmark = pytest.mark.asyncio(loop_scope="package")

every_page = pytest.mark.parametrize("name", [page.name for page in PAGES])
TITLES = {page.name: page.title for page in PAGES}
GRAVE = {"serious", "critical"}
AXE = Axe()
# Selectors take most of its time, and the HTML says where as well.
ASKED = {"resultTypes": ["violations"], "selectors": False, "preload": False}


async def faults(page: Page) -> list[str]:
    """What axe-core finds serious or critical: the rule, and where."""
    found = (await AXE.run(page, options=ASKED)).response["violations"]
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


@every_page
async def test_a_page_with_figures_is_whole_and_can_be_used_by_everybody(
    admin: Guest, name: str
) -> None:
    # To look at a page takes seconds.  All are made of the same parts, so each is looked at once:
    # every other one dark and on a phone.
    is_dark = list(TITLES).index(name) % 2 == 1
    page = await admin(f"/{name}?days=7")

    await expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[name])
    assert await page.locator(".failure").all_inner_texts() == []
    found = [] if is_dark else await faults(page)
    await page.emulate_media(color_scheme="dark")
    await page.set_viewport_size(PHONE)
    await drawn(page)
    found += await faults(page) if is_dark else []
    assert found == []
    assert not await page.evaluate(WIDER)


@every_page
async def test_a_page_without_figures_says_so(newcomer: Guest, name: str) -> None:
    page = await newcomer(f"/{name}")

    await expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[name])
    assert await page.locator(".failure").all_inner_texts() == []
    shown = await page.get_by_role("main").inner_text()
    assert not {"NaN", "undefined", "null", "[object", "Infinity"} & set(shown.split())


@every_page
async def test_a_page_whose_questions_fail_says_why_and_tries_again(
    admin: Guest, name: str
) -> None:
    await admin.fail("/api/**")
    await admin.fail("/health")

    page = await admin(f"/{name}")

    await expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[name])
    await expect(page.get_by_text("The bot is being mended.").first).to_be_visible()
    assert name != "overview" or await faults(page) == []
    await admin.mend()
    await page.get_by_role("button", name="Try again").evaluate_all(PRESS)
    await expect(page.locator(".failure")).to_have_count(0)
    await drawn(page)
    await expect(page.get_by_text("The bot is being mended.")).to_have_count(0)


async def test_what_was_known_stays_when_the_network_is_cut(admin: Guest) -> None:
    page = await admin("/revenue")
    before = await page.locator(".figures").first.inner_text()
    admin.may_fail = True

    await admin.profile.set_offline(True)
    await page.get_by_role("button", name="Ask again now").click()

    await expect(page.get_by_role("status")).to_contain_text("The bot does not answer.")
    assert await page.locator(".figures").first.inner_text() == before
    await admin.profile.set_offline(False)
    await page.get_by_role("button", name="Ask again now").click()
    await expect(page.get_by_role("status")).to_be_hidden()


async def test_a_page_opened_without_a_network_tells_what_to_look_at(admin: Guest) -> None:
    page = await admin("/revenue")
    admin.may_fail = True
    await admin.profile.set_offline(True)

    await page.get_by_role("link", name="Conversations").first.click()

    await expect(page.get_by_role("alert").first).to_contain_text("Is it running")
    await admin.profile.set_offline(False)
    await page.get_by_role("button", name="Try again").first.click()
    await expect(page.get_by_role("alert")).to_have_count(0)
