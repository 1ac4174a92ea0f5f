"""Which sets a person is in on a day, from what is written about them.

The names are bounded: they come from the code, from the languages there are, or from the first
sources seen; whatever people send, it cannot make more of them.

active                  acted on the day
new                     was first seen on the day
command:NAME            used the command (a registered one's name, or other)
feature:NAME            used downloads, billing, quiz or assistant
language:TAG, premium   was active, with this language (its main tag), as a premium user
source:NAME             was active, and had first come from there
blocked                 blocked the bot on the day
wrote, hour:HH          wrote; did anything in this hour of the day (reports ask; never listed)
paid, plan:NAME         paid on the day; was on the plan (see holdings.py: never kept as sets)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from babel import localedata

ACTIVE = "active"
NEW = "new"
PREMIUM = "premium"
BLOCKED = "blocked"
WROTE = "wrote"
HOUR = "hour:"
PAID = "paid"
COMMAND = "command:"
FEATURE = "feature:"
LANGUAGE = "language:"
SOURCE = "source:"
PLAN = "plan:"
OTHER = "other"
SOURCES_AT_MOST = 50

# What people do themselves, by the kind of the row in events; what happens to them later, such as
# the end of a download, may fall on a day on which they did nothing.
KINDS = {
    "block": BLOCKED,
    "download_queued": f"{FEATURE}downloads",
    "link_refused": f"{FEATURE}downloads",
    "invoice": f"{FEATURE}billing",
    "checkout": f"{FEATURE}billing",
    "payment": f"{FEATURE}billing",
    "quiz_started": f"{FEATURE}quiz",
    "quiz_right": f"{FEATURE}quiz",
    "quiz_wrong": f"{FEATURE}quiz",
    "conversation": f"{FEATURE}assistant",
    "completion": f"{FEATURE}assistant",
    "completion_failed": f"{FEATURE}assistant",
}
USED = "command"
# What a person's own act leaves, once for each act: a command is a message, too.  Inline queries
# leave no event; they count where whole days do.
MESSAGE = "message"
ACTS = (MESSAGE, "button", "checkout", "quiz_right", "quiz_wrong")
# The label of service messages, which make nobody active.
SYSTEM = "system"

UTM = re.compile(r"source-(?P<name>.+?)(?:_(?:medium|campaign)-.*)?")


def did(kind: str, label: str | None) -> str | None:
    """The segment of who left such a row in events; None for rows that say nothing here."""
    if kind == USED:
        return f"{COMMAND}{label or OTHER}"
    return KINDS.get(kind)


def acted(kind: str, hour: int) -> Iterator[str]:
    """The segments of whom ACTS name, at this hour of the day."""
    yield f"{HOUR}{hour:02}"
    if kind == MESSAGE:
        yield WROTE


def is_listed(segment: str) -> bool:
    """Whether anybody wants to see how large it is."""
    return segment != WROTE and not segment.startswith(HOUR)


@lru_cache(maxsize=1024)  # people choose the tags, so not all of them are remembered
def language(tag: str) -> str:
    """The segment of a Telegram language tag such as pt-br: that of Portuguese."""
    main = tag.replace("_", "-").partition("-")[0].lower()
    is_known = main.isascii() and main.isalpha() and localedata.exists(main)
    return f"{LANGUAGE}{main if is_known else OTHER}"


class Sources:
    """Names of the places people came from: the first ones seen, and "other" for the rest."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def segment(self, payload: str) -> str:
        """The segment of a /start payload: source, or source-x_medium-y_campaign-z."""
        match = UTM.fullmatch(payload)
        name = match["name"] if match else payload
        if name not in self._names and len(self._names) >= SOURCES_AT_MOST:
            name = OTHER
        self._names.add(name)
        return f"{SOURCE}{name}"


def traits(
    sources: Sources, tag: str | None, source: str | None, *, is_premium: bool
) -> Iterator[str]:
    """The segments that an active person is in because of who they are."""
    if tag:
        yield language(tag)
    if is_premium:
        yield PREMIUM
    if source:
        yield sources.segment(source)
