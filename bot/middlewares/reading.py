"""What an update says about the person behind it.

Activity is an inbound update from a person: a message, a button, an inline query, a payment, a
poll answer.  Edits, reactions, membership changes and what channels and anonymous admins write
are facts of their own, and make nobody active.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiogram.types import Chat, Message, Update, User

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
    "purchased_paid_media": "payment",
    "poll_answer": "poll",
}
# Telegram's own account, which forwards a channel's posts into its group.
TELEGRAM_ID = 777000
CHAT_TYPES = frozenset({"private", "group", "supergroup", "channel"})
# Field by field what a message can carry, and what that counts as; one with none of them is a
# service message.  The first counts: an animation comes as a document, too.
CONTENT = {
    "text": "text",
    "photo": "photo",
    "animation": "other",
    "document": "document",
    "video": "video",
    "voice": "voice",
    "sticker": "sticker",
} | dict.fromkeys(
    (
        "audio", "checklist", "contact", "dice", "game", "giveaway", "giveaway_winners", "invoice",
        "location", "paid_media", "passport_data", "poll", "rich_message", "story",
        "successful_payment", "venue", "video_note",
    ),
    "other",
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

    def read(self, update: Update, kind: str, at: datetime) -> list[Event]:
        """The facts in *update*, a person's presence first."""
        event: Any = getattr(update, kind, None)
        if kind == "message":
            return self._message(event, None if event.sender_chat else event.from_user, at)
        if kind == "channel_post":
            return self._message(event, None, at)
        if kind in ACTIVE:
            person = _person(event.user if kind == "poll_answer" else event.from_user)
            return [self._seen(person, ACTIVE[kind], at)] if person else []
        return _changes(event, kind, at)

    def _message(self, message: Message, sender: User | None, at: datetime) -> list[Event]:
        person, content = _person(sender), _content(message)
        text = message.text or message.caption or ""
        received = self._received(message, content, text, person, at)
        if person is None or content == "system":
            return [received]
        command = self._command(text)
        kind = "command" if command else "message"
        seen = self._seen(person, "payment" if message.successful_payment else kind, at)
        found: list[Event] = [seen, received]
        if command:
            chat_id = message.chat.id
            found.append(CommandUsed(at=at, user_id=person.id, chat_id=chat_id, command=command))
        if command == "start" and message.chat.type == "private":
            found.append(UserStarted(at=at, user_id=person.id, source=_source(text)))
        return found

    def _received(
        self, message: Message, content: str, text: str, person: User | None, at: datetime
    ) -> MessageReceived:
        chat = message.chat
        return MessageReceived(
            at=at,
            user_id=_id(person),
            chat_id=chat.id,
            chat_type=chat_type(chat),
            content_type=content,
            length=len(text),
            title=chat.title,
            text=text or None if self._keep_text else None,
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


def _changes(event: Any, kind: str, at: datetime) -> list[Event]:
    if kind in {"edited_message", "edited_channel_post"}:
        author = _id(_person(event.from_user))
        return [MessageEdited(at=at, user_id=author, chat_id=event.chat.id)]
    if kind == "message_reaction":
        person = _id(_person(event.user))
        return [ReactionChanged(at=at, user_id=person, chat_id=event.chat.id)]
    return []


def chat_type(chat: Chat) -> str:
    """Telegram's word for the kind of *chat*; other for one that is new to us."""
    return chat.type if chat.type in CHAT_TYPES else "other"


def _person(user: User | None) -> User | None:
    """*user*, unless it is a bot, such as the one that stands for anonymous admins."""
    return None if user is None or user.is_bot or user.id == TELEGRAM_ID else user


def _id(person: User | None) -> int | None:
    return person.id if person else None


def _content(message: Message) -> str:
    for field, counted in CONTENT.items():
        if getattr(message, field) is not None:
            return counted
    return "system"


def _source(text: str) -> str:
    """The deep link's payload, if it is one that Telegram would pass on."""
    _, *payload = text.split(maxsplit=1)
    return payload[0] if payload and SOURCE.fullmatch(payload[0]) else ""
