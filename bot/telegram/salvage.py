"""What can be done with an answer to getUpdates that is no JSON."""

from __future__ import annotations

import re

# Telegram's own envelope, cut or spoilt inside; a gateway's error page looks different, and
# stepping over an update because of such a page would lose it.
ENVELOPE = re.compile(rb'\s*\{\s*"ok"\s*:\s*true\s*,\s*"result"\s*:\s*\[')
NUMBER = re.compile(rb'"update_id"\s*:\s*(\d{1,15})\b')


def is_telegrams(body: bytes) -> bool:
    """Whether *body* began as a list of updates."""
    return ENVELOPE.match(body) is not None


def number(body: bytes) -> int | None:
    """The update_id that can still be read in a spoilt list of one, or None."""
    found = NUMBER.search(body)
    return int(found[1]) if found else None
