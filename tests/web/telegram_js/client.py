"""Telegram's web client as a Mini App sees it: a page around it that hears and says."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web
from playwright.async_api import BrowserContext, ConsoleMessage, Frame, Page

from bot.web import dashboard

STATIC = Path(next(iter(dashboard.__path__))) / "static"
CLIENT = """<!doctype html><title>Client</title><link rel="icon" href="data:,">
<iframe name="app"></iframe>
<script>
  const frame = document.querySelector("iframe");
  window.heard = [];
  addEventListener("message", (event) => {
    if (event.source === frame.contentWindow) heard.push(JSON.parse(event.data));
  });
  window.say = (text) => frame.contentWindow.postMessage(text, "*");
</script>
"""
APP = """<!doctype html><title>App</title><link rel="icon" href="data:,">
<script type="module">
  import { miniApp } from "/telegram.js";
  window.themes = [];
  window.presses = 0;
  miniApp.onTheme((one) => themes.push([one.isDark, one.colours.bg_color]));
  window.miniApp = miniApp;
</script>
"""
# As browsers do for frames of other sites, by default or by their owners' choice.
KEEPS_NOTHING = """if (window.parent !== window)
  Object.defineProperty(window, "sessionStorage", {
    get: () => { throw new DOMException("denied", "SecurityError"); },
  })"""
LIGHT = {"bg_color": "#ffffff", "text_color": "#000000"}
DARK = {"bg_color": "#17212B", "text_color": "#f5f5f5"}


def fragment(init_data: str = "user=%7B%7D&hash=00", colours: object = None) -> str:
    """What Telegram puts behind an address."""
    given = json.dumps(LIGHT if colours is None else colours)
    fields = {"tgWebAppData": init_data, "tgWebAppVersion": "8.0", "tgWebAppThemeParams": given}
    return "#" + urlencode(fields, quote_via=quote)


@dataclass
class Client:
    """A page that holds the app, which comes from another origin, as in life."""

    page: Page
    app: str

    async def open(self, after: str = "") -> Frame:
        """The app at its address with *after*; its script has run."""
        await self.page.evaluate("heard = []")
        frame = self.page.frame("app")
        assert frame is not None
        await frame.goto(f"{self.app}{after}")
        await frame.wait_for_function("window.miniApp")
        return frame

    async def heard(self) -> list[dict[str, Any]]:
        """What the app said."""
        found: list[dict[str, Any]] = await self.page.evaluate("heard")
        return found

    async def kinds(self) -> list[str]:
        """Of what it said, the kinds."""
        return [one["eventType"] for one in await self.heard()]

    async def say(self, kind: str, **data: Any) -> None:
        """What the client says to the app."""
        await self.page.evaluate("say", json.dumps({"eventType": kind, "eventData": data}))


async def _client(_request: web.Request) -> web.Response:
    return web.Response(text=CLIENT, content_type="text/html")


async def _app(_request: web.Request) -> web.Response:
    return web.Response(text=APP, content_type="text/html")


async def _script(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(STATIC / "telegram.js")


@asynccontextmanager
async def served() -> AsyncIterator[int]:
    """A port where client, app and script are."""
    app = web.Application()
    app.router.add_get("/", _client)
    app.router.add_get("/app", _app)
    app.router.add_get("/telegram.js", _script)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


@asynccontextmanager
async def client(profile: BrowserContext, host: str) -> AsyncIterator[Client]:
    """A client with the app on *host*; its browser had nothing to complain about in the end.

    To localhost the client is another site, whose frames this browser lets keep nothing.
    """
    page, complaints = await profile.new_page(), list[str]()

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    async with served() as port, served() as other:
        await page.goto(f"http://127.0.0.1:{port}/")
        yield Client(page, f"http://{host}:{other}/app")
        await page.close()
    assert complaints == []
