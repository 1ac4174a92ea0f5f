"""Driving the sandbox: what people write, change and read."""

from __future__ import annotations

import time

from aiohttp import web

from bot.sandbox.attachments import attached
from bot.sandbox.bodies import Body, BodyError, body_of, path_integer, query_integer, reply
from bot.sandbox.compose import bare
from bot.sandbox.detect import detect
from bot.sandbox.finding import chat_at, member_in, message_in
from bot.sandbox.keys import WORLD
from bot.sandbox.params import ApiError, Json
from bot.sandbox.rich import units
from bot.sandbox.waiting import until
from bot.sandbox.world import Chat, Person, World

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
PAGE_LIMIT = 1000
LONGEST_WAIT_SECONDS = 30
ANONYMOUS: Json = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
CHANNEL_BOT: Json = {
    "id": 136817688,
    "is_bot": True,
    "first_name": "Channel",
    "username": "Channel_Bot",
}


async def write(request: web.Request) -> web.Response:
    """A person writes; the bot hears it if it is there."""
    world, chat, body = request.app[WORLD], chat_at(request), await body_of(request)
    if chat.info["type"] == "channel":
        raise BodyError("chat: people cannot write in a channel, use posts")
    person = member_in(world, chat, body)
    content = {**_author(world, chat, person, body), **_answered(chat, body)}
    content |= attached(world, body) or text_content(body.text("text"))
    if body.has("caption"):
        content |= _caption(body.text("caption"))
    if chat.is_private:
        person.has_started = True
    return reply(heard(world, chat, "message", world.post(chat, content)))


async def change(request: web.Request) -> web.Response:
    """A person edits their own text."""
    world, chat, body = request.app[WORLD], chat_at(request), await body_of(request)
    person = member_in(world, chat, body)
    message = chat.messages.get(path_integer(request, "message"))
    if message is None:
        raise ApiError(404, "ID: there is no such message in this chat")
    if message.get("from", {}).get("id") != person.id or "text" not in message:
        raise BodyError("person: can edit own texts only")
    kept = {key: value for key, value in message.items() if key not in {"text", "entities"}}
    changed = {**kept, **text_content(body.text("text")), "edit_date": int(time.time())}
    world.show(chat, changed)
    return reply(heard(world, chat, "edited_message", changed))


async def publish(request: web.Request) -> web.Response:
    """A channel publishes a post."""
    world, chat, body = request.app[WORLD], chat_at(request), await body_of(request)
    if chat.info["type"] != "channel":
        raise BodyError("chat: posts are for channels")
    content = {"sender_chat": chat.info, **text_content(body.text("text"))}
    return reply(heard(world, chat, "channel_post", world.post(chat, content)))


async def read(request: web.Request) -> web.Response:
    """The messages after one, oldest first; with `seq`, those that changed since it.

    `last`: only so many of the newest.

    `wait`: so many seconds for the first.  The `seq` that comes back is where to go on.
    """
    world, chat = request.app[WORLD], chat_at(request)
    after, since = query_integer(request, "after", 0), query_integer(request, "seq", 0)
    limit = max(1, min(query_integer(request, "limit", 100), PAGE_LIMIT))
    last = min(query_integer(request, "last", 0), PAGE_LIMIT)
    wait = min(query_integer(request, "wait", 0), LONGEST_WAIT_SECONDS)

    def fitting() -> list[Json]:
        numbers = sorted(n for n in chat.messages if n > after and chat.changed.get(n, 0) > since)
        # Who follows changes gets them in the order they happened, else a full page lost some.
        ordered = sorted(numbers, key=lambda n: chat.changed.get(n, 0)) if since else numbers
        return [chat.messages[n] for n in (ordered[-last:] if last > 0 else ordered[:limit])]

    found = await until(world, fitting, wait)
    is_cut = since and last <= 0 and len(found) == limit
    seq = chat.changed[found[-1]["message_id"]] if is_cut else world.seq
    return reply({"messages": found, "seq": seq})


def heard(world: World, chat: Chat, kind: str, message: Json) -> Json:
    """*message*, after the bot was told of it, if it is in the chat."""
    if chat.has_bot:
        world.queue({kind: message})
    return message


def text_content(text: str) -> Json:
    """A typed text with the entities Telegram finds in it."""
    bare_text = text.strip()
    if not bare_text:
        raise BodyError("text must not be empty")
    if units(bare_text) > TEXT_LIMIT:
        raise BodyError(f"text must have at most {TEXT_LIMIT} characters")
    entities = detect(bare_text)
    return {"text": bare_text, **({"entities": entities} if entities else {})}


def _caption(text: str) -> Json:
    if units(text) > CAPTION_LIMIT:
        raise BodyError(f"caption must have at most {CAPTION_LIMIT} characters")
    entities = detect(text)
    return {"caption": text, **({"caption_entities": entities} if entities else {})}


def _author(world: World, chat: Chat, person: Person, body: Body) -> Json:
    if chat.is_private or not (body.has("as_channel") or body.flag("anonymous")):
        return {"from": person.user}
    if body.flag("anonymous"):
        return {"from": ANONYMOUS, "sender_chat": chat.info}
    channel = world.chats.get(body.integer("as_channel"))
    if channel is None or channel.info["type"] != "channel":
        raise BodyError("as_channel must be the number of a channel")
    return {"from": CHANNEL_BOT, "sender_chat": channel.info}


def _answered(chat: Chat, body: Body) -> Json:
    if not body.has("reply_to"):
        return {}
    return {"reply_to_message": bare(message_in(chat, body, "reply_to"))}


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.post("/sandbox/chats/{chat}/messages", write),
        web.get("/sandbox/chats/{chat}/messages", read),
        web.patch("/sandbox/chats/{chat}/messages/{message}", change),
        web.post("/sandbox/chats/{chat}/posts", publish),
    ]
