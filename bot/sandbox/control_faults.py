"""Driving the sandbox: faults ordered and taken back."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.bodies import Body, BodyError, body_of, path_integer, reply
from bot.sandbox.faults import KINDS, Fault
from bot.sandbox.keys import WORLD
from bot.sandbox.params import ApiError

STATUSES = range(400, 600)
# What Telegram says when nobody says what it should say.
DESCRIPTIONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running",
    429: "Too Many Requests: retry after {retry_after}",
    502: "Bad Gateway",
}


async def order(request: web.Request) -> web.Response:
    """Order a fault; its id."""
    fault = _fault(await body_of(request))
    return reply({"id": request.app[WORLD].faults.add(fault)})


async def remove(request: web.Request) -> web.Response:
    """Take one fault back."""
    number = path_integer(request, "fault")
    if not request.app[WORLD].faults.remove(number):
        raise ApiError(404, f"ID: there is no fault {number}")
    return reply({})


async def clear(request: web.Request) -> web.Response:
    """Take all faults back."""
    request.app[WORLD].faults.clear()
    return reply({})


def _fault(body: Body) -> Fault:
    status = body.integer("status", 500)
    if status not in STATUSES:
        raise BodyError("status must be 400 to 599")
    if status == web.HTTPTooManyRequests.status_code and not body.has("retry_after"):
        raise BodyError("retry_after is missing: a 429 says it")
    if body.has("times") and body.integer("times") < 1:
        raise BodyError("times must be at least 1")
    retry_after = body.integer("retry_after") if body.has("retry_after") else None
    said = DESCRIPTIONS.get(status, "Internal Server Error").format(retry_after=retry_after)
    return Fault(
        method=body.text("method", "*").lower(),
        kind=body.one_of("kind", KINDS),
        status=status,
        description=body.text("description", said),
        retry_after=retry_after,
        seconds=body.number("seconds"),
        times=body.integer("times") if body.has("times") else None,
    )


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.post("/sandbox/faults", order),
        web.delete("/sandbox/faults", clear),
        web.delete("/sandbox/faults/{fault}", remove),
    ]
