"""A question to the scripted model: read from an OpenAI-compatible body, mistakes by field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.sandbox.bodies import Body, BodyError
from bot.sandbox.params import Json

MODEL = "sandbox-script"
ROLES = ("system", "developer", "user", "assistant", "tool")
# A word is a token, a long one several, and so is each sign.
TOKEN = re.compile(r"\w{1,6}|[^\w\s]")
MESSAGE_TOKENS = 4  # that a message costs beside its text


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the conversation."""

    role: str
    text: str

    @property
    def tokens(self) -> int:
        """What the message costs in a prompt."""
        return MESSAGE_TOKENS + tokens_in(self.text)


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked: the whole conversation, and how to answer.

    limit: the most tokens of an answer, or None
    """

    messages: tuple[Said, ...]
    is_streamed: bool
    wants_usage: bool
    limit: int | None

    @property
    def by_person(self) -> list[str]:
        """What the person wrote, oldest first."""
        return [one.text for one in self.messages if one.role == "user"]

    @property
    def prompt_tokens(self) -> int:
        """Tokens of the whole conversation."""
        return sum(one.tokens for one in self.messages)

    @property
    def cached_tokens(self) -> int:
        """Tokens of what an earlier question had sent: all before the last answer."""
        answers = [n for n, one in enumerate(self.messages) if one.role == "assistant"]
        return sum(one.tokens for one in self.messages[: answers[-1]]) if answers else 0


def tokens_in(text: str) -> int:
    """How many tokens *text* has, by the script's own count."""
    return len(TOKEN.findall(text))


def question_of(body: Body) -> Question:
    """The question; BodyError begins with the name of the field that is wrong."""
    body.text("model")
    _check_numbers(body)
    is_streamed = body.flag("stream")
    options = body.fields.get("stream_options")
    if options is not None and not (is_streamed and isinstance(options, dict)):
        raise BodyError("stream_options must be an object, and stream true")
    wants_usage = Body(options or {}).flag("include_usage") if options else not is_streamed
    return Question(_messages(body), is_streamed, wants_usage, _limit(body))


def _check_numbers(body: Body) -> None:
    for name, most in (("temperature", 2.0), ("top_p", 1.0)):
        value = body.number(name)
        if value is not None and value > most:
            raise BodyError(f"{name} must be at most {most:g}")
    if body.integer("n", 1) != 1:
        raise BodyError("n must be 1: the script has one answer")


def _limit(body: Body) -> int | None:
    for name in ("max_completion_tokens", "max_tokens"):
        if body.has(name):
            if body.integer(name) < 1:
                raise BodyError(f"{name} must be at least 1")
            return body.integer(name)
    return None


def _messages(body: Body) -> tuple[Said, ...]:
    found = body.fields.get("messages")
    if not isinstance(found, list) or not found:
        raise BodyError("messages must be a list with at least one message")
    return tuple(_said(f"messages[{n}]", one) for n, one in enumerate(found))


def _said(place: str, message: Any) -> Said:
    if not isinstance(message, dict):
        raise BodyError(f"{place} must be an object")
    role, content = message.get("role"), message.get("content")
    if role not in ROLES:
        raise BodyError(f"{place}.role must be one of {', '.join(ROLES)}")
    if content is None and role == "assistant":
        return Said(role, "")  # it called a tool
    if isinstance(content, list):
        return Said(role, " ".join(_part(place, part) for part in content))
    if not isinstance(content, str):
        raise BodyError(f"{place}.content must be text or a list of parts")
    return Said(role, content)


def _part(place: str, part: Json) -> str:
    if not isinstance(part, dict) or part.get("type") != "text":
        raise BodyError(f"{place}.content must have parts of type text only")
    if not isinstance(part.get("text"), str):
        raise BodyError(f"{place}.content must have parts with a text")
    return str(part["text"])
