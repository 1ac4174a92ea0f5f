"""A browser for tests of pages: started once, one profile for all who want nothing special."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.async_api import BrowserContext, ConsoleMessage, Page, async_playwright, expect

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]

# A test that looks while something still moves sees where it is, not where it belongs.
CALM: dict[str, Any] = {"reduced_motion": "reduce"}


@asynccontextmanager
async def chromium() -> AsyncIterator[BrowserContext]:
    """A profile in the system's Chromium; skips the test where there is none.

    The shell is the same engine without a window's furniture: half the work for each page.
    """
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if path is None:
        pytest.skip("chromium-headless-shell is not installed")
    # Four workers on two cores: what takes a moment alone takes seconds then.
    expect.set_options(timeout=20_000)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield await browser.new_context(**CALM)
        await browser.close()


@dataclass
class Visitor:
    """Opens pages and writes down what the browser complains about."""

    profile: BrowserContext
    url: str
    complaints: list[str] = field(default_factory=list)
    opened: list[Page | BrowserContext] = field(default_factory=list)

    async def __call__(self, chat: int | None = None, **options: Any) -> Page:
        """The chat page, with options (viewport, color_scheme, ...) in a profile of its own."""
        page = await (await self._special(**options) if options else self.profile).new_page()
        self.opened.append(page)
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        await page.goto(f"{self.url}/" if chat is None else f"{self.url}/?chat={chat}")
        await page.get_by_text("live", exact=True).wait_for()
        if chat is not None:
            # Loading ends with drawing all anew, and a button that goes meanwhile is not pressed.
            await page.locator('[role="log"][aria-busy="false"]').wait_for(state="attached")
        return page

    async def leave(self) -> None:
        """Close every page."""
        while self.opened:
            await self.opened.pop(0).close()

    async def _special(self, **options: Any) -> BrowserContext:
        browser = self.profile.browser
        assert browser is not None
        profile = await browser.new_context(**CALM, **options)
        self.opened.append(profile)
        return profile

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)
