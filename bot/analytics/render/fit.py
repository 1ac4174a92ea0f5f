"""Telegram takes 4,096 characters; what does not fit is left out, and the reader is told."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bot.analytics.render.words import Words

LIMIT = 4096
# Room for the sentence that says how much is missing, in any language.
NOTE = 120


def quoted(text: str, length: int = 200) -> str:
    """Foreign *text* as Telegram HTML, at most *length* characters of it."""
    short = text if len(text) <= length else f"{text[: length - 1]}…"
    return escape(short, quote=False)


def bold(html: str) -> str:
    """*html* in bold.  A gettext call inside an f-string would escape Babel's eyes."""
    return f"<b>{html}</b>"


def fitted(lines: Sequence[str], words: Words) -> str:
    """As many whole *lines* as one message takes, and how many are left out.

    Lines close their own tags, so a cut between two of them leaves valid HTML.
    """
    whole = "\n".join(lines)
    if units(whole) <= LIMIT:
        return whole
    kept, room = 0, LIMIT - NOTE
    for line in lines:
        room -= units(line) + 1
        if room < 0:
            break
        kept += 1
    missing = len(lines) - kept
    note = words.ngettext(
        "… and {count} more line that does not fit.",
        "… and {count} more lines that do not fit.",
        missing,
    )
    return "\n".join([*lines[:kept], note.format(count=words.number(missing))])


def units(text: str) -> int:
    """The length of *text* as Telegram counts it: an emoji is two."""
    return len(text.encode("utf-16-le")) // 2
