"""Driving the sandbox: its state, people, calls that were made, updates from nowhere."""

from __future__ import annotations

import itertools

from aiohttp import web

from bot.sandbox import membership
from bot.sandbox.bodies import Body, BodyError, body_of, query_integer, reply
from bot.sandbox.control_chats import chat_line
from bot.sandbox.finding import person_at
from bot.sandbox.keys import WORLD
from bot.sandbox.params import ApiError, Json
from bot.sandbox.waiting import until
from bot.sandbox.world import Chat, Person, World

FIRST_PERSON = 1001
NAME_LIMIT = 64
SLOWEST = 0.001  # one message in a quarter of an hour
LONGEST_WAIT_SECONDS = 30


async def state(request: web.Request) -> web.Response:
    """The whole, in short."""
    world = request.app[WORLD]
    return reply(
        {
            "bot": {**world.bot, "description": world.profile.get("description:", "")},
            "token": world.token,
            "people": [person_view(person) for person in world.people.values()],
            "chats": [chat_line(world, chat) for chat in world.chats.values()],
            "faults": world.faults.view(),
            "pending_updates": len(world.updates),
            "webhook_url": world.webhook.get("url", ""),
            "flood_per_second": world.flood.per_second,
            "links": world.links,
            "seq": world.seq,
        }
    )


async def settings(request: web.Request) -> web.Response:
    """Change how strict the server is."""
    world, body = request.app[WORLD], await body_of(request)
    limit = body.number("flood_per_second")
    if limit is None:
        raise BodyError("flood_per_second is missing")
    if 0 < limit < SLOWEST:
        raise BodyError(f"flood_per_second must be 0 or at least {SLOWEST}")
    world.flood.per_second = limit
    return reply({"flood_per_second": limit})


async def add_person(request: web.Request) -> web.Response:
    """Somebody new, with a private chat that is still empty."""
    world, body = request.app[WORLD], await body_of(request)
    person = Person(_user(world, body), is_admin=body.flag("is_admin"))
    world.people[person.id] = person
    info = {key: value for key, value in person.user.items() if key in _PRIVATE}
    world.chats[person.id] = Chat({**info, "type": "private"})
    view = person_view(person)
    world.tell({"type": "person", "person": view})
    return reply(view)


async def block(request: web.Request) -> web.Response:
    """The person blocks the bot."""
    return _blocked(request, "kicked")


async def unblock(request: web.Request) -> web.Response:
    """The person lets the bot write again."""
    return _blocked(request, "member")


async def calls(request: web.Request) -> web.Response:
    """Calls the bot made, oldest first; `wait` seconds for the first that fits."""
    world = request.app[WORLD]
    method, after = request.query.get("method", ""), query_integer(request, "after", 0)
    wait = min(query_integer(request, "wait", 0), LONGEST_WAIT_SECONDS)

    def fitting() -> list[Json]:
        return [
            call
            for call in world.calls
            if call["n"] > after and (not method or call["method"].lower() == method.lower())
        ]

    return reply({"calls": await until(world, fitting, wait)})


async def add_update(request: web.Request) -> web.Response:
    """Queue what the caller wrote, sense or nonsense."""
    world, body = request.app[WORLD], await body_of(request)
    if body.fields.keys() == {"raw"}:
        return reply({"update_id": world.queue_raw(body.text("raw"))})
    if "update_id" in body.fields:
        raise BodyError("update_id is given by the sandbox")
    numbered = {"update_id": world.number(), **body.fields}
    world.push(numbered)
    return reply(numbered)


async def drop(request: web.Request) -> web.Response:
    """Forget every update the bot has not confirmed."""
    world = request.app[WORLD]
    count = len(world.updates)
    world.updates.clear()
    return reply({"dropped": count})


def person_view(person: Person) -> Json:
    """A person as the driving interface shows them."""
    return {
        **person.user,
        "is_admin": person.is_admin,
        "has_started": person.has_started,
        "has_blocked": person.has_blocked,
    }


_PRIVATE = {"id", "first_name", "last_name", "username"}


def _user(world: World, body: Body) -> Json:
    number = body.integer("id") if body.has("id") else _free_number(world)
    if number in world.chats or number == world.bot["id"] or number <= 0:
        raise BodyError(f"id: {number} is taken or not positive")
    first_name = body.text("first_name")
    if not 1 <= len(first_name) <= NAME_LIMIT:
        raise BodyError(f"first_name must have 1 to {NAME_LIMIT} characters")
    user: Json = {"id": number, "is_bot": False, "first_name": first_name}
    for name in ("last_name", "username", "language_code"):
        if body.has(name):
            user[name] = body.text(name)[:NAME_LIMIT]
    return user | ({"is_premium": True} if body.flag("is_premium") else {})


def _free_number(world: World) -> int:
    return next(n for n in itertools.count(FIRST_PERSON) if n not in world.chats)


def _blocked(request: web.Request, status: str) -> web.Response:
    world, person = request.app[WORLD], person_at(request)
    if not person.has_started:
        raise ApiError(400, "PERSON: has never written to the bot")
    if person.has_blocked != (status == "kicked"):
        move = membership.Move(world.bot, person.user, status)
        membership.change(world, world.chats[person.id], move)
    view = person_view(person)
    world.tell({"type": "person", "person": view})
    return reply(view)


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.get("/sandbox/state", state),
        web.post("/sandbox/settings", settings),
        web.post("/sandbox/people", add_person),
        web.post("/sandbox/people/{person}/block", block),
        web.post("/sandbox/people/{person}/unblock", unblock),
        web.get("/sandbox/calls", calls),
        web.post("/sandbox/updates", add_update),
        web.delete("/sandbox/updates", drop),
    ]
