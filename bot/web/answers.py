"""The shapes of our answers: JSON, and trouble as application/problem+json."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from typing import Any

import orjson
from aiohttp import web


def json_answer(
    data: Any, *, status: int = 200, content_type: str = "application/json"
) -> web.Response:
    """*data* as JSON, indented because people read it too."""
    body = orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return web.Response(body=body, status=status, content_type=content_type)


def problem(status: int, detail: str, **more: object) -> web.Response:
    """Trouble as RFC 9457 has it; *detail* tells the caller what to do about it."""
    title = HTTPStatus(status).phrase
    data = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return json_answer(data, status=status, content_type="application/problem+json")


@lru_cache(64)  # a client says the same each time
def accepts(header: str, wanted: str) -> bool:
    """Whether an Accept or Accept-Encoding *header* names *wanted*; wildcards do not count."""
    return any(_names(part, wanted) for part in header.lower().split(","))


def _names(part: str, wanted: str) -> bool:
    name, *params = (piece.strip() for piece in part.split(";"))
    return name == wanted and not any(_is_zero(param) for param in params)


def _is_zero(param: str) -> bool:
    name, _, value = param.partition("=")
    return name == "q" and value.strip("0.") == ""
