"""What every request passes: a stopwatch, a net for errors, a limit for bodies."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from http import HTTPStatus

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from bot.analytics.events import Event
from bot.analytics.operations import HttpRequestHandled
from bot.clock import Clock
from bot.web.answers import problem

BODY_SECONDS = 10.0

HINTS = {404: "Nothing lives at this path; GET / lists what does."}

Publish = Callable[[Event], object]

log = structlog.get_logger(__name__)


class Stopwatch:
    """Publishes how one request went, once: the first time it is stopped.

    The request holds it, so it must not hold the request: each would wait for the collector.
    """

    def __init__(self, publish: Publish, clock: Clock) -> None:
        self._publish = publish
        self._clock = clock
        self._started: float | None = time.perf_counter()

    def stop(self, request: web.Request, status: int) -> None:
        """*request* has been answered with *status*."""
        if self._started is not None:
            seconds = time.perf_counter() - self._started
            self._started = None
            self._publish(_handled(request, status, seconds, self._clock))


STOPWATCH = web.RequestKey("stopwatch", Stopwatch)


def timed(publish: Publish, clock: Clock) -> Middleware:
    """Publish how each request went, by route pattern."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        stopwatch, status = Stopwatch(publish, clock), 500
        request[STOPWATCH] = stopwatch
        try:
            response = await handler(request)
            status = response.status
        except web.HTTPException as exc:
            status = exc.status
            raise
        finally:
            stopwatch.stop(request, status)
        return response

    return middleware


async def stop_at_upgrade(request: web.Request, response: web.StreamResponse) -> None:
    """A request that became a WebSocket was answered by that, however long the talk then lasts.

    Hours of it among milliseconds would be the slowest request of all, and wake an alert.
    """
    if response.status == HTTPStatus.SWITCHING_PROTOCOLS and STOPWATCH in request:
        request[STOPWATCH].stop(request, response.status)


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer errors as application/problem+json; what was not expected shows no details."""
    try:
        return await handler(request)
    except web.HTTPException as exc:
        if exc.status < 400:  # noqa: PLR2004 - HTTP's own border between answers and errors
            raise
        return _problem(exc)
    except Exception:
        log.exception("request failed", route=_route(request), method=request.method)
        return problem(500, "Something broke here; the log says what.")


def bounded_bodies(seconds: float) -> Middleware:
    """Read each body before its handler runs, so that a slow sender cannot hold a handler."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.can_read_body:
            await _read(request, seconds)
        return await handler(request)

    return middleware


async def _read(request: web.Request, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await request.read()  # which keeps the body for the handler
    except TimeoutError:
        text = f"The body did not arrive within {seconds:g} s."
        raise web.HTTPRequestTimeout(text=text, headers={"Connection": "close"}) from None
    except (web.RequestPayloadError, ConnectionError):
        raise web.HTTPBadRequest(text="The body is broken or was cut off.") from None


def _handled(
    request: web.Request, status: int, seconds: float, clock: Clock
) -> HttpRequestHandled:
    # Methods are the caller's words; as a label they would grow without end.
    method = request.method if request.method in hdrs.METH_ALL else "other"
    return HttpRequestHandled(
        at=clock(), route=_route(request), method=method, status=status, seconds=seconds
    )


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unknown"


def _problem(exc: web.HTTPException) -> web.Response:
    is_standard = not exc.text or exc.text == f"{exc.status}: {exc.reason}"
    detail = _hint(exc) if is_standard else str(exc.text)
    answer = problem(exc.status, detail)
    for name, value in exc.headers.items():
        if name not in {hdrs.CONTENT_TYPE, hdrs.CONTENT_LENGTH}:
            answer.headers.add(name, value)
    return answer


def _hint(exc: web.HTTPException) -> str:
    if isinstance(exc, web.HTTPMethodNotAllowed):
        return f"This path takes {', '.join(sorted(exc.allowed_methods))}."
    return HINTS.get(exc.status, exc.reason)
