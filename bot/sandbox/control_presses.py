"""Driving the sandbox: buttons pressed, inline queries typed."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.sandbox.bodies import Body, BodyError, body_of, reply
from bot.sandbox.finding import chat_at, member_in, message_in, person_in
from bot.sandbox.keys import WORLD
from bot.sandbox.params import Json

ANSWER_SECONDS = 10
QUERY_LIMIT = 256


async def press(request: web.Request) -> web.Response:
    """A person presses a button; the bot's answer comes back, None when there was none in time."""
    world, chat, body = request.app[WORLD], chat_at(request), await body_of(request)
    person, message = member_in(world, chat, body), message_in(chat, body)
    data = _data(message, body)
    query_id = world.queries.ask()
    query = {
        "id": query_id,
        "from": person.user,
        "message": message,  # as Telegram has it, with what it answers
        "chat_instance": str(abs(chat.id) * 7919),
        "data": data,
    }
    world.queue({"callback_query": query})
    return reply({"answer": await world.queries.wait(query_id, ANSWER_SECONDS)})


async def ask_inline(request: web.Request) -> web.Response:
    """A person types @bot and a query; what the bot offers comes back, None when nothing."""
    world, body = request.app[WORLD], await body_of(request)
    person, text = person_in(world, body), body.text("query", "")
    if len(text) > QUERY_LIMIT:
        raise BodyError(f"query must have at most {QUERY_LIMIT} characters")
    query_id = world.queries.ask()
    query = {"id": query_id, "from": person.user, "query": text, "offset": ""}
    world.queue({"inline_query": {**query, "chat_type": "sender"}})
    return reply({"results": await world.queries.wait(query_id, ANSWER_SECONDS)})


def _data(message: Json, body: Body) -> str:
    """What the pressed button sends."""
    if body.flag("forged"):
        return body.text("data")
    by_label = body.has("text")
    field, wanted = ("text", body.text("text")) if by_label else ("data", body.text("data"))
    for button in _buttons(message):
        if button["text" if by_label else "callback_data"] == wanted:
            return str(button["callback_data"])
    raise BodyError(f"{field}: the message has no button {wanted!r} that sends data")


def _buttons(message: Json) -> list[Json]:
    rows: Any = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row if "callback_data" in button]


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.post("/sandbox/chats/{chat}/press", press),
        web.post("/sandbox/inline", ask_inline),
    ]
