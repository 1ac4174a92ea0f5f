"""GET /, /livez, /readyz and /health (draft-inadarei-api-health-check-06)."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.analytics.health import Check, Health, HealthMonitor
from bot.web.access import Access
from bot.web.answers import accepts, json_answer

NAME = "telegauge"
HEALTH_JSON = "application/health+json"
UNAVAILABLE = 503


class HealthPages:
    """Handlers that tell how the process is.

    links: what GET / points to, text to address
    """

    def __init__(
        self,
        monitor: HealthMonitor,
        access: Access,
        *,
        is_sandbox: bool = False,
        links: Mapping[str, str],
    ) -> None:
        self._monitor = monitor
        self._access = access
        self._is_sandbox = is_sandbox
        self._links = links

    def routes(self) -> list[web.RouteDef]:
        """What these pages answer."""
        return [
            web.get("/", self.index),
            web.get("/livez", self.alive),
            web.get("/readyz", self.ready),
            web.get("/health", self.health),
        ]

    async def index(self, request: web.Request) -> web.Response:
        """What this is and where to look, as HTML for a browser and as JSON for anyone else."""
        about = self._about(request)
        if not accepts(request.headers.get("Accept", ""), "text/html"):
            return json_answer(about)
        return web.Response(text=_page(about), content_type="text/html")

    async def alive(self, _: web.Request) -> web.Response:
        """200 as long as the event loop answers."""
        return json_answer({"status": "pass"}, content_type=HEALTH_JSON)

    async def ready(self, _: web.Request) -> web.Response:
        """200 while the bot takes updates, 503 before and after."""
        if self._monitor.is_ready():
            return json_answer({"status": "pass"}, content_type=HEALTH_JSON)
        data = {"status": "fail", "output": "starting or stopping"}
        return json_answer(data, status=UNAVAILABLE, content_type=HEALTH_JSON)

    async def health(self, request: web.Request) -> web.Response:
        """200 for pass and warn, 503 for fail; the checks for those who may see them."""
        health = await self._monitor.report()
        data: dict[str, Any] = {"status": health.status}
        if self._access.may_see_details(request):
            data |= _details(health)
        if self._is_sandbox:
            data["notes"] = ["sandbox"]
        status = UNAVAILABLE if health.status == "fail" else 200
        return json_answer(data, status=status, content_type=HEALTH_JSON)

    def _about(self, request: web.Request) -> dict[str, Any]:
        about: dict[str, Any] = {"name": NAME, "is_sandbox": self._is_sandbox}
        if self._access.may_see_details(request):
            about["version"] = self._monitor.version
        return {**about, "links": dict(self._links)}


def _details(health: Health) -> dict[str, Any]:
    at = health.at.isoformat()
    ready = {"componentId": "ready", "status": "pass", "observedValue": health.is_ready}
    return {
        "version": health.version,
        "serviceId": NAME,
        "checks": {check.name: [_check(check, at)] for check in health.checks}
        | {"ready": [{**ready, "time": at}]},
    }


def _check(check: Check, at: str) -> dict[str, Any]:
    shown = {
        "componentId": check.name,
        "status": check.status,
        "observedValue": check.value,
        "observedUnit": check.unit or None,
        "warnAt": check.warn_at,
        "failAt": check.fail_at,
        "time": at,
        "output": check.output or None,
    }
    return {name: value for name, value in shown.items() if value is not None}


def _page(about: dict[str, Any]) -> str:
    title = html.escape(f"{about['name']} {about.get('version', '')}".strip())
    note = "<p>This is a sandbox: no Telegram behind it.</p>" if about["is_sandbox"] else ""
    links = "".join(
        f'<li><a href="{html.escape(address)}">{html.escape(text)}</a></li>'
        for text, address in about["links"].items()
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{title}</title><h1>{title}</h1>{note}<ul>{links}</ul></html>\n"
    )
