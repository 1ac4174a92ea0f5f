"""The dashboard's doors: its page and files, signing in and out."""

from __future__ import annotations

from pathlib import Path

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from bot.config import Settings
from bot.web.answers import accepts
from bot.web.dashboard.pages import PAGES
from bot.web.dashboard.policy import NOBODY, frames_of, page_policy
from bot.web.dashboard.sign_in import SignIn
from bot.web.files import FRESH, Files

STATIC = Path(__file__).parent / "static"
INDEX = "index.html"
SHARED = "shared"


class DashboardDoors:
    """What a browser asks for."""

    def __init__(self, settings: Settings, sign_in: SignIn, static: Path = STATIC) -> None:
        self._files = Files(static)
        self._sign_in = sign_in
        self._policy = page_policy(frames_of(settings))

    def routes(self) -> list[web.RouteDef]:
        """Every path below /dashboard."""
        names = "|".join([*(page.name for page in PAGES), SHARED])
        return [
            web.get("/dashboard", self.page),
            web.get("/dashboard/", self.moved),
            web.get("/dashboard/static/{name:.+}", self.file),
            *self._sign_in.routes(),
            web.get(f"/dashboard/{{page:{names}}}", self.page),
            web.get(f"/dashboard/{{page:{names}}}/", self.moved),
        ]

    @web.middleware
    async def lost(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Somebody at a browser is told on our page that there is no such page."""
        if not _is_lost(request):
            return await handler(request)
        content = await self._files.content(INDEX)
        headers = {**FRESH, "Content-Security-Policy": self._policy}
        return content.answer(request, headers, vary=hdrs.ACCEPT, status=404)

    async def page(self, request: web.Request) -> web.Response:
        """The page, the same for everybody: nothing in it is secret."""
        content = await self._files.content(INDEX)
        is_shared = request.match_info.get("page") == SHARED
        policy = page_policy(NOBODY) if is_shared else self._policy
        return content.answer(request, {**FRESH, "Content-Security-Policy": policy})

    async def file(self, request: web.Request) -> web.Response:
        """A script, a style or a picture."""
        return (await self._files.content(request.match_info["name"])).answer(request)

    async def moved(self, request: web.Request) -> web.Response:
        """To the address without the slash."""
        query = f"?{request.rel_url.raw_query_string}" if request.rel_url.raw_query_string else ""
        to = request.rel_url.raw_path.removesuffix("/")
        return web.Response(status=308, headers={hdrs.LOCATION: to + query})


def _is_lost(request: web.Request) -> bool:
    """Whether somebody looks for a page below /dashboard that nothing answers."""
    is_unknown = isinstance(request.match_info.http_exception, web.HTTPNotFound)
    is_looking = request.method in {hdrs.METH_GET, hdrs.METH_HEAD}
    wants_page = accepts(request.headers.get(hdrs.ACCEPT, ""), "text/html")
    return is_unknown and is_looking and wants_page and request.path.startswith("/dashboard/")
