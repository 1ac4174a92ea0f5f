"""An update as we may keep it: its form, ids and code words stay, what people wrote goes."""

from __future__ import annotations

import json
import re
from typing import Any

LONGEST_PAYLOAD = 16_384
DEEPEST = 20
# Strings under these keys are words of Telegram's code, not of people.
CODE_KEYS = frozenset(
    {"type", "status", "currency", "language_code", "mime_type", "chat_instance"}
)
CODE = re.compile(r"[A-Za-z0-9_+./:-]{1,128}")
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


def payload(raw: object, *, keep_text: bool = False) -> str:
    """*raw* as ASCII JSON of at most 16 KB; every human text masked, unless *keep_text*.

    What is larger is replaced by its update_id, the names of its parts and its length.
    """
    try:
        text = json.dumps(raw if keep_text else masked(raw))
    except RecursionError:
        text = json.dumps(masked(raw))
    if len(text) <= LONGEST_PAYLOAD:
        return text
    parts = raw if isinstance(raw, dict) else {}
    names = [name for name in parts if is_name(name)][:DEEPEST]
    update_id = parts.get("update_id")
    known = update_id if isinstance(update_id, int) else None
    return json.dumps({"update_id": known, "parts": names, "too_long": len(text)})


def masked(value: object, key: str = "", depth: int = 0) -> Any:
    """*value* with the same keys and types, without what a person wrote and where they are.

    Strings become their length unless they are ids or code words; fractions (coordinates) 0.
    """
    if depth > DEEPEST:
        return "<too deep>"
    if isinstance(value, dict):
        return {_key(k): masked(v, _key(k), depth + 1) for k, v in value.items()}
    if isinstance(value, list):
        return [masked(item, key, depth + 1) for item in value]
    if isinstance(value, str):
        return value if _is_code(key, value) else f"<{len(value)} characters>"
    return 0.0 if isinstance(value, float) else value


def is_name(key: str) -> bool:
    """Whether *key* looks like a field of the Bot API, not like something a person wrote."""
    return NAME.fullmatch(key) is not None


def _key(key: object) -> str:
    text = str(key)
    return text if is_name(text) else f"<{len(text)} characters>"


def _is_code(key: str, value: str) -> bool:
    is_id = key == "id" or key.endswith("_id")
    return (is_id or key in CODE_KEYS) and CODE.fullmatch(value) is not None
