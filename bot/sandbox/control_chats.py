"""Driving the sandbox: groups and channels, and how a chat looks."""

from __future__ import annotations

import itertools
import time

from aiohttp import web

from bot.sandbox import membership, reactions
from bot.sandbox.ballots import votes_in
from bot.sandbox.bodies import Body, BodyError, body_of, query_integer, reply
from bot.sandbox.finding import chat_at
from bot.sandbox.keys import WORLD
from bot.sandbox.menus import commands_for
from bot.sandbox.mini_apps import menu_button_of
from bot.sandbox.params import Json
from bot.sandbox.world import Chat, World

KINDS = ("group", "supergroup", "channel")
TITLE_LIMIT = 128
# Telegram's numbers: groups below zero, supergroups and channels far below.
FIRST_NUMBER = {"group": -2001, "supergroup": -1001000002001, "channel": -1001000002001}


async def add_chat(request: web.Request) -> web.Response:
    """A group with the bot in it; its first member is who made it."""
    world, body = request.app[WORLD], await body_of(request)
    chat = Chat(_info(world, body), has_bot=False, bot_status="left")
    members = _members(world, body)
    chat.members = {number: "creator" if n == 0 else "member" for n, number in enumerate(members)}
    world.chats[chat.id] = chat
    runs_it = chat.info["type"] == "channel" or body.flag("bot_is_admin")
    maker = world.people[members[0]].user if members else world.bot
    status = "administrator" if runs_it else "member"
    membership.change(world, chat, membership.Move(world.bot, maker, status))
    return reply(chat_view(world, chat, 0))


async def show_chat(request: web.Request) -> web.Response:
    """The chat as somebody (`person`) sees it."""
    chat = chat_at(request)
    person = query_integer(request, "person", chat.id)
    return reply(chat_view(request.app[WORLD], chat, person))


def chat_view(world: World, chat: Chat, person_id: int) -> Json:
    """A chat as the driving interface shows it."""
    return {
        **chat_line(world, chat),
        "commands": commands_for(world, chat, person_id),
        "action": chat.action if time.monotonic() < chat.action_until else "",
        "pinned": [number for number in chat.pinned if number in chat.messages],
        "keyboard": chat.keyboard,
        "menu_button": menu_button_of(world, chat),
        "reactions": reactions.in_chat(chat),
        "votes": votes_in(chat, person_id),
    }


def chat_line(world: World, chat: Chat) -> Json:
    """A chat in short."""
    people = [chat.id] if chat.is_private else list(chat.members)
    users = [user for user in (membership.user_of(world, n) for n in people) if user]
    return {
        **chat.info,
        "has_bot": chat.has_bot,
        "bot_status": membership.status_of(world, chat, world.bot["id"]),
        "members": [membership.member_object(world, chat, user) for user in users],
        "last_message": chat.messages[max(chat.messages)] if chat.messages else None,
    }


def _info(world: World, body: Body) -> Json:
    kind, title = body.one_of("type", KINDS, "supergroup"), body.text("title")
    if not 1 <= len(title) <= TITLE_LIMIT:
        raise BodyError(f"title must have 1 to {TITLE_LIMIT} characters")
    number = body.integer("id") if body.has("id") else _free_number(world, kind)
    if number in world.chats or number >= 0:
        raise BodyError(f"id: {number} is taken or not negative")
    info: Json = {"id": number, "type": kind, "title": title}
    return info | ({"username": body.text("username")} if body.has("username") else {})


def _members(world: World, body: Body) -> list[int]:
    members = list(dict.fromkeys(body.integers("members")))
    for number in members:
        if number not in world.people:
            raise BodyError(f"members: there is no person {number}")
    return members


def _free_number(world: World, kind: str) -> int:
    return next(n for n in itertools.count(FIRST_NUMBER[kind], -1) if n not in world.chats)


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.post("/sandbox/chats", add_chat),
        web.get("/sandbox/chats/{chat}", show_chat),
    ]
