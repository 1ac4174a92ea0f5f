"""A tiny Mini App: it writes down what its frame hears, and says what a test wants."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

PAGE = """<!doctype html><title>Tiny</title><h1>Tiny</h1>
<p id="hash"></p><ol id="heard"></ol><a href="/elsewhere">elsewhere</a>
<script>
  document.getElementById("hash").textContent = location.hash;
  window.say = (eventType, eventData = {}) =>
    parent.postMessage(JSON.stringify({ eventType, eventData }), "*");
  addEventListener("message", (event) => {
    if (event.source !== parent) return;
    const line = document.createElement("li");
    line.textContent = event.data;
    document.getElementById("heard").append(line);
  });
  if (SAYS_READY) say("iframe_ready", { reload_supported: RELOADS });
</script>
"""


def _page(*, is_ready: bool, reloads: bool) -> web.Response:
    said = {"SAYS_READY": is_ready, "RELOADS": reloads}
    text = PAGE
    for name, value in said.items():
        text = text.replace(name, str(value).lower())
    return web.Response(text=text, content_type="text/html")


async def _app(request: web.Request) -> web.Response:
    return _page(is_ready=True, reloads="reloads" in request.query)


async def _silent(_request: web.Request) -> web.Response:
    return _page(is_ready=False, reloads=False)


@asynccontextmanager
async def tiny_app() -> AsyncIterator[str]:
    """Its address, while it is served.  ?reloads: it promises to reload itself, and does not."""
    app = web.Application()
    app.router.add_get("/", _app)
    app.router.add_get("/elsewhere", _silent)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()
