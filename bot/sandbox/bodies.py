"""Bodies and queries of the driving interface, read with the field named when they are wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.params import ApiError, Json

MISSING: Any = object()


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
        return int(self._get(name, int, "a whole number", default))

    def number(self, name: str) -> float | None:
        """The field as a number that is not negative, None when absent."""
        value = self._get(name, (int, float), "a number", None)
        if value is not None and value < 0:
            raise BodyError(f"{name} must not be negative")
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
        if any(type(one) is not int for one in value):
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
    return Body(value)


def query_integer(request: web.Request, name: str, default: int) -> int:
    """A whole number from the query, or *default*."""
    value = request.query.get(name)
    if value is None:
        return default
    if not value.lstrip("-").isdecimal():
        raise BodyError(f"{name} must be a whole number")
    return int(value)


def path_integer(request: web.Request, name: str) -> int:
    """A number in the path."""
    value = request.match_info[name]
    if not value.lstrip("-").isdecimal():
        raise BodyError(f"{name} must be a whole number")
    return int(value)


def reply(value: Any) -> web.Response:
    """*value* as JSON, 200."""
    return web.Response(body=orjson.dumps(value), content_type="application/json")


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer an unusable body with 400 and Telegram's kind of refusal with its status."""
    try:
        return await handler(request)
    except BodyError as error:
        return _refusal(400, str(error))
    except ApiError as error:
        return _refusal(error.status, error.description)
    except web.HTTPRequestEntityTooLarge:
        return _refusal(413, "the body is too large")
    except web.HTTPNotFound:
        return _refusal(404, "there is nothing at this address")


@web.middleware
async def same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let browsers in from the sandbox's own page only; other sites must not drive people."""
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != request.host:
        raise ApiError(403, "this page may not drive the sandbox")
    return await handler(request)


def _refusal(status: int, problem: str) -> web.Response:
    body = orjson.dumps({"error": problem})
    return web.Response(body=body, status=status, content_type="application/json")
