"""An exception as a fact: with a number to look it up by, redacted and cut to what is kept."""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Callable
from datetime import datetime

from bot.analytics.events import ErrorRaised
from bot.analytics.rows import MESSAGE_LENGTH, TRACEBACK_LENGTH
from bot.log import redact

# Without letters and digits that are mistaken for each other when read aloud.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
NUMBER_LENGTH = 6

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
    """The end of *exc*'s traceback, masked and redacted."""
    return redact(mask("".join(traceback.format_exception(exc))))[-TRACEBACK_LENGTH:]


def _text(exc: Exception) -> str:
    try:
        return str(exc)
    except Exception:  # noqa: BLE001  somebody else's __str__; the traceback tells the rest
        return type(exc).__name__
