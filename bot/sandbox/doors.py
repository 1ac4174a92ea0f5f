"""Doors: which browsers may drive the sandbox, and what every answer says to them."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.params import ApiError

# The page says the same of itself; only a header can forbid to be framed.  What is framed are Mini
# Apps, of this machine.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; frame-src http://127.0.0.1:* http://localhost:*; "
    "base-uri 'none'; form-action 'none'"
)
POLICY = f"{PAGE_POLICY}; frame-ancestors 'none'"
OWN_SITE = {None, "same-origin", "none"}  # None: no browser, or an old one
LINKED = {"/", "/media/"}  # pages that do nothing when they are opened

IS_LOOPBACK: web.AppKey[bool] = web.AppKey("is_loopback", bool)


def is_loopback(host: str) -> bool:
    """Whether *host* (a name or an address, [::1] too) is this machine and nothing else."""
    bare = host.removeprefix("[").removesuffix("]")
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return bare.lower() == "localhost"


@web.middleware
async def known_host(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse other names for a loopback server.

    A strange site can let its own name point here, and a browser then takes both for one site.
    """
    if request.app[IS_LOOPBACK] and not is_loopback(_host(request)):
        raise ApiError(403, "Forbidden: this server answers to 127.0.0.1 and localhost only")
    return await handler(request)


@web.middleware
async def same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let browsers in from the sandbox's own page only; other sites must not drive people.

    Calls by pictures and links bring no Origin; what browsers say of the site shows them.  A link
    to the page itself, or to the list of media, is welcome from everywhere.
    """
    origin = request.headers.get("Origin")
    is_foreign = origin is not None and origin.partition("://")[2] != request.host
    is_asked_from = request.headers.get("Sec-Fetch-Site")
    if is_foreign or (is_asked_from not in OWN_SITE and request.path not in LINKED):
        raise ApiError(403, "Forbidden: this page may not drive the sandbox")
    return await handler(request)


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """Bind browsers to the types we name and, where nothing stricter is set, to our policy."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["Referrer-Policy"] = "no-referrer"


def _host(request: web.Request) -> str:
    """The name the caller used, without the port; empty when there is none or it is nonsense."""
    try:
        return urlsplit(f"//{request.headers.get('Host', '')}").hostname or ""
    except ValueError:
        return ""
