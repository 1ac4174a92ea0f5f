"""Media: a file becomes the photo, video, sticker … of a message."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.files import file_object, find, keep
from bot.sandbox.params import ApiError, Json, Params, Upload, bad_request
from bot.sandbox.pictures import picture_size
from bot.sandbox.world import StoredFile, World

MB = 2**20
UPLOAD_LIMIT = 50 * MB
PHOTO_LIMIT = 10 * MB
LONGEST_SIDES = 10_000  # width and height of a photo together
STEEPEST = 20  # width to height, either way
UNKNOWN_SIZE = (512, 512)  # of what is no picture, such as an animated sticker


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of media: where its files lie, what TDLib calls it, what a call says about it."""

    folder: str
    title: str
    numbers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    has_name: bool = True  # its file's name shows


FRAME = ("duration", "width", "height")
ROUND = ("duration", "length")
SONG = ("performer", "title")
KINDS = {
    "photo": Kind(folder="photos", title="Photo", has_name=False),
    "audio": Kind(folder="music", title="Audio", numbers=("duration",), words=SONG),
    "video": Kind(folder="videos", title="Video", numbers=FRAME),
    "voice": Kind(folder="voice", title="VoiceNote", numbers=("duration",), has_name=False),
    "document": Kind(folder="documents", title="Document"),
    "animation": Kind(folder="animations", title="Animation", numbers=FRAME),
    "sticker": Kind(folder="stickers", title="Sticker", has_name=False),
    "video_note": Kind(folder="video_notes", title="VideoNote", numbers=ROUND, has_name=False),
}


def content_of(world: World, kind: str, params: Params, source: str = "") -> Json:
    """The Message fields of the file in the call's field *source*, by default named as the kind.

    1. A file_id sends a known file again, with all that is known about it.
    2. An upload is checked and kept.
    3. An address is refused: the sandbox fetches nothing.
    """
    source = source or kind
    upload = params.upload(source)
    if upload is None:
        return _again(world, kind, params.text(source))
    _check(kind, upload.content)
    return made(world, kind, upload, params)


def made(world: World, kind: str, upload: Upload, params: Params) -> Json:
    """The Message fields of a new file; *params* tell its duration, title, thumbnail …"""
    stored = world.files[keep(world, upload, KINDS[kind].folder)["file_id"]]
    media = _object(kind, stored, params)
    if KINDS[kind].has_name or kind == "video_note":
        media |= _thumbnail(world, params)
    return _fields(world, kind, media)


def _again(world: World, kind: str, file_id: str) -> Json:
    if not file_id:
        raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")
    if file_id.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    stored = find(world, file_id)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    _check_kind(kind, stored)
    known = _shelf(world).get((file_id, kind)) or _object(kind, stored, Params({}))
    return _fields(world, kind, known)


def _shelf(world: World) -> dict[tuple[str, str], Json]:
    shelf: dict[tuple[str, str], Json] = world.shelf.setdefault("media", {})
    return shelf


def _check(kind: str, content: bytes) -> None:
    if not content:
        raise bad_request("file must be non-empty")
    if len(content) > (PHOTO_LIMIT if kind == "photo" else UPLOAD_LIMIT):
        raise ApiError(413, "Request Entity Too Large")
    if kind == "photo":
        _check_photo(content)


def _check_photo(content: bytes) -> None:
    size = picture_size(content)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(size) > LONGEST_SIDES or max(size) > STEEPEST * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def _check_kind(kind: str, stored: StoredFile) -> None:
    """A photo is stored apart from all else; it and a file cannot stand for each other."""
    folder = stored.file_path.partition("/")[0]
    was = next((one for one in KINDS.values() if one.folder == folder), None)
    if was and was is not KINDS[kind] and KINDS["photo"] in {was, KINDS[kind]}:
        raise bad_request(f"can't use file of type {was.title} as {KINDS[kind].title}")


def _object(kind: str, stored: StoredFile, params: Params) -> Json:
    about = KINDS[kind]
    file = file_object(stored)
    del file["file_path"]
    if kind == "photo":
        return file | _sides(stored.content)
    if kind == "sticker":
        return file | _sticker(stored, params)
    media = file | {name: params.integer(name, 0) for name in about.numbers}
    media |= {name: params.text(name) for name in about.words if params.text(name)}
    if kind != "video_note":
        media["mime_type"] = stored.mime
    if "width" in media and not media["width"]:
        media |= _sides(stored.content)
    return media | ({"file_name": stored.name} if about.has_name else {})


def _sides(content: bytes) -> Json:
    width, height = picture_size(content) or UNKNOWN_SIZE
    return {"width": width, "height": height}


def _sticker(stored: StoredFile, params: Params) -> Json:
    emoji = params.text("emoji")
    return {
        "type": "regular",
        "is_animated": stored.name.endswith(".tgs"),
        "is_video": stored.name.endswith(".webm"),
        **_sides(stored.content),
        **({"emoji": emoji} if emoji else {}),
    }


def _thumbnail(world: World, params: Params) -> Json:
    """The `thumbnail` field; Telegram, too, ignores one that is no picture."""
    upload = params.upload("thumbnail")
    if upload is None or picture_size(upload.content) is None:
        return {}
    file = keep(world, upload, "thumbnails")
    del file["file_path"]
    return {"thumbnail": file | _sides(upload.content)}


def _fields(world: World, kind: str, media: Json) -> Json:
    _shelf(world)[media["file_id"], kind] = media
    if kind == "photo":
        return {"photo": [media]}
    if kind == "animation":
        # An animation comes with a document, for bots that know no animations.
        kept = {"file_id", "file_unique_id", "file_size", "mime_type", "file_name", "thumbnail"}
        return {kind: media, "document": {name: media[name] for name in media if name in kept}}
    return {kind: media}
