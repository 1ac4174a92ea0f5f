"""An exception as a fact: with a number to look it up by, redacted and cut to what is kept."""

from __future__ import annotations

import re
import secrets
import traceback
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import groupby

from bot.analytics.events import ErrorRaised
from bot.analytics.rows import MESSAGE_LENGTH, TRACEBACK_LENGTH
from bot.log import redact

# Without letters and digits that are mistaken for each other when read aloud.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
NUMBER_LENGTH = 6
# What stands before each line of an exception in a group.
GROUPED = re.compile(r"^ *\| ")

Mask = Callable[[str], str]


def raised(
    exc: Exception, *, at: datetime, category: str, where: str, mask: Mask = str
) -> ErrorRaised:
    """The fact that *exc* was raised *where*.

    mask: blacks out what must not be kept, before anything is cut
    """
    return ErrorRaised(
        at=at,
        category=category,
        number="".join(secrets.choice(ALPHABET) for _ in range(NUMBER_LENGTH)),
        type=type(exc).__name__,
        where=where,
        # Redacted first: half a token is not recognised.
        message=redact(mask(_text(exc)))[:MESSAGE_LENGTH],
        traceback=story(exc, mask),
    )


def story(exc: Exception, mask: Mask = str) -> str:
    """The end of *exc*'s traceback, redacted, and masked but for the lines of code in it.

    Code is compared with the real frames: what somebody wrote may look like one.
    """
    whole = traceback.TracebackException.from_exception(exc)
    code = set(_code(whole))
    lines = "".join(whole.format()).splitlines(keepends=True)
    pieces = (
        "".join(piece) if is_code else mask("".join(piece))
        for is_code, piece in groupby(lines, lambda line: _bare(line) in code)
    )
    return redact("".join(pieces))[-TRACEBACK_LENGTH:]


def _code(whole: traceback.TracebackException) -> Iterator[str]:
    """Every line of the frames of an exception, of those before it and of those in it."""
    waiting = [whole]
    while waiting:
        one = waiting.pop()
        for frame in one.stack.format():
            yield from map(_bare, frame.splitlines())
        others = (one.__cause__, one.__context__, *(one.exceptions or ()))
        waiting += [other for other in others if other]


def _bare(line: str) -> str:
    return GROUPED.sub("", line).rstrip()


def _text(exc: Exception) -> str:
    try:
        return str(exc)
    except Exception:  # noqa: BLE001  somebody else's __str__; the traceback tells the rest
        return type(exc).__name__
