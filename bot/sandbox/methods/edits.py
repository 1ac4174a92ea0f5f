"""Changing what was sent: text, caption, buttons."""

from __future__ import annotations

import time

from bot.sandbox.compose import chat_of, message_of
from bot.sandbox.formatting import caption_text, message_text
from bot.sandbox.markups import inline_of
from bot.sandbox.mini_apps import check_place
from bot.sandbox.params import Json, Params, bad_request
from bot.sandbox.world import Chat, Method, World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


async def edit_message_text(world: World, params: Params) -> Json:
    """Give a text message another text; without reply_markup its buttons go."""
    chat, message = own_message(world, params)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    return edit(world, params, chat, message, message_text(world, params))


async def edit_message_caption(world: World, params: Params) -> Json:
    """Give a message's media another caption."""
    chat, message = own_message(world, params)
    if "text" in message:
        raise bad_request("there is no caption in the message to edit")
    return edit(world, params, chat, message, caption_text(world, params))


async def edit_message_reply_markup(world: World, params: Params) -> Json:
    """Give a message other buttons."""
    chat, message = own_message(world, params)
    content = {key: message[key] for key in _texts(message)}
    return edit(world, params, chat, message, content)


def own_message(world: World, params: Params) -> tuple[Chat, Json]:
    """The bot's own message that a call means, or ApiError 400."""
    if params.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = chat_of(world, params)
    message = message_of(chat, params.integer("message_id"), "message to edit not found")
    is_post = chat.info["type"] == "channel"
    if not is_post and message.get("from", {}).get("id") != world.bot["id"]:
        raise bad_request("message can't be edited")
    return chat, message


def edit(world: World, params: Params, chat: Chat, message: Json, content: Json) -> Json:
    """Put *content* and the call's buttons in the place of the old ones; the Message."""
    world.flood.count(str(chat.id))
    kept = {key: value for key, value in message.items() if key not in _texts(message)}
    kept = {**kept, **content}
    kept.pop("reply_markup", None)
    markup = inline_of(params)
    check_place(markup, chat)
    if markup:
        kept["reply_markup"] = markup
    if kept == message:
        raise bad_request(NOT_MODIFIED)
    kept["edit_date"] = int(time.time())
    world.show(chat, kept)
    return kept


def _texts(message: Json) -> set[str]:
    return {"text", "entities", "caption", "caption_entities"} & message.keys()


METHODS: dict[str, Method] = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
}
