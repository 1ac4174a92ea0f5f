"""Who and where a driving call means, or a plain refusal."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox import membership
from bot.sandbox.bodies import Body, BodyError, path_integer
from bot.sandbox.keys import WORLD
from bot.sandbox.params import ApiError, Json
from bot.sandbox.world import Chat, Person, World


def chat_at(request: web.Request) -> Chat:
    """The chat in the path, or 404."""
    number = path_integer(request, "chat")
    chat = request.app[WORLD].chats.get(number)
    if chat is None:
        raise ApiError(404, f"CHAT: there is no chat {number}")
    return chat


def person_at(request: web.Request) -> Person:
    """The person in the path, or 404."""
    number = path_integer(request, "person")
    person = request.app[WORLD].people.get(number)
    if person is None:
        raise ApiError(404, f"PERSON: there is no person {number}")
    return person


def person_in(world: World, body: Body) -> Person:
    """The person a body names, or BodyError."""
    number = body.integer("person")
    person = world.people.get(number)
    if person is None:
        raise BodyError(f"person: there is no person {number}")
    return person


def member_in(world: World, chat: Chat, body: Body) -> Person:
    """The person a body names, who must be in *chat* and free to write, or BodyError."""
    person = person_in(world, body)
    if membership.status_of(world, chat, person.id) in membership.OUTSIDE:
        raise BodyError(f"person: {person.id} is not in this chat")
    if chat.is_private and person.has_blocked:
        raise BodyError(f"person: {person.id} has blocked the bot; unblock it first")
    return person


def message_in(chat: Chat, body: Body, name: str = "message_id") -> Json:
    """The message a body names, or BodyError."""
    number = body.integer(name)
    message = chat.messages.get(number)
    if message is None:
        raise BodyError(f"{name}: there is no message {number} in this chat")
    return message
