"""Messages out: send, forward, copy, delete, pin, "typing …"."""

from __future__ import annotations

import time
from typing import Any

from bot.sandbox.compose import bare, chat_of, known_chat_of, message_of, send
from bot.sandbox.formatting import caption_text, message_text
from bot.sandbox.params import Json, Params, bad_request
from bot.sandbox.world import Chat, Method, World

ACTION_SECONDS = 5
ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}
BATCH_LIMIT = 100
# What belongs to one message and not to its copy.
OWN = {"message_id", "date", "edit_date", "chat", "from", "sender_chat", "reply_markup"}
OWN |= {"reply_to_message", "forward_origin", "message_thread_id", "is_topic_message"}


async def send_message(world: World, params: Params) -> Json:
    """Post a text."""
    chat_of(world, params)
    content = message_text(world, params)
    preview = params.json("link_preview_options")
    if preview:
        content["link_preview_options"] = preview
    return send(world, params, content)


async def forward_message(world: World, params: Params) -> Json:
    """Post a message again, saying where it came from."""
    source = _source(world, params, "message to forward not found")
    return _forward(world, params, source)


async def forward_messages(world: World, params: Params) -> list[Json]:
    """Forward several; those that are gone are skipped."""
    sources = _sources(world, params)
    return [{"message_id": _forward(world, params, one)["message_id"]} for one in sources]


async def copy_message(world: World, params: Params) -> Json:
    """Post a message's content as one's own; its MessageId."""
    source = _source(world, params, "message to copy not found")
    content = _content(source)
    if params.fields.get("caption") is not None:
        content = {key: value for key, value in content.items() if "caption" not in key}
        content |= caption_text(world, params)
    return {"message_id": send(world, params, content)["message_id"]}


async def copy_messages(world: World, params: Params) -> list[Json]:
    """Copy several; those that are gone are skipped."""
    sources = _sources(world, params)
    return [{"message_id": send(world, params, _content(one))["message_id"]} for one in sources]


async def delete_message(world: World, params: Params) -> bool:
    """Take a message away."""
    chat = chat_of(world, params)
    message = message_of(chat, params.integer("message_id"), "message to delete not found")
    world.remove(chat, message["message_id"])
    return True


async def delete_messages(world: World, params: Params) -> bool:
    """Take several messages away; those that are gone are skipped."""
    chat = chat_of(world, params)
    for number in _ids(params):
        if number in chat.messages:
            world.remove(chat, number)
    return True


async def send_chat_action(world: World, params: Params) -> bool:
    """Show "typing …" for five seconds."""
    chat = chat_of(world, params)
    action = params.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.action, chat.action_until = action, time.monotonic() + ACTION_SECONDS
    world.tell({"type": "action", "chat_id": chat.id, "action": action})
    return True


async def pin_chat_message(world: World, params: Params) -> bool:
    """Pin a message; the chat gets a service message about it."""
    chat = chat_of(world, params)
    message = message_of(chat, params.integer("message_id"), "message to pin not found")
    if message["message_id"] in chat.pinned:
        return True
    chat.pinned.append(message["message_id"])
    author = {"sender_chat": chat.info} if chat.info["type"] == "channel" else {"from": world.bot}
    world.post(chat, {**author, "pinned_message": bare(message)})
    return True


async def unpin_chat_message(world: World, params: Params) -> bool:
    """Unpin one message, by default the newest pinned one."""
    chat = chat_of(world, params)
    number = params.integer("message_id") or (chat.pinned[-1] if chat.pinned else None)
    if number not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(number)
    world.tell({"type": "chat", "chat_id": chat.id})
    return True


async def unpin_all_chat_messages(world: World, params: Params) -> bool:
    """Unpin everything."""
    chat = chat_of(world, params)
    chat.pinned.clear()
    world.tell({"type": "chat", "chat_id": chat.id})
    return True


def _forward(world: World, params: Params, source: Json) -> Json:
    content = {
        **_content(source),
        "forward_origin": source.get("forward_origin") or _origin(source),
    }
    return send(world, params, content)


def _origin(source: Json) -> Json:
    if source["chat"]["type"] == "channel":
        place = {"type": "channel", "chat": source["chat"], "message_id": source["message_id"]}
        return {**place, "date": source["date"]}
    if "sender_chat" in source:
        return {"type": "chat", "sender_chat": source["sender_chat"], "date": source["date"]}
    return {"type": "user", "sender_user": source["from"], "date": source["date"]}


def _content(message: Json) -> Json:
    return {key: value for key, value in message.items() if key not in OWN}


def _source(world: World, params: Params, missing: str) -> Json:
    chat = known_chat_of(world, params, "from_chat_id")
    return message_of(chat, params.integer("message_id"), missing)


def _sources(world: World, params: Params) -> list[Json]:
    chat: Chat = known_chat_of(world, params, "from_chat_id")
    return [chat.messages[number] for number in _ids(params) if number in chat.messages]


def _ids(params: Params) -> list[int]:
    value: Any = params.json("message_ids")
    if not isinstance(value, list) or any(type(one) is not int for one in value):
        raise bad_request("can't parse message identifiers JSON array")
    if len(value) > BATCH_LIMIT:
        raise bad_request("too many messages specified")
    return value


METHODS: dict[str, Method] = {
    "sendMessage": send_message,
    "forwardMessage": forward_message,
    "forwardMessages": forward_messages,
    "copyMessage": copy_message,
    "copyMessages": copy_messages,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "sendChatAction": send_chat_action,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "unpinAllChatMessages": unpin_all_chat_messages,
}
