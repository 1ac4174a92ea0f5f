"""Where a list goes on: a word that means nothing to whoever hands it back, and cannot be bent.

It is no secret and grants nothing, so it carries a checksum of the list it belongs to and not a
signature: one of another list, or one that lost a letter, is refused instead of misread.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated

from pydantic import Field

from bot.web.api.params import ParamsError

SIZE, CHECK = 8, 4
HIGHEST = 2**63 - 1  # that a database takes
# A bounded word, so that no letter reaches anything but read().
Cursor = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_-]+$",
        max_length=64,
        description="next_cursor of the page before; nothing begins at the beginning.",
    ),
]


def written(of: str, place: int) -> str:
    """The cursor for *place*, 0 or more, in the list *of*."""
    content = place.to_bytes(SIZE, "big")
    return urlsafe_b64encode(content + _check(of, content)).decode().rstrip("=")


def read(of: str, cursor: str) -> int:
    """The place that *cursor* stands for; ParamsError for one that is not of the list *of*."""
    try:
        sent = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        sent = b""
    content, check = sent[:SIZE], sent[SIZE:]
    place = int.from_bytes(content, "big")
    if check != _check(of, content) or place > HIGHEST:
        raise ParamsError.of("cursor", "is none of this list's; begin again without one")
    return place


def _check(of: str, content: bytes) -> bytes:
    return hashlib.blake2s(of.encode() + content, digest_size=CHECK).digest()
