"""How a fact is told to a program: its kind, its moment, and what the reader may see of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import fields

from bot.analytics import events, features, operations
from bot.analytics.events import Event

# What is about the process and not about the bot: many of these, and few who want to see them.
OURSELVES = frozenset(
    {"CacheAsked", "HttpRequestHandled", "LiveEnded", "QueryTimed", "StoreFlushed"}
)

# Each field of each fact stands in one of these two; tests/analytics/test_telling.py asks.
# Names from the code or the operator's files, numbers, and what is true of many people.
OPEN = frozenset(
    {
        *("at", "update_id", "kind", "handler", "outcome", "seconds", "lag_seconds", "command"),
        *("reason", "method", "category", "number", "type", "where", "language", "is_premium"),
        *("chat_type", "content_type", "length", "button", "size", "operation", "error", "facts"),
        *("count", "cache", "result", "route", "status", "job", "rule", "severity", "ending"),
        *("sent", "skipped", "format", "quality", "priority", "is_known", "wait_seconds"),
        *("size_bytes", "plan", "stars", "is_recurring", "topic", "is_correct", "score"),
        *("players", "asked", "messages", "model", "way", "input_tokens", "cached_input_tokens"),
        *("output_tokens", "reasoning_tokens", "unpriced_tokens", "cost_usd", "is_stopped"),
    }
)
# Who it was, or what they wrote.  A link's payload may name whoever passed it on; an error's words
# may be a person's.
PERSONAL = frozenset(
    {
        *("user_id", "chat_id", "username", "name", "title", "text"),
        *("source", "payload", "message", "traceback", "site"),
    }
)

# What a field is called when it is told: each fact has a kind already, which is its class.
OTHERWISE = {"kind": "subkind"}

Fields = Mapping[type[Event], tuple[tuple[str, str], ...]]


def _kinds() -> Iterable[type[Event]]:
    for module in (events, operations, *features.FEATURES):
        for one in vars(module).values():
            if isinstance(one, type) and issubclass(one, Event) and one is not Event:
                yield one


# By their names, as in docs/events.md.
KINDS = {one.__name__: one for one in _kinds()}
# What a reader gets who does not say which.
USUAL = tuple(sorted(KINDS.keys() - OURSELVES))


def _fields(allowed: frozenset[str]) -> Fields:
    """The *allowed* fields of each kind, beside what they are called."""
    return {
        kind: tuple(
            (one.name, OTHERWISE.get(one.name, one.name))
            for one in fields(kind)
            if one.name in allowed
        )
        for kind in KINDS.values()
    }


# What nobody has decided on is told to nobody.
_FOR_ALL = _fields(OPEN)
_FOR_ADMINS = _fields(OPEN | PERSONAL)


def told(number: int, fact: Event, *, is_personal: bool) -> dict[str, Any]:
    """*fact* as it can be written as JSON; KeyError for one that is none of KINDS.

    is_personal: whether the reader may see who it was
    """
    kind = type(fact)
    seen = (_FOR_ADMINS if is_personal else _FOR_ALL)[kind]
    own = {name: getattr(fact, field) for field, name in seen}
    return {"n": number, "kind": kind.__name__, **own}
