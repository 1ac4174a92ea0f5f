"""A browser for tests of pages: started once, one fresh profile a visit."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium; skips the test where there is none."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is not installed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


@dataclass
class Visitor:
    """Opens pages and writes down what the browser complains about."""

    browser: Browser
    url: str
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    async def __call__(self, chat: int | None = None, **options: Any) -> Page:
        """The chat page in a profile of its own; options: viewport, color_scheme, ...."""
        context = await self.browser.new_context(**options)
        self.contexts.append(context)
        page = await context.new_page()
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
        for context in self.contexts:
            await context.close()

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)
