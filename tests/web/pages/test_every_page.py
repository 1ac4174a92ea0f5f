"""Every page there is: with figures, without any, and while the bot does not answer."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from bot.web.dashboard.pages import PAGES
from tests.web.pages.guest import PHONE, Guest, drawn

pytestmark = pytest.mark.asyncio(loop_scope="package")

every_page = pytest.mark.parametrize("name", [page.name for page in PAGES])
TITLES = {page.name: page.title for page in PAGES}
GRAVE = {"serious", "critical"}
AXE = Axe()
WHOLE = {"resultTypes": ["violations"]}
COLOURS = WHOLE | {"runOnly": ["color-contrast"]}
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


async def faults(page: Page, options: object = None) -> list[str]:
    """What axe-core finds serious or critical: the rule, and where."""
    found = (await AXE.run(page, options=options or WHOLE)).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['html'][:150]}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


@every_page
async def test_a_page_with_figures_is_whole_and_can_be_used_by_everybody(
    admin: Guest, name: str
) -> None:
    page = await admin(f"/{name}")

    await expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[name])
    assert await page.locator(".failure").all_inner_texts() == []
    found = {"light": await faults(page)}
    await page.emulate_media(color_scheme="dark")
    found["dark"] = await faults(page, COLOURS)
    await page.set_viewport_size(PHONE)
    await drawn(page)
    found["phone"] = await faults(page)
    assert found == {"light": [], "dark": [], "phone": []}
    assert not await page.evaluate(WIDER)


@every_page
async def test_a_page_without_figures_says_so(newcomer: Guest, name: str) -> None:
    page = await newcomer(f"/{name}")

    await expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[name])
    assert await page.locator(".failure").all_inner_texts() == []
    assert await faults(page) == []
    shown = await page.get_by_role("main").inner_text()
    assert not {"NaN", "undefined", "null", "[object", "Infinity"} & set(shown.split())
