"""A long answer in parts that Telegram takes; what is on an earlier part never changes."""

from __future__ import annotations

# Telegram's limit for one message, in UTF-16 code units.
LIMIT = 4096
# A part ends at the last of these in its final quarter, the best first.
BREAKS = ("\n\n", "\n", " ")


def pages(text: str, limit: int = LIMIT) -> list[str]:
    """*text* in parts of at most *limit* code units; the last may be empty.

    Where a part ends depends only on what is in it, so that more text at the end moves nothing.
    """
    found: list[str] = []
    while True:
        room = _room(text, limit)
        if room >= len(text):
            return [*found, text]
        end = _end(text, room)
        found.append(text[:end])
        text = text[end:].lstrip()


def _room(text: str, limit: int) -> int:
    """How many characters of *text* fit: one outside the first plane counts as two."""
    fitting = text[:limit]
    excess = _units(fitting) - limit
    while excess > 0:
        fitting = fitting[: -((excess + 1) // 2)]
        excess = _units(fitting) - limit
    return len(fitting)


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _end(text: str, room: int) -> int:
    """The best place to end within the first *room* characters."""
    for mark in BREAKS:
        if (at := text.rfind(mark, room * 3 // 4, room)) > 0:
            return at
    return room
