"""The vocabulary: everything worth counting, as frozen facts in the past tense.

Facts are msgspec Structs: as frozen and keyword-only as a frozen dataclass and built ten times
faster, which counts because every update builds several.  They carry numbers and code names,
never a Message; `user_id` and `chat_id` are Telegram's.  What the process tells about itself is in
operations.py, what happens in a feature in features/.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Event(Struct, frozen=True, kw_only=True, gc=False):
    """Something that happened.

    at: when it happened, in UTC
    """

    at: datetime


# -- an update, from the door to the answer --


class UpdateHandled(Event, frozen=True, kw_only=True, gc=False):
    """One update went through the dispatcher.

    outcome: handled, unhandled, error or throttled
    lag_seconds: from the message's own date to now, None where the update has no date
    command: as with CommandUsed; empty where none was typed
    """

    update_id: int
    kind: str
    handler: str
    outcome: str
    seconds: float
    lag_seconds: float | None = None
    command: str = ""


class UpdateQuarantined(Event, frozen=True, kw_only=True, gc=False):
    """An update could not be decoded and was set aside.

    payload: the update as JSON, its texts masked
    """

    update_id: int | None
    reason: str
    payload: str


class ApiCalled(Event, frozen=True, kw_only=True, gc=False):
    """The bot called the Bot API once.

    outcome: ok, bad_request, forbidden, flood, conflict, server, network or timeout
    """

    method: str
    outcome: str
    seconds: float


class RateLimited(Event, frozen=True, kw_only=True, gc=False):
    """Somebody was asked to slow down.

    kind: person (we throttled a person) or telegram (Telegram throttled us)
    """

    kind: str


class ErrorRaised(Event, frozen=True, kw_only=True, gc=False):
    """Something failed that a person or the operator should hear about.

    category: handler, job, store, web, telegram; number: what the person was told, to look it up
    message, traceback: redacted
    """

    category: str
    number: str
    type: str
    where: str
    message: str
    traceback: str


# -- people --


class UserSeen(Event, frozen=True, kw_only=True, gc=False):
    """A person acted: the one fact that makes somebody active on a day.

    kind: message, command, button, inline, payment, poll
    language: Telegram's IETF tag or None; username and name: None unless STORE_NAMES is on
    """

    user_id: int
    kind: str
    language: str | None = None
    is_premium: bool = False
    username: str | None = None
    name: str | None = None


class UserFirstSeen(Event, frozen=True, kw_only=True, gc=False):
    """The store has met this person for the first time; once in a lifetime."""

    user_id: int


class UserStarted(Event, frozen=True, kw_only=True, gc=False):
    """A person pressed Start.

    source: the deep link's payload, cut to a safe form; empty without one
    """

    user_id: int
    source: str


class BotBlocked(Event, frozen=True, kw_only=True, gc=False):
    """A person blocked the bot in their private chat."""

    user_id: int


class BotUnblocked(Event, frozen=True, kw_only=True, gc=False):
    """A person let the bot write to them again."""

    user_id: int


class UserForgotten(Event, frozen=True, kw_only=True, gc=False):
    """A person's rows were removed; nothing in this fact says whose."""


# -- what they did --


class CommandUsed(Event, frozen=True, kw_only=True, gc=False):
    """A command was typed.

    command: a registered command's name, or other
    """

    user_id: int
    chat_id: int
    command: str


class MessageReceived(Event, frozen=True, kw_only=True, gc=False):
    """A message arrived, from a person, a channel or a group's anonymous admin.

    content_type: text, photo, video, voice, document, sticker, other or system
    chat_type: private, group, supergroup, channel or other; length: characters of text or caption
    title: the group's or channel's name; text: None unless STORE_TEXT is on
    """

    user_id: int | None
    chat_id: int
    chat_type: str
    content_type: str
    length: int
    title: str | None = None
    text: str | None = None


class MessageEdited(Event, frozen=True, kw_only=True, gc=False):
    """A message was edited by who wrote it."""

    user_id: int | None
    chat_id: int


class ReactionChanged(Event, frozen=True, kw_only=True, gc=False):
    """Somebody changed their reaction to a message."""

    user_id: int | None
    chat_id: int


class ButtonPressed(Event, frozen=True, kw_only=True, gc=False):
    """An inline button was pressed.

    button: the name of the handler that took it, or other
    """

    user_id: int
    chat_id: int | None
    button: str


class FileUploaded(Event, frozen=True, kw_only=True, gc=False):
    """The bot uploaded a file; one that Telegram has already does not count.

    content_type: photo, video, audio, voice, document, animation or sticker; size: bytes, if known
    """

    content_type: str
    size: int | None


class ChatJoined(Event, frozen=True, kw_only=True, gc=False):
    """The bot was added to a group or channel (user_id None), or a person joined one.

    chat_type: as with MessageReceived; title: the group's name
    """

    chat_id: int
    chat_type: str
    title: str | None
    user_id: int | None = None


class ChatLeft(Event, frozen=True, kw_only=True, gc=False):
    """The bot was removed from a group or channel (user_id None), or a person left one."""

    chat_id: int
    chat_type: str
    user_id: int | None = None
