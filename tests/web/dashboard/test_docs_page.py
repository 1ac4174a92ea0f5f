"""/api/docs: the description, shown by our own files alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Page

from bot.web.api.docs import FOLDER
from bot.web.files import Files
from tests.sandbox.page.browser import chromium
from tests.web.dashboard.house import OWN, Browser, House

# Chromium starts slowly on a busy machine.
PATIENCE = 60_000


@dataclass
class Visit:
    """A page in Chromium, what it complained about, and whom it asked."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def listen(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def strangers(self, url: str) -> list[str]:
        """Addresses that are not ours; data: is no request."""
        return [one for one in self.asked if not one.startswith((url, "data:"))]


@pytest.fixture
async def visit() -> AsyncIterator[Visit]:
    async with chromium() as profile:
        one = Visit(await profile.new_page())
        one.listen()
        yield one


async def test_the_description_can_be_read_and_tried(home: House, visit: Visit) -> None:
    page = visit.page
    await page.goto(f"{home.url}/api/docs")
    await page.locator("button.authorize").click()
    # The first of the keys is a token, the other a link's.
    await page.locator(".auth-container input").first.fill(OWN)
    await page.locator(".auth-btn-wrapper button.authorize").first.click()
    await page.locator(".btn-done").first.click()
    tokens = page.locator("#operations-tokens-get_tokens")
    await tokens.locator(".opblock-summary-control").click()
    await tokens.locator("button.execute").click()

    await tokens.locator(".live-responses-table").get_by_text("API_TOKEN").first.wait_for()
    query = page.locator("#operations-query-post_query")
    await query.locator(".opblock-summary-control").click()
    await query.locator("button.execute").click()
    await query.locator(".live-responses-table").get_by_text("elapsed_ms").first.wait_for()

    assert visit.complaints == []
    assert visit.strangers(home.url) == []


async def test_the_dashboard_s_policy_lets_its_own_live_facts_through(
    home: House, visit: Visit
) -> None:
    await visit.page.goto(f"{home.url}/dashboard/shared")

    outcome = await visit.page.evaluate(
        """() => new Promise((resolve) => {
            document.addEventListener("securitypolicyviolation", (event) =>
                resolve(event.violatedDirective));
            const socket = new WebSocket(location.origin.replace("http", "ws") + "/api/v1/live");
            socket.onopen = () => resolve("open");
            socket.onclose = () => resolve("closed");
        })"""
    )
    stranger = await visit.page.evaluate(
        """() => new Promise((resolve) => {
            document.addEventListener("securitypolicyviolation", (event) =>
                resolve(event.violatedDirective));
            fetch("http://127.0.0.2:9/").catch(() => {});
        })"""
    )

    assert (outcome, stranger) == ("open", "connect-src")


async def test_the_page_may_load_nothing_that_is_not_ours(browser: Browser) -> None:
    answer = await browser("GET", "/api/docs")

    policy = answer.headers["Content-Security-Policy"]
    assert answer.status == 200
    assert "unsafe" not in policy and "http" not in policy
    assert "frame-ancestors 'none'" in policy


async def test_every_file_of_it_can_be_had(browser: Browser) -> None:
    names = Files(FOLDER).names

    statuses = [(await browser("GET", f"/api/docs/{name}")).status for name in names]

    assert {"LICENSE", "NOTICE", "swagger-ui-bundle.js", "swagger-ui.css"} <= set(names)
    assert set(statuses) == {200}
    assert (await browser("GET", "/api/docs/..%2Fserver.py")).status == 404


def test_nothing_is_vendored_with_addresses_of_maps() -> None:
    texts = [path.read_text(encoding="utf-8") for path in FOLDER.iterdir()]

    assert [text[:80] for text in texts if "sourceMappingURL=swagger" in text] == []
