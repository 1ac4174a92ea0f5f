"""Files: bytes in, a file_id out."""

from __future__ import annotations

import hashlib
import mimetypes
import re
import secrets

from bot.sandbox.params import Json, Upload
from bot.sandbox.world import StoredFile, World

UNTOLD = "application/octet-stream"
MIME = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*")


def keep(world: World, upload: Upload, folder: str = "documents") -> Json:
    """Keep the upload; the API's File object (file_id, file_unique_id, file_size, file_path)."""
    # The same bytes have the same unique id, and each sending has its own file_id.
    unique = hashlib.sha256(upload.content).hexdigest()[:16]
    stored = StoredFile(
        file_id=f"SANDBOX{secrets.token_hex(12)}",
        file_unique_id=unique,
        file_path=f"{folder}/file_{world.files_made}{_suffix(upload)}",
        name=upload.name,
        mime=_mime(upload),
        content=upload.content,
    )
    world.files_made += 1
    world.files[stored.file_id] = stored
    _make_room(world)
    return file_object(stored)


def file_object(stored: StoredFile) -> Json:
    """The API's File object of a kept file."""
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.file_unique_id,
        "file_size": len(stored.content),
        "file_path": stored.file_path,
    }


def find(world: World, file_id: str) -> StoredFile | None:
    """The kept file of that id."""
    return world.files.get(file_id)


def at_path(world: World, path: str) -> StoredFile | None:
    """The kept file that is downloaded from *path*."""
    return next((one for one in world.files.values() if one.file_path == path), None)


def _suffix(upload: Upload) -> str:
    _, dot, suffix = upload.name.rpartition(".")
    if dot and suffix.isalnum():
        return f".{suffix.lower()}"
    return mimetypes.guess_extension(_mime(upload)) or ""


def _mime(upload: Upload) -> str:
    """The type alone, in lower case; a stranger chose it, and it becomes a header.

    Telegram, too, goes by the name's ending where a client says nothing.
    """
    kind = upload.content_type.partition(";")[0].strip().lower()
    if MIME.fullmatch(kind) and kind != UNTOLD:
        return kind
    return mimetypes.guess_type(upload.name)[0] or UNTOLD


def _make_room(world: World) -> None:
    """Forget the oldest files when all together are too much, but never the newest."""
    size = sum(len(one.content) for one in world.files.values())
    while size > world.bytes_kept and len(world.files) > 1:
        oldest = world.files.pop(next(iter(world.files)))
        size -= len(oldest.content)
