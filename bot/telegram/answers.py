"""What the Bot API answered: a result, or the error that it stands for."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import orjson
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from pydantic import ValidationError

Method = TelegramMethod[Any]

# The most specific class first: aiogram's "too large" is a network error, too.
OUTCOMES: tuple[tuple[type[Exception], str], ...] = (
    (TelegramRetryAfter, "flood"),
    (TelegramForbiddenError, "forbidden"),
    (TelegramConflictError, "conflict"),
    (TelegramServerError, "server"),
    (ClientDecodeError, "server"),
    (TelegramEntityTooLarge, "bad_request"),
)
REFUSALS: dict[int, type[TelegramAPIError]] = {
    HTTPStatus.BAD_REQUEST: TelegramBadRequest,
    HTTPStatus.UNAUTHORIZED: TelegramUnauthorizedError,
    HTTPStatus.FORBIDDEN: TelegramForbiddenError,
    HTTPStatus.NOT_FOUND: TelegramNotFound,
    HTTPStatus.CONFLICT: TelegramConflictError,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: TelegramEntityTooLarge,
}
# Telegram names the seconds; a gateway before it that only says 429 does not.
UNNAMED_WAIT_SECONDS = 1


class CallTimeoutError(TelegramNetworkError):
    """The Bot API did not answer in time; whether it did the call is unknown."""


class NotJsonError(TelegramServerError):
    """Something answered, but not in Telegram's envelope.

    body: what came, as it came
    """

    def __init__(self, method: Method, status: int, body: bytes) -> None:
        super().__init__(method=method, message=f"HTTP {status} without a JSON object")
        self.body = body


def loads(body: bytes | str) -> Any:
    """The value in *body*, or ValueError.

    The quick reader refuses lone surrogates and broken UTF-8.  One odd letter in one update must
    not cost the whole batch, so a more patient reader looks at what the quick one refused.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        text = body if isinstance(body, str) else body.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def opened(method: Method, status: int, body: bytes) -> Any:
    """The result in Telegram's envelope.

    Raises NotJsonError, or the TelegramAPIError that the refusal stands for.
    """
    try:
        answer = loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise NotJsonError(method, status, body)
    if answer.get("ok") is not True or "result" not in answer:
        raise refusal(method, status, answer)
    return answer["result"]


def refusal(method: Method, status: int, answer: dict[str, Any]) -> TelegramAPIError:
    """aiogram's error for an answer that is not ok."""
    code = answer.get("error_code")
    status = code if isinstance(code, int) else status
    text = str(answer.get("description") or f"HTTP {status}")
    parameters = answer.get("parameters")
    hints = parameters if isinstance(parameters, dict) else {}
    if isinstance(chat := hints.get("migrate_to_chat_id"), int):
        return TelegramMigrateToChat(method=method, message=text, migrate_to_chat_id=chat)
    wait = hints.get("retry_after", UNNAMED_WAIT_SECONDS)
    if status == HTTPStatus.TOO_MANY_REQUESTS and isinstance(wait, int):
        return TelegramRetryAfter(method=method, message=text, retry_after=wait)
    is_server = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    kind = REFUSALS.get(status, TelegramServerError if is_server else TelegramAPIError)
    return kind(method=method, message=text)


def undecodable(exc: ValidationError) -> ClientDecodeError:
    """aiogram's error for a result of the wrong form, without the result: people wrote it."""
    return ClientDecodeError("the result has an unknown form", ValueError(where(exc)), "withheld")


def where(exc: ValidationError) -> str:
    """The first thing that did not fit, such as "message.chat: missing"; never its value."""
    first = exc.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['type']}"


def outcome_of(exc: Exception) -> str:
    """The label that *exc* is counted under."""
    if isinstance(exc, CallTimeoutError):
        return "timeout"
    for kind, outcome in OUTCOMES:
        if isinstance(exc, kind):
            return outcome
    return "network" if isinstance(exc, TelegramNetworkError) else "bad_request"
