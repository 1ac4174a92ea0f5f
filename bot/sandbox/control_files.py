"""Driving the sandbox: the files of the chats, for the page."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.files import find
from bot.sandbox.keys import WORLD
from bot.sandbox.params import ApiError

# Anybody may send a page with scripts; shown from here it must not run them.
HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}
SHOWN = ("image/", "video/", "audio/")
UNSAFE = {"image/svg+xml"}


async def show(request: web.Request) -> web.Response:
    """The bytes with their type; what is no picture, film or sound as a download."""
    file_id = request.match_info["file_id"]
    stored = find(request.app[WORLD], file_id)
    if stored is None:
        raise ApiError(404, "FILE_ID: there is no such file")
    headers = dict(HEADERS)
    if not stored.mime.startswith(SHOWN) or stored.mime in UNSAFE:
        headers["Content-Disposition"] = "attachment"
    return web.Response(body=stored.content, headers=headers | {"Content-Type": stored.mime})


def routes() -> list[web.RouteDef]:
    """The address of this file."""
    return [web.get("/sandbox/files/{file_id}", show)]
