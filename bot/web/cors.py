"""Web pages of others that may ask the API from a browser: those of API_ALLOWED_ORIGINS."""

from __future__ import annotations

from collections.abc import Collection

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

OPEN = ("/api/v1/", "/api/openapi.json")
METHODS = "GET, POST, PUT, DELETE"
# A token is sent by hand; never a cookie, so no page can use what a browser adds by itself.
HEADERS = "Authorization, Content-Type, If-None-Match, Idempotency-Key"
EXPOSED = "ETag, Retry-After, Idempotency-Replayed, Content-Disposition"
HOURS = 3600


def cors(origins: Collection[str]) -> Middleware:
    """Say which page may read an answer, and answer whoever asks before asking."""
    allowed = frozenset(origins)

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not allowed or not request.path.startswith(OPEN):
            return await handler(request)
        origin = request.headers.get(hdrs.ORIGIN, "")
        is_allowed = origin in allowed
        response = _permitted() if is_allowed and _asks(request) else await handler(request)
        if not response.prepared:
            _tell(response, origin if is_allowed else "")
        return response

    return middleware


def _asks(request: web.Request) -> bool:
    is_options = request.method == hdrs.METH_OPTIONS
    return is_options and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers


def _permitted() -> web.Response:
    return web.Response(
        status=204,
        headers={
            hdrs.ACCESS_CONTROL_ALLOW_METHODS: METHODS,
            hdrs.ACCESS_CONTROL_ALLOW_HEADERS: HEADERS,
            hdrs.ACCESS_CONTROL_MAX_AGE: str(HOURS),
        },
    )


def _tell(response: web.StreamResponse, origin: str) -> None:
    known = response.headers.get(hdrs.VARY)
    response.headers[hdrs.VARY] = f"{known}, {hdrs.ORIGIN}" if known else hdrs.ORIGIN
    if origin:
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
        response.headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = EXPOSED
