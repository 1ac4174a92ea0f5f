"""Answers of the scripted model in OpenAI's shapes: whole, in pieces, and refusals."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass

import orjson
from aiohttp import web

from bot.sandbox.model_request import MODEL, Question, tokens_in
from bot.sandbox.model_script import answer_to, looked_at
from bot.sandbox.params import Json

# With the space before it, so that all together are the text.
WORD = re.compile(r"\s*\S+")
KINDS = {
    401: ("authentication_error", "invalid_api_key"),
    404: ("invalid_request_error", "model_not_found"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the script says to a question, and what it would cost.

    reason: "stop", or "length" when the question's limit cut it short
    """

    number: str
    created: int
    pieces: tuple[str, ...]
    reason: str
    usage: Json

    def whole(self, *, has_usage: bool = True) -> Json:
        """The chat.completion object."""
        message = {"role": "assistant", "content": "".join(self.pieces), "refusal": None}
        choice = {"index": 0, "message": message, "finish_reason": self.reason, "logprobs": None}
        whole = self._head("chat.completion") | {"choices": [choice]}
        return whole | ({"usage": self.usage} if has_usage else {})

    def piece(self, delta: Json, reason: str | None = None) -> Json:
        """A chat.completion.chunk object with a part of the message."""
        choice = {"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}
        return self._head("chat.completion.chunk") | {"choices": [choice]}

    def bill(self) -> Json:
        """The last chunk, with the usage alone."""
        return self._head("chat.completion.chunk") | {"choices": [], "usage": self.usage}

    def _head(self, kind: str) -> Json:
        return {"id": self.number, "object": kind, "created": self.created, "model": MODEL}


def answered(question: Question, *, is_empty: bool = False) -> Answer:
    """The script's answer; an empty one has no words."""
    words = [] if is_empty else WORD.findall(answer_to(question))
    pieces = _within(words, question.limit)
    return Answer(
        number=f"chatcmpl-{secrets.token_hex(12)}",
        created=int(time.time()),
        pieces=pieces,
        reason="stop" if len(pieces) == len(words) else "length",
        usage=_usage(question, pieces),
    )


def refusal(
    status: int, message: str, param: str | None = None, retry_after: int | None = None
) -> web.Response:
    """An error as OpenAI writes it."""
    otherwise = "invalid_request_error" if status < 500 else "server_error"  # noqa: PLR2004  HTTP
    kind, code = KINDS.get(status, (otherwise, None))
    told = {"message": message, "type": kind, "param": param, "code": code}
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    body = orjson.dumps({"error": told})
    return web.Response(body=body, status=status, headers=headers, content_type="application/json")


def _within(words: list[str], limit: int | None) -> tuple[str, ...]:
    """As many of the *words* as *limit* tokens allow."""
    kept, left = [], limit
    for word in words:
        if left is not None:
            left -= tokens_in(word)
            if left < 0:
                break
        kept.append(word)
    return tuple(kept)


def _usage(question: Question, pieces: tuple[str, ...]) -> Json:
    """As OpenAI counts: cached tokens are part of the prompt's, reasoning of the completion's."""
    reasoning = looked_at(question) if pieces else 0
    prompt, completion = question.prompt_tokens, reasoning + tokens_in("".join(pieces))
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": question.cached_tokens},
        "completion_tokens_details": {"reasoning_tokens": reasoning},
    }
