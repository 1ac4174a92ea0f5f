"""What an update says about the person behind it.

Activity is an inbound update from a person: a message, a button, an inline query, a payment, a
poll answer.  Edits, reactions, membership changes and what channels and anonymous admins write
are facts of their own, and make nobody active.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from aiogram.types import Message, Update, User

from bot.analytics.events import (
    CommandUsed,
    Event,
    MessageEdited,
    MessageReceived,
    ReactionChanged,
    UserSeen,
    UserStarted,
)

# Kinds of updates that make their sender active, and as what.
ACTIVE = {
    "callback_query": "button",
    "inline_query": "inline",
    "chosen_inline_result": "inline",
    "pre_checkout_query": "payment",
    "shipping_query": "payment",
    "poll_answer": "poll",
}
# Telegram's own account, which forwards a channel's posts into its group.
TELEGRAM_ID = 777000
CONTENT = ("text", "photo", "video", "voice", "document", "sticker")
# What a message has besides its content; a field that is neither is a service message's.
OTHER_CONTENT = frozenset(
    {
        "animation", "audio", "checklist", "contact", "dice", "game", "invoice", "location",
        "paid_media", "poll", "story", "venue", "video_note",
    }
)  # fmt: skip
SOURCE = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Reader:
    """Turns updates into facts.

    commands: names that count under their own; username: the bot's, once it is known
    """

    def __init__(
        self,
        commands: frozenset[str],
        username: Callable[[], str | None],
        *,
        keep_names: bool = False,
        keep_text: bool = False,
    ) -> None:
        self._commands = commands
        self._username = username
        self._keep_names = keep_names
        self._keep_text = keep_text

    def read(self, update: Update, kind: str, at: datetime) -> Iterator[Event]:
        """The facts in *update*, a person's presence first."""
        if kind in {"message", "channel_post"}:
            yield from self._message(getattr(update, kind), at)
        elif kind in ACTIVE:
            sender = getattr(update, kind)
            person = _person(getattr(sender, "from_user", None) or getattr(sender, "user", None))
            if person:
                yield self._seen(person, ACTIVE[kind], at)
        elif kind in {"edited_message", "edited_channel_post"}:
            message = getattr(update, kind)
            person = _person(message.from_user)
            yield MessageEdited(at=at, user_id=_id(person), chat_id=message.chat.id)
        elif reaction := update.message_reaction:
            person = _person(reaction.user)
            yield ReactionChanged(at=at, user_id=_id(person), chat_id=reaction.chat.id)

    def _message(self, message: Message, at: datetime) -> Iterator[Event]:
        person = _person(message.from_user) if message.sender_chat is None else None
        content = _content(message)
        command = self._command(message.text) if message.text and person else None
        if person and content != "system":
            kind = "command" if command else "message"
            yield self._seen(person, "payment" if message.successful_payment else kind, at)
        yield self._received(message, content, person, at)
        if command and person:
            yield CommandUsed(at=at, user_id=person.id, chat_id=message.chat.id, command=command)
            if command == "start" and message.chat.type == "private":
                source = _source(message.text or "")
                yield UserStarted(at=at, user_id=person.id, source=source)

    def _received(
        self, message: Message, content: str, person: User | None, at: datetime
    ) -> MessageReceived:
        text = message.text or message.caption
        return MessageReceived(
            at=at,
            user_id=_id(person),
            chat_id=message.chat.id,
            chat_type=message.chat.type,
            content_type=content,
            length=len(text) if text else 0,
            title=message.chat.title,
            text=text if self._keep_text else None,
        )

    def _seen(self, person: User, kind: str, at: datetime) -> UserSeen:
        return UserSeen(
            at=at,
            user_id=person.id,
            kind=kind,
            language=person.language_code,
            is_premium=bool(person.is_premium),
            username=person.username if self._keep_names else None,
            name=person.full_name if self._keep_names else None,
        )

    def _command(self, text: str) -> str | None:
        """The command's name if we know it, other if not, None if it is none or not ours."""
        if not text.startswith("/") or not text[1:2].strip():
            return None
        name, _, addressee = text[1:].split(maxsplit=1)[0].partition("@")
        if addressee and addressee.lower() != (self._username() or "").lower():
            return None
        return name if (name := name.lower()) in self._commands else "other"


def _person(user: User | None) -> User | None:
    """*user*, unless it is a bot, such as the one that stands for anonymous admins."""
    return None if user is None or user.is_bot or user.id == TELEGRAM_ID else user


def _id(person: User | None) -> int | None:
    return person.id if person else None


def _content(message: Message) -> str:
    fields: set[str] = message.model_fields_set
    for name in CONTENT:
        if name in fields:
            return name
    if fields & OTHER_CONTENT or "successful_payment" in fields:
        return "other"
    return "system"


def _source(text: str) -> str:
    """The deep link's payload, if it is one that Telegram would pass on."""
    payload: Any = text.split(maxsplit=1)[1:]
    return payload[0] if payload and SOURCE.fullmatch(payload[0]) else ""
