"""Driving the sandbox: people and the bot come and go, react and vote."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox import membership, reactions
from bot.sandbox.ballots import VoteError, ballot_in
from bot.sandbox.bodies import BodyError, body_of, reply
from bot.sandbox.finding import chat_at, member_in, message_in, person_in
from bot.sandbox.keys import WORLD
from bot.sandbox.membership import Move
from bot.sandbox.methods.polls import heard
from bot.sandbox.params import ApiError, Json
from bot.sandbox.world import Chat, World

PREMIUM_REACTIONS = 3
SUPERGROUP_OFFSET = -1_000_000_000_000


async def join(request: web.Request) -> web.Response:
    """A person comes into a group or a channel."""
    world, chat, body = request.app[WORLD], _place(request), await body_of(request)
    person = person_in(world, body)
    status = membership.status_of(world, chat, person.id)
    if status not in membership.OUTSIDE:
        raise BodyError(f"person: {person.id} is in this chat already")
    if status == "kicked":
        raise BodyError(f"person: {person.id} is banned here")
    event = {"new_chat_members": [person.user], "new_chat_member": person.user}
    membership.announce(world, chat, person.user, event, to_bot=chat.has_bot)
    membership.change(world, chat, Move(person.user, person.user, "member"))
    return reply(membership.member_object(world, chat, person.user))


async def leave(request: web.Request) -> web.Response:
    """A person goes."""
    world, chat, body = request.app[WORLD], _place(request), await body_of(request)
    person = member_in(world, chat, body)
    event = {"left_chat_member": person.user}
    membership.announce(world, chat, person.user, event, to_bot=chat.has_bot)
    membership.change(world, chat, Move(person.user, person.user, "left"))
    return reply(membership.member_object(world, chat, person.user))


async def add_bot(request: web.Request) -> web.Response:
    """A person brings the bot in, or with `is_admin` makes it an administrator."""
    world, chat, body = request.app[WORLD], _place(request), await body_of(request)
    person = member_in(world, chat, body)
    was = membership.status_of(world, chat, world.bot["id"])
    status = "administrator" if body.flag("is_admin") else "member"
    if status == was:
        raise BodyError(f"chat: the bot is {was} here already")
    membership.change(world, chat, Move(world.bot, person.user, status))
    if was in membership.OUTSIDE:
        event = {"new_chat_members": [world.bot], "new_chat_member": world.bot}
        membership.announce(world, chat, person.user, event)
    return reply(membership.member_object(world, chat, world.bot))


async def remove_bot(request: web.Request) -> web.Response:
    """A person throws the bot out."""
    world, chat, body = request.app[WORLD], _place(request), await body_of(request)
    person = member_in(world, chat, body)
    if membership.status_of(world, chat, world.bot["id"]) in membership.OUTSIDE:
        raise BodyError("chat: the bot is not here")
    event = {"left_chat_member": world.bot}
    membership.announce(world, chat, person.user, event, to_bot=chat.info["type"] == "group")
    membership.change(world, chat, Move(world.bot, person.user, "kicked"))
    return reply(membership.member_object(world, chat, world.bot))


async def migrate(request: web.Request) -> web.Response:
    """A group becomes a supergroup: a new chat with a new number."""
    world, chat, body = request.app[WORLD], _place(request), await body_of(request)
    person = member_in(world, chat, body)
    if chat.info["type"] != "group" or chat.migrated_to:
        raise BodyError("chat: only a group becomes a supergroup")
    new = _supergroup(world, chat)
    heard_of = {"to_bot": chat.has_bot}
    membership.announce(world, chat, person.user, {"migrate_to_chat_id": new.id}, **heard_of)
    membership.announce(world, new, person.user, {"migrate_from_chat_id": chat.id}, **heard_of)
    chat.migrated_to = new.id
    return reply(new.info)


def _supergroup(world: World, old: Chat) -> Chat:
    info = {**old.info, "id": SUPERGROUP_OFFSET + old.id, "type": "supergroup"}
    if info["id"] in world.chats:
        raise BodyError(f"chat: the number {info['id']} is taken")
    new = Chat(info, members=dict(old.members), has_bot=old.has_bot, bot_status=old.bot_status)
    world.chats[new.id] = new
    membership.carry_over(world, old, new)
    return new


async def react(request: web.Request) -> web.Response:
    """A person changes their reactions to a message."""
    world, chat, body = request.app[WORLD], chat_at(request), await body_of(request)
    person, message = member_in(world, chat, body), message_in(chat, body)
    emoji = body.texts("emoji")
    limit = PREMIUM_REACTIONS if person.user.get("is_premium") else 1
    if len(emoji) > limit:
        raise BodyError(f"emoji: {person.id} may give {limit}")
    if not reactions.ALLOWED.issuperset(emoji) or len(set(emoji)) < len(emoji):
        raise BodyError("emoji: not a reaction Telegram offers, or twice the same")
    number = int(message["message_id"])
    before = reactions.put(world, chat, number, person.id, emoji)
    if before != emoji and (chat.is_private or membership.runs(world, chat)):
        world.queue(reactions.update(chat, number, person.user, before))
    return reply({"old": before, "new": emoji})


async def vote(request: web.Request) -> web.Response:
    """A person votes in a poll; no options take the vote back."""
    world, chat, body = request.app[WORLD], chat_at(request), await body_of(request)
    person, message = member_in(world, chat, body), message_in(chat, body)
    options = body.integers("option_ids")
    ballot = ballot_in(chat, message["message_id"])
    if ballot is None:
        raise BodyError("message_id: the message has no poll")
    try:
        ballot.vote(person.id, options)
    except VoteError as error:
        raise BodyError(str(error)) from None
    poll: Json = heard(world, ballot, person.user)
    return reply(poll)


def _place(request: web.Request) -> Chat:
    """The chat in the path, where people can come and go."""
    chat = chat_at(request)
    if chat.is_private:
        raise ApiError(400, "CHAT: nobody comes or goes in a private chat")
    return chat


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.post("/sandbox/chats/{chat}/join", join),
        web.post("/sandbox/chats/{chat}/leave", leave),
        web.post("/sandbox/chats/{chat}/add_bot", add_bot),
        web.post("/sandbox/chats/{chat}/remove_bot", remove_bot),
        web.post("/sandbox/chats/{chat}/migrate", migrate),
        web.post("/sandbox/chats/{chat}/react", react),
        web.post("/sandbox/chats/{chat}/vote", vote),
    ]
