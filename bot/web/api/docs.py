"""/api/docs: the description as a page to read and try, from our own files."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from bot.web.files import FRESH, Files

# Swagger UI, with its licence, and three small files of ours.
FOLDER = Path(__file__).parent.parent / "swagger"
# It draws its signs as data: addresses; unlike the dashboard it may be shown inside no page.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class DocsPage:
    """The page and its files."""

    def __init__(self) -> None:
        self._files = Files(FOLDER)

    def routes(self) -> list[web.RouteDef]:
        """Both paths."""
        return [web.get("/api/docs", self.page), web.get("/api/docs/{name}", self.file)]

    async def page(self, request: web.Request) -> web.Response:
        """The page."""
        content = await self._files.content("index.html")
        return content.answer(request, {**FRESH, "Content-Security-Policy": POLICY})

    async def file(self, request: web.Request) -> web.Response:
        """One of its files."""
        return (await self._files.content(request.match_info["name"])).answer(request)
