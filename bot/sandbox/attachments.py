"""Files people attach: photo, video, audio, voice, document, sticker."""

from __future__ import annotations

import base64
import binascii
import mimetypes

from bot.sandbox.bodies import Body, BodyError
from bot.sandbox.media import UPLOAD_LIMIT, made
from bot.sandbox.params import Json, Params, Upload
from bot.sandbox.world import World

KINDS = ("photo", "video", "audio", "voice", "document", "sticker", "animation", "video_note")
# No decoder here: a film or a song says of itself what Telegram would find out.
DEFAULT_SECONDS = 1


def attached(world: World, body: Body) -> Json | None:
    """The message's fields for the attached file, None when there is none."""
    kind = next((one for one in KINDS if body.has(one)), None)
    if kind is None:
        return None
    given = body.fields[kind]
    if not isinstance(given, dict):
        raise BodyError(f"{kind} must be an object with name and base64")
    upload = _upload(kind, Body(given))
    return made(world, kind, upload, Params(_details(Body(given))))


def _details(given: Body) -> Json:
    """What Telegram would find out about the file, as far as it was told."""
    numbers = {name: given.integer(name, 0) for name in ("width", "height", "length")}
    words = {name: given.text(name, "") for name in ("title", "performer", "emoji")}
    return {"duration": given.integer("duration", DEFAULT_SECONDS), **numbers, **words}


def _upload(kind: str, given: Body) -> Upload:
    name = given.text("name")
    try:
        content = base64.b64decode(given.text("base64"), validate=True)
    except binascii.Error:
        raise BodyError(f"{kind}.base64 is not base64") from None
    if not 1 <= len(content) <= UPLOAD_LIMIT:
        raise BodyError(f"{kind}.base64 must hold 1 byte to 50 MB")
    mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Upload(name, mime, content)
