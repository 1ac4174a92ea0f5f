"""Whose page makes a request: browsers say it in Origin, and programs say nothing.

A WebSocket needs this more than a request does: browsers open one for any page, with our cookies.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from aiohttp import hdrs, web


class Origins:
    """own: DASHBOARD_URL, where browsers reach this server; others: API_ALLOWED_ORIGINS"""

    def __init__(self, own: str | None = None, others: Collection[str] = ()) -> None:
        self._own = own
        self._others = frozenset(others)

    def is_ours(self, request: web.Request) -> bool:
        """Whether a page of this server makes *request*; a program is no page."""
        origin = request.headers.get(hdrs.ORIGIN, "")
        return bool(origin) and (origin == self._own or _place(origin) == request.host.lower())

    def may_read(self, request: web.Request) -> bool:
        """Whether the page, if it is one, may know what we answer to who has a token."""
        origin = request.headers.get(hdrs.ORIGIN)
        return origin is None or origin in self._others or self.is_ours(request)


def _place(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
