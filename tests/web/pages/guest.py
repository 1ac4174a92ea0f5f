"""Somebody at a browser: opens the dashboard, and hears whatever the browser complains about."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Route,
    ViewportSize,
    expect,
)

from bot.tokens import Scope
from tests.sandbox.page.browser import CALM
from tests.waiting import PATIENCE
from tests.web.pages.place import Place

# What Chromium itself writes about an answer that is none: a test that orders one expects it.
FAILED = "Failed to load resource"
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
# Every one of several buttons.
PRESS = "(all) => all.forEach((one) => one.click())"
# Whether one has to scroll sideways.
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# Of pages that no server answers: made by the page itself.
INSIDE = {"data", "blob"}


@dataclass
class Guest:
    """A profile of its own.

    complaints: console errors and warnings, faults of scripts, and requests to others
    may_fail: whether answers may fail without being complaints
    """

    profile: BrowserContext
    origins: set[str]
    url: str
    complaints: list[str] = field(default_factory=list)
    may_fail: bool = False

    def watch(self) -> None:
        """Hear what the browser says, from now on."""
        self.profile.on("console", self._console)
        self.profile.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.profile.on("request", self._request)

    async def __call__(self, path: str = "", *, is_drawn: bool = True) -> Page:
        """The dashboard's page below /dashboard, with all its figures."""
        page = await self.profile.new_page()
        await page.goto(f"{self.url}/dashboard{path}")
        if is_drawn:
            await drawn(page)
        return page

    async def fail(self, path: str, status: int = 503) -> None:
        """Let the server answer with trouble, or nothing at all (status 0), instead."""
        self.may_fail = True

        async def answer(route: Route) -> None:
            if status == 0:
                await route.abort("connectionrefused")
            else:
                await route.fulfill(
                    status=status, body=PROBLEM, content_type="application/problem+json"
                )

        await self.profile.route(f"{self.url}{path}", answer)

    async def mend(self) -> None:
        """The server answers again."""
        await self.profile.unroute_all()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        if not (self.may_fail and message.text.startswith(FAILED)):
            self.complaints.append(f"{message.type}: {message.text} ({message.location['url']})")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in INSIDE and f"{parts.scheme}://{parts.netloc}" not in self.origins:
            self.complaints.append(f"asked elsewhere: {request.url}")


PROBLEM = json.dumps(
    {"type": "about:blank", "title": "Service Unavailable", "detail": "The bot is being mended."}
)


@asynccontextmanager
async def guest(
    browser: Browser, place: Place, scope: Scope | None = Scope.ADMIN, **options: Any
) -> AsyncIterator[Guest]:
    """Somebody who came with a session of that scope, or without one.

    At the end the browser must have had nothing to complain about.
    """
    if scope is not None:
        options["storage_state"] = await _cookies(place, browser, scope)
    profile = await browser.new_context(**({"viewport": DESK} | CALM | options))
    profile.set_default_timeout(PATIENCE * 1_000)
    one = Guest(profile, {place.url}, place.url)
    one.watch()
    yield one
    await profile.close()
    assert one.complaints == [], one.complaints


async def _cookies(place: Place, browser: Browser, scope: Scope) -> Any:
    """What a browser keeps once somebody has signed in."""
    if scope not in place.cookies:
        profile = await browser.new_context()
        token = await place.secret(scope, f"the {scope}")
        sent = await profile.request.post(f"{place.url}/dashboard/sign-in", data={"token": token})
        assert sent.ok, await sent.text()
        place.cookies[scope] = await profile.storage_state()
        await profile.close()
    return place.cookies[scope]


async def drawn(page: Page) -> None:
    """Return when the page has a heading and nothing on it is loading any more."""
    await expect(page.get_by_role("heading", level=1).first).to_be_visible()
    await page.wait_for_function(QUIET, polling=50)


# Skeletons and dimmed parts are gone, and the frame does not ask.
QUIET = """() => !document.querySelector(
  ".skeleton, [aria-busy='true'], .busy, .place:empty"
)"""
