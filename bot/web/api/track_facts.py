"""What other programs may report: each field bounded, each fact as the bot's own would be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, JsonValue, ValidationInfo, field_validator

from bot.analytics.events import (
    ApiCalled,
    ButtonPressed,
    CommandUsed,
    MessageReceived,
    UserStarted,
)
from bot.analytics.tracking.parcel import Part
from bot.analytics.tracking.visits import Visit
from bot.web.api.params import Body
from bot.web.api.track_fields import (
    ChatId,
    Name,
    PersonId,
    Reported,
    Seconds,
    Source,
    wrong,
)
from bot.web.api.track_talks import ConversationFact

MOST_FACTS = 1_000
OTHER = "other"
Outcome = Literal[
    "ok", "bad_request", "forbidden", "flood", "conflict", "server", "network", "timeout"
]


# In schemas: what a check below says of two fields together.
NOTHING: dict[str, JsonValue] = {"type": "null"}
NUMBER: dict[str, JsonValue] = {"type": "integer"}
TEXT: dict[str, JsonValue] = {"type": "string"}


def _only_with(kind: str) -> JsonValue:
    """The schema of a field that belongs to the kind of the same name."""
    return {
        "anyOf": [
            {"properties": {"kind": {"const": kind}}},
            {"properties": {kind: NOTHING}},
        ]
    }


class ByPerson(Reported):
    """What somebody did.  language, is_premium, username, name: only if they are known"""

    user_id: PersonId
    language: Annotated[
        str | None,
        Field(
            pattern=r"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})?$",
            max_length=16,
            description="Of their Telegram, such as de.",
        ),
    ] = None
    is_premium: Annotated[bool | None, Field(description="Whether they have Premium.")] = None
    username: Annotated[
        str | None,
        Field(pattern=r"^[A-Za-z0-9_]{1,32}$", description="Kept with STORE_NAMES only."),
    ] = None
    name: Annotated[
        str | None, Field(min_length=1, max_length=128, description="Kept with STORE_NAMES only.")
    ] = None
    source: Annotated[
        Source | None, Field(description="They came for the first time, from there.")
    ] = None

    def names(self) -> Iterator[tuple[str, str, str]]:
        """Kind, name and field of each name that it gives."""
        for kind in ("command", "button"):
            if name := getattr(self, kind, None):
                yield kind, name, kind

    def visit(self, kind: str, at: datetime) -> Iterator[Part]:
        """That they were there, and where they came from."""
        yield Visit(
            at=at,
            user_id=self.user_id,
            kind=kind,
            language=self.language,
            is_premium=self.is_premium,
            username=self.username,
            name=self.name,
        )
        if self.source is not None:
            yield UserStarted(at=at, user_id=self.user_id, source=self.source)


class ActivityFact(ByPerson):
    """Somebody did something that is no message: a command, a button, an inline query, …"""

    model_config = ConfigDict(
        json_schema_extra={"allOf": [_only_with("command"), _only_with("button")]}
    )

    kind: Annotated[
        Literal["command", "button", "inline", "payment", "poll"],
        Field(description="What it was."),
    ]
    chat_id: ChatId = None
    command: Name | None = None
    button: Name | None = None

    @field_validator("command", "button")
    @classmethod
    def _belongs(cls, given: str | None, info: ValidationInfo) -> str | None:
        if given is not None and info.data.get("kind", info.field_name) != info.field_name:
            raise wrong(f"belongs to the kind {info.field_name}")
        return given

    def parts(self, now: datetime) -> Iterator[Part]:
        """What the bot would have noticed."""
        at, chat_id = self.moment(now), self.chat_id or self.user_id
        yield from self.visit(self.kind, at)
        if self.kind == "command":
            command = self.command or OTHER
            yield CommandUsed(at=at, user_id=self.user_id, chat_id=chat_id, command=command)
        if self.kind == "button":
            button = self.button or OTHER
            yield ButtonPressed(at=at, user_id=self.user_id, chat_id=chat_id, button=button)


class MessageFact(ByPerson):
    """Somebody wrote a message; it makes them active, so it is no activity besides."""

    chat_type: Annotated[
        Literal["private", "group", "supergroup", "channel"],
        Field(description="Where; all but private need chat_id."),
    ] = "private"
    chat_id: Annotated[ChatId, Field(validate_default=True)] = None
    content_type: Annotated[
        Literal["text", "photo", "video", "voice", "document", "sticker", "other", "system"],
        Field(description="What kind of message; system: nobody wrote it."),
    ] = "text"
    length: Annotated[int, Field(ge=0, le=100_000, description="Characters.")] = 0
    title: Annotated[
        str | None, Field(min_length=1, max_length=256, description="Of the chat.")
    ] = None
    text: Annotated[
        str | None, Field(max_length=4_096, description="Not kept unless STORE_TEXT is on.")
    ] = None
    command: Name | None = None

    @field_validator("chat_id")
    @classmethod
    def _is_where(cls, given: int | None, info: ValidationInfo) -> int | None:
        person, kind = info.data.get("user_id"), info.data.get("chat_type")
        if kind == "private" and given not in {None, person}:
            raise wrong("is not the person's, and so chat_type is not private")
        if kind not in {"private", None} and given is None:
            raise wrong(f"is missing: a {kind} has an id of its own")
        return given

    def parts(self, now: datetime, *, keep_text: bool) -> Iterator[Part]:
        """What the bot would have noticed."""
        at, chat_id = self.moment(now), self.chat_id or self.user_id
        # A service message makes nobody active.
        if self.content_type != "system":
            yield from self.visit("command" if self.command else "message", at)
        yield MessageReceived(
            at=at,
            user_id=self.user_id,
            chat_id=chat_id,
            chat_type=self.chat_type,
            content_type=self.content_type,
            length=self.length or len(self.text or ""),
            title=self.title if self.chat_type != "private" else None,
            text=self.text or None if keep_text else None,
        )
        if self.command:
            yield CommandUsed(at=at, user_id=self.user_id, chat_id=chat_id, command=self.command)


class ApiUseFact(Reported):
    """A call of an API, the Bot API's or your own.

    method: one of few, such as sendMessage or GET /orders/{id}
    outcome: how it ended; instead of it status: HTTP's
    """

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["status"], "properties": {"status": NUMBER, "outcome": NOTHING}},
                {"required": ["outcome"], "properties": {"outcome": TEXT, "status": NOTHING}},
            ]
        }
    )

    method: Annotated[
        str,
        Field(
            pattern=r"^[A-Za-z][A-Za-z0-9_ ./{}:-]{0,63}$", description="One of few, without ids."
        ),
    ]
    seconds: Seconds
    status: Annotated[int | None, Field(ge=100, le=599, description="HTTP's.")] = None
    outcome: Annotated[
        Outcome | None,
        Field(validate_default=True, description="How it ended, where HTTP has no word for it."),
    ] = None

    @field_validator("outcome")
    @classmethod
    def _is_said_once(cls, given: str | None, info: ValidationInfo) -> str | None:
        if "status" in info.data and (given is None) == (info.data["status"] is None):
            raise wrong("has to be sent, or status instead of it")
        return given

    def fact(self, now: datetime) -> ApiCalled:
        """What the bot would have noticed."""
        outcome = self.outcome or _outcome(self.status or 0)
        return ApiCalled(
            at=self.moment(now), method=self.method, outcome=outcome, seconds=self.seconds
        )


STATUSES = {401: "forbidden", 403: "forbidden", 409: "conflict", 429: "flood"}


def _outcome(status: int) -> str:
    """What an HTTP status is called among the Bot API's outcomes."""
    if status >= 500:  # noqa: PLR2004  HTTP's border
        return "server"
    return STATUSES.get(status, "bad_request") if status >= 400 else "ok"  # noqa: PLR2004  too


Facts: Any = Field(min_length=1, max_length=MOST_FACTS)


class ActivityBatch(Body):
    """What people did."""

    facts: Annotated[list[ActivityFact], Facts]


class MessageBatch(Body):
    """What people wrote."""

    facts: Annotated[list[MessageFact], Facts]


class ConversationBatch(Body):
    """What people asked an assistant."""

    facts: Annotated[list[ConversationFact], Facts]


class ApiUseBatch(Body):
    """Which APIs were called."""

    facts: Annotated[list[ApiUseFact], Facts]


class TakenTold(Body):
    """All facts of the batch are on disk.  taken: how many"""

    taken: int


def moments(some: Sequence[Reported], now: datetime) -> list[tuple[datetime, str]]:
    """When each happened, and where that was said."""
    return [(one.moment(now), f"facts.{place}.at") for place, one in enumerate(some)]
