"""Driving the sandbox: a person opens a Mini App."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.bodies import body_of, reply
from bot.sandbox.finding import person_at
from bot.sandbox.keys import WORLD
from bot.sandbox.mini_apps import THEMES, check_address, launch


async def open_mini_app(request: web.Request) -> web.Response:
    """The address to show in a frame, signed for this person; and the colours of either theme."""
    world, person, body = request.app[WORLD], person_at(request), await body_of(request)
    address, theme = body.text("url"), body.one_of("theme", tuple(THEMES), "light")
    check_address("url", {"url": address})
    return reply({"url": launch(world, person, address, theme), "themes": THEMES})


def routes() -> list[web.RouteDef]:
    """The address of this file."""
    return [web.post("/sandbox/people/{person}/mini_app", open_mini_app)]
