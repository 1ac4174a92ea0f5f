"""What every sending method shares: where to, in answer to what, with which buttons."""

from __future__ import annotations

from bot.sandbox.markups import markup_of
from bot.sandbox.mini_apps import check_place
from bot.sandbox.params import Json, Params, bad_request
from bot.sandbox.world import Chat, World

# Flags of a call that a message shows.
SHOWN = ("has_media_spoiler", "show_caption_above_media")


def known_chat_of(world: World, params: Params, name: str = "chat_id") -> Chat:
    """The chat a field names by number or @username, whether or not the bot may write there."""
    value = params.text(name)
    if value.startswith("@"):
        return world.known_chat(_by_username(world, value.removeprefix("@")))
    return world.known_chat(params.integer(name))


def chat_of(world: World, params: Params, name: str = "chat_id") -> Chat:
    """The chat a field names, where the bot may write, or ApiError 400 or 403."""
    return world.chat(known_chat_of(world, params, name).id)


def send(world: World, params: Params, content: Json) -> Json:
    """Post *content* as the bot's message where *params* say; the Message comes back."""
    chat = chat_of(world, params)
    world.flood.count(str(chat.id))
    markup = markup_of(params)
    check_place(markup, chat)
    message = {**_author(world, chat), **_thread(params), **_reply_to(chat, params), **content}
    message |= {name: True for name in SHOWN if params.flag(name)}
    if params.flag("protect_content"):
        message["has_protected_content"] = True
    if markup and markup.get("inline_keyboard"):
        message["reply_markup"] = markup
    posted = world.post(chat, message)
    chat.action = ""
    _keep_keyboard(world, chat, markup)
    return posted


def message_of(chat: Chat, message_id: int | None, missing: str) -> Json:
    """A message of *chat*, or ApiError 400 saying *missing*."""
    message = chat.messages.get(message_id or 0)
    if message is None:
        raise bad_request(missing)
    return message


def bare(message: Json) -> Json:
    """*message* as it stands within another: without what it answers itself."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}


def _author(world: World, chat: Chat) -> Json:
    if chat.info["type"] == "channel":
        return {"sender_chat": chat.info}
    return {"from": world.bot}


def _thread(params: Params) -> Json:
    thread = params.integer("message_thread_id")
    return {"message_thread_id": thread, "is_topic_message": True} if thread else {}


def _reply_to(chat: Chat, params: Params) -> Json:
    given = params.json("reply_parameters") or {}
    if not isinstance(given, dict):
        raise bad_request("can't parse reply parameters JSON object")
    target = Params(given).integer("message_id") or params.integer("reply_to_message_id")
    if target is None:
        return {}
    answered = chat.messages.get(target)
    if answered:
        return {"reply_to_message": bare(answered)}
    if given.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply"):
        return {}
    raise bad_request("message to be replied not found")


def _keep_keyboard(world: World, chat: Chat, markup: Json | None) -> None:
    """Remember what lies below the text field; it stays until the bot takes it away."""
    if not markup or "inline_keyboard" in markup:
        return
    chat.keyboard = None if markup.get("remove_keyboard") else markup
    world.tell({"type": "chat", "chat_id": chat.id})


def _by_username(world: World, username: str) -> int | None:
    wanted = username.lower()
    found = (
        chat.id
        for chat in world.chats.values()
        if not chat.is_private and str(chat.info.get("username", "")).lower() == wanted
    )
    number = next(found, None)
    if number is None:
        raise bad_request("chat not found")
    return number
