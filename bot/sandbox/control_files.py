"""Driving the sandbox: the files of the chats, for the page."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.files import find
from bot.sandbox.keys import WORLD
from bot.sandbox.params import ApiError

# Anybody may send a page with scripts; shown from here it must not run them.
POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
SHOWN = ("image/", "video/", "audio/")
UNSAFE = {"image/svg+xml"}


async def show(request: web.Request) -> web.Response:
    """The bytes with their type; what is no picture, film or sound as a download.

    A Range gets its part (206), so that films can be sought; one beyond the end gets 416.
    """
    stored = find(request.app[WORLD], request.match_info["file_id"])
    if stored is None:
        raise ApiError(404, "FILE_ID: there is no such file")
    headers = {
        "Content-Security-Policy": POLICY,
        "Content-Type": stored.mime,
        "Accept-Ranges": "bytes",
    }
    if not stored.mime.startswith(SHOWN) or stored.mime in UNSAFE:
        headers["Content-Disposition"] = "attachment"
    return _part(request, stored.content, headers)


def _part(request: web.Request, content: bytes, headers: dict[str, str]) -> web.Response:
    """The range that was asked for, or the whole."""
    wanted, size = _range(request, len(content)), len(content)
    if wanted is None:
        return web.Response(body=content, headers=headers)
    if not wanted:
        return web.Response(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    place = {"Content-Range": f"bytes {wanted.start}-{wanted.stop - 1}/{size}"}
    part = content[wanted.start : wanted.stop]
    return web.Response(status=206, body=part, headers=headers | place)


def _range(request: web.Request, size: int) -> range | None:
    """The bytes asked for; None for the whole, which an unreadable wish gets, too."""
    try:
        wish = request.http_range
    except ValueError:
        return None
    if wish.start is None:
        return None
    start, stop, _ = wish.indices(size)
    return range(start, stop)


def routes() -> list[web.RouteDef]:
    """The address of this file."""
    return [web.get("/sandbox/files/{file_id}", show)]
