"""What Telegram finds in plain text by itself: commands, links, mentions, hashtags."""

from __future__ import annotations

import re

from bot.sandbox.params import Json
from bot.sandbox.rich import units

# The first kind that matches a place has it; a link's own #anchor is no hashtag.
PATTERNS = (
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,}\b")),
    (
        "url",
        re.compile(
            r"(?:https?://[^\s<>\"']+|(?<![\w@./-])(?:[a-zA-Z0-9-]+\.)+"
            r"(?:com|org|net|io|dev|app|me|info|ru|de|uk|fr|eu|tv|be|co)\b(?:/[^\s<>\"']*)?)"
            r"(?<![.,;:!?)])"
        ),
    ),
    ("bot_command", re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z]\w{2,31})?(?![\w/])")),
    ("mention", re.compile(r"(?<!\w)@[a-zA-Z]\w{2,31}\b")),
    ("hashtag", re.compile(r"(?<!\w)#(?=\w*[^\W\d_])\w{1,256}")),
    ("cashtag", re.compile(r"(?<!\w)\$[A-Z]{1,8}\b")),
)
LONGEST_SCANNED = 8192


def detect(text: str, taken: list[Json] | None = None) -> list[Json]:
    """The entities in *text*, in order, where no entity of *taken* lies already."""
    found: list[Json] = list(taken or ())
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(text[:LONGEST_SCANNED]):
            offset, length = units(text[: match.start()]), units(match[0])
            if all(_apart(one, offset, length) for one in found):
                found.append({"offset": offset, "length": length, "type": kind})
    return sorted(found[len(taken or ()) :], key=lambda one: int(one["offset"]))


def _apart(entity: Json, offset: int, length: int) -> bool:
    end = int(entity["offset"]) + int(entity["length"])
    return offset + length <= int(entity["offset"]) or end <= offset
