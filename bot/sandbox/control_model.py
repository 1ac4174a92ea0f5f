"""Driving the sandbox: the scripted model's pace, faults and calls."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.bodies import Body, BodyError, body_of, reply
from bot.sandbox.control_faults import STATUSES
from bot.sandbox.faults import Fault
from bot.sandbox.model_site import DESK

KINDS = ("status", "hang", "cut", "stall", "garbage", "empty", "no_usage")
SLOWEST_SECONDS = 60


async def pace(request: web.Request) -> web.Response:
    """Change how fast the model speaks."""
    body = await body_of(request)
    seconds = body.number("seconds_a_word")
    if seconds is None or seconds > SLOWEST_SECONDS:
        raise BodyError(f"seconds_a_word must be 0 to {SLOWEST_SECONDS}")
    request.app[DESK].seconds_a_word = seconds
    return reply({"seconds_a_word": seconds})


async def order(request: web.Request) -> web.Response:
    """Order a fault; its id."""
    fault = _fault(await body_of(request))
    return reply({"id": request.app[DESK].faults.add(fault)})


async def clear(request: web.Request) -> web.Response:
    """Take all faults back."""
    request.app[DESK].faults.clear()
    return reply({})


async def calls(request: web.Request) -> web.Response:
    """What the model was asked, oldest first."""
    return reply({"calls": list(request.app[DESK].calls)})


def _fault(body: Body) -> Fault:
    status = body.integer("status", 500)
    if status not in STATUSES:
        raise BodyError("status must be 400 to 599")
    times = body.integer("times") if body.has("times") else None
    if times is not None and times < 1:
        raise BodyError("times must be at least 1")
    return Fault(
        method="model",
        kind=body.one_of("kind", KINDS),
        status=status,
        description=body.text("description", f"The sandbox was told to refuse with {status}"),
        retry_after=body.integer("retry_after") if body.has("retry_after") else None,
        seconds=body.number("seconds"),
        times=times,
    )


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.post("/sandbox/model/settings", pace),
        web.post("/sandbox/model/faults", order),
        web.delete("/sandbox/model/faults", clear),
        web.get("/sandbox/model/calls", calls),
    ]
