"""What a Bot API call brought along: form fields, JSON values and uploads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

Json = dict[str, Any]
LOWEST, HIGHEST = -(2**63), 2**63 - 1
LEVELS = 32  # more than any object of the API has, and less than the encoder can write


class ApiError(Exception):
    """A refusal in Telegram's own words.

    status: HTTP status and error_code; parameters: retry_after, migrate_to_chat_id
    """

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def is_deep(value: Any, levels: int = LEVELS) -> bool:
    """Whether lists and objects lie within each other more than *levels* times."""
    if not isinstance(value, (dict, list)):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(is_deep(one, levels - 1) for one in inner)


def sound(text: str) -> str:
    """*text* with "?" for what was no UTF-8 on the wire and could not be written back."""
    return text.encode(errors="replace").decode()


def bad_request(problem: str) -> ApiError:
    """A 400 as Telegram words it."""
    return ApiError(400, f"Bad Request: {problem}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the call."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Params:
    """The arguments of one call; forms bring strings, JSON bodies bring values."""

    fields: Json
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """The field as text."""
        value = self.fields.get(name)
        return default if value is None else str(value)

    def integer(self, name: str, default: int | None = None) -> int | None:
        """The field as a whole number of 64 bits, or ApiError 400."""
        value = self.fields.get(name)
        if value is None or value == "":
            return default
        try:
            number = int(value)
        except (TypeError, ValueError, OverflowError):
            raise bad_request(f"{name} must be a number") from None
        if not LOWEST <= number <= HIGHEST:
            raise bad_request(f"{name} must be a number of 64 bits")
        return number

    def flag(self, name: str) -> bool:
        """The field as a truth value; absent is False."""
        return str(self.fields.get(name, "")).lower() in {"true", "1"}

    def json(self, name: str) -> Any:
        """The field as a JSON value, None when absent, or ApiError 400."""
        value = self.fields.get(name)
        if not isinstance(value, str):
            return value
        try:
            found = orjson.loads(value)
        except orjson.JSONDecodeError:
            raise bad_request(f"can't parse {name} JSON object") from None
        if is_deep(found):
            raise bad_request(f"can't parse {name} JSON object: it is nested too deeply")
        return found

    def upload(self, name: str) -> Upload | None:
        """The file a field stands for: sent in place, or named by attach://."""
        value = self.fields.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            return self.uploads.get(value.removeprefix("attach://"))
        return self.uploads.get(name)
