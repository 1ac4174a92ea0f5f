"""Where a text quotes somebody's id: errors and updates that were set aside may do so."""

from __future__ import annotations

import re

from bot.analytics.events import ErrorRaised, Event, UpdateQuarantined


def pattern(telegram_id: int) -> str:
    """The id as a whole number, as a regular expression that Python and PostgreSQL read alike."""
    return rf"(?<!\d){telegram_id:d}(?!\d)"


def concerns(fact: Event, telegram_id: int) -> bool:
    """Whether *fact* is about this person, or quotes their id."""
    about = (getattr(fact, "user_id", None), getattr(fact, "chat_id", None))
    quoted = pattern(telegram_id)
    return telegram_id in about or any(re.search(quoted, text) for text in _texts(fact))


def _texts(fact: Event) -> tuple[str, ...]:
    if isinstance(fact, ErrorRaised):
        return fact.message, fact.traceback
    return (fact.payload,) if isinstance(fact, UpdateQuarantined) else ()
