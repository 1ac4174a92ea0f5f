"""Media out: one file, an album, or another file in a message's place."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any

from bot.sandbox.compose import chat_of, send
from bot.sandbox.files import file_object
from bot.sandbox.formatting import caption_text
from bot.sandbox.markups import inline_of
from bot.sandbox.media import KINDS, MB, content_of
from bot.sandbox.methods.edits import NOT_MODIFIED, edit, own_message
from bot.sandbox.params import Json, Params, bad_request
from bot.sandbox.world import Method, World

DOWNLOAD_LIMIT = 20 * MB
ALBUM_LIMIT = 10
ALBUM_KINDS = {"photo", "video", "audio", "document"}
UNCAPTIONED = {"sticker", "video_note"}
# Everything editMessageMedia takes away, whatever was there before.
REPLACED = {*KINDS, "text", "entities", "caption", "caption_entities", "link_preview_options"}
REPLACED |= {"has_media_spoiler", "show_caption_above_media"}


async def send_media(kind: str, world: World, params: Params) -> Json:
    """Post one file."""
    chat_of(world, params)
    caption = {} if kind in UNCAPTIONED else caption_text(world, params)
    return send(world, params, content_of(world, kind, params) | caption | _spoiler(params))


def _spoiler(params: Params) -> Json:
    return {"has_media_spoiler": True} if params.flag("has_spoiler") else {}


async def send_media_group(world: World, params: Params) -> list[Json]:
    """Post an album: two to ten photos and videos, or audio files, or documents."""
    chat_of(world, params)
    items = _items(params)
    _check_mixture([item.text("type") for item in items])
    contents = [_content(world, item) for item in items]
    album = {"media_group_id": str(secrets.randbits(53))}
    common = Params({key: value for key, value in params.fields.items() if key != "reply_markup"})
    return [send(world, common, content | album) for content in contents]


def _items(params: Params) -> list[Params]:
    media: Any = params.json("media")
    if not isinstance(media, list) or not all(isinstance(one, dict) for one in media):
        raise bad_request("can't parse media JSON object")
    if not media:
        raise bad_request("there are no messages to send")
    if len(media) > ALBUM_LIMIT:
        raise bad_request("too many messages to send as an album")
    return [Params(one, params.uploads) for one in media]


def _check_mixture(kinds: list[str]) -> None:
    for kind in kinds:
        if kind not in ALBUM_KINDS:
            raise bad_request("can't parse InputMedia: type must be one of the album's kinds")
    apart = {"audio", "document"} & set(kinds)
    if apart and len(set(kinds)) > 1:
        raise bad_request(f"{min(apart)} can't be mixed with other media types")


def _content(world: World, item: Params) -> Json:
    kind = item.text("type")
    content = content_of(world, kind, item, "media") | caption_text(world, item) | _spoiler(item)
    if item.flag("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return content


async def edit_message_media(world: World, params: Params) -> Json:
    """Put other media, with its caption, in the place of a message's content."""
    chat, message = own_message(world, params)
    given = params.json("media")
    if not isinstance(given, dict) or str(given.get("type")) not in KINDS:
        raise bad_request("can't parse InputMedia: expected an Object of a known type")
    item = Params(given, params.uploads)
    _check_place(message, item.text("type"))
    bare = {key: value for key, value in message.items() if key not in REPLACED}
    content = _content(world, item)
    markup = inline_of(params)
    kept = {key: value for key, value in bare.items() if key != "reply_markup"} | content
    if (kept | ({"reply_markup": markup} if markup else {})) == message:
        raise bad_request(NOT_MODIFIED)
    return edit(world, params, chat, bare, content)


def _check_place(message: Json, kind: str) -> None:
    if not REPLACED & message.keys() or "voice" in message:
        raise bad_request("message media can't be edited")
    if "media_group_id" not in message:
        return
    was = next(name for name in KINDS if name in message)
    together = {"photo", "video"}
    if kind != was and not {kind, was} <= together:
        raise bad_request("can't change media type in the album")


async def get_file(world: World, params: Params) -> Json:
    """Where a file can be downloaded; bots get no more than 20 MB."""
    file_id = params.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    stored = world.files.get(file_id)
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.content) > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return file_object(stored)


async def get_user_profile_photos(world: World, params: Params) -> Json:
    """A person's profile photos; nobody in the sandbox has any."""
    user_id = params.integer("user_id")
    if not user_id:
        raise bad_request("invalid user_id specified")
    if user_id not in world.people and user_id != world.bot["id"]:
        raise bad_request("user not found")
    return {"total_count": 0, "photos": []}


METHODS: dict[str, Method] = {
    "sendPhoto": partial(send_media, "photo"),
    "sendAudio": partial(send_media, "audio"),
    "sendVideo": partial(send_media, "video"),
    "sendVoice": partial(send_media, "voice"),
    "sendDocument": partial(send_media, "document"),
    "sendAnimation": partial(send_media, "animation"),
    "sendSticker": partial(send_media, "sticker"),
    "sendVideoNote": partial(send_media, "video_note"),
    "sendMediaGroup": send_media_group,
    "editMessageMedia": edit_message_media,
    "getFile": get_file,
    "getUserProfilePhotos": get_user_profile_photos,
}
