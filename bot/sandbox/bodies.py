"""Bodies and queries of the driving interface, read with the field named when they are wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.params import ApiError, Json, is_deep

MISSING: Any = object()
HIGHEST = 2**53 - 1  # more is no whole number in the page's JavaScript
HIGHEST_NUMBER = 10**9
DIGITS = 19


class BodyError(Exception):
    """The caller sent something unusable; the text names the field."""


@dataclass(frozen=True, slots=True)
class Body:
    """A JSON object from the caller."""

    fields: Json

    def text(self, name: str, default: str = MISSING) -> str:
        """The field as text; required unless there is a default."""
        return str(self._get(name, str, "text", default))

    def integer(self, name: str, default: int = MISSING) -> int:
        """The field as a whole number; required unless there is a default."""
        value = int(self._get(name, int, "a whole number", default))
        if abs(value) > HIGHEST:
            raise BodyError(f"{name} must have at most 53 bits")
        return value

    def number(self, name: str) -> float | None:
        """The field as a number that is not negative, None when absent."""
        value = self._get(name, (int, float), "a number", None)
        if value is not None and value < 0:
            raise BodyError(f"{name} must not be negative")
        if value is not None and value > HIGHEST_NUMBER:
            raise BodyError(f"{name} must be at most {HIGHEST_NUMBER}")
        return None if value is None else float(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """The field as a truth value."""
        value = self.fields.get(name, default)
        if not isinstance(value, bool):
            raise BodyError(f"{name} must be true or false")
        return value

    def integers(self, name: str) -> list[int]:
        """The field as a list of whole numbers; empty when absent."""
        value = self._get(name, list, "a list of whole numbers", [])
        if any(type(one) is not int or abs(one) > HIGHEST for one in value):
            raise BodyError(f"{name} must be a list of whole numbers")
        return list(value)

    def texts(self, name: str) -> list[str]:
        """The field as a list of texts; empty when absent."""
        value = self._get(name, list, "a list of texts", [])
        if any(not isinstance(one, str) for one in value):
            raise BodyError(f"{name} must be a list of texts")
        return list(value)

    def one_of(self, name: str, choices: tuple[str, ...], default: str = MISSING) -> str:
        """The field, which must be one of *choices*."""
        value = self.text(name, default)
        if value not in choices:
            raise BodyError(f"{name} must be one of {', '.join(choices)}")
        return value

    def has(self, name: str) -> bool:
        """Whether the field was sent."""
        return self.fields.get(name) is not None

    def _get(self, name: str, kind: Any, wanted: str, default: Any) -> Any:
        value = self.fields.get(name)
        if value is None:
            if default is MISSING:
                raise BodyError(f"{name} is missing")
            return default
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise BodyError(f"{name} must be {wanted}")
        return value


async def body_of(request: web.Request) -> Body:
    """The request's JSON object; an empty body is an empty object."""
    raw = await request.read()
    try:
        value = orjson.loads(raw) if raw else {}
    except orjson.JSONDecodeError:
        raise BodyError("the body must be JSON") from None
    if not isinstance(value, dict):
        raise BodyError("the body must be a JSON object")
    if is_deep(value):
        raise BodyError("the body is nested too deeply")
    return Body(value)


def query_integer(request: web.Request, name: str, default: int) -> int:
    """A whole number from the query, or *default*."""
    value = request.query.get(name)
    return default if value is None else _number(value, name)


def path_integer(request: web.Request, name: str) -> int:
    """A number in the path."""
    return _number(request.match_info[name], name)


def _number(text: str, name: str) -> int:
    digits = text.removeprefix("-")
    if not digits.isdecimal() or len(digits) > DIGITS:
        raise BodyError(f"{name} must be a whole number")
    return int(text)


def reply(value: Any) -> web.Response:
    """*value* as JSON, 200."""
    return web.Response(body=orjson.dumps(value), content_type="application/json")


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer an unusable body with 400 and Telegram's kind of refusal with its status."""
    try:
        return await handler(request)
    except BodyError as error:
        return _refusal(request, 400, str(error))
    except ApiError as error:
        return _refusal(request, error.status, error.description)
    except web.HTTPRequestEntityTooLarge:
        return _refusal(request, 413, "Request Entity Too Large")
    except web.HTTPNotFound:
        return _refusal(request, 404, "Not Found: there is nothing at this address")
    except web.HTTPMethodNotAllowed as error:
        return _refusal(
            request, 405, f"Method Not Allowed: use {', '.join(error.allowed_methods)}"
        )


def _refusal(request: web.Request, status: int, problem: str) -> web.Response:
    """The problem as JSON; a bot gets the envelope it can read."""
    told: Json = {"error": problem}
    if request.path.startswith(("/bot", "/file/bot")):
        told = {"ok": False, "error_code": status, "description": problem}
    body = orjson.dumps(told)
    return web.Response(body=body, status=status, content_type="application/json")
