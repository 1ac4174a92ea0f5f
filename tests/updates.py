"""Telegram updates in plain words, and the cast: Alice is a person, Root the admin."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

from aiogram.types import CallbackQuery, Chat, InaccessibleMessage, Message, Update, User

ALICE = User(id=1, is_bot=False, first_name="Alice", language_code="en")
ROOT = User(id=2, is_bot=False, first_name="Root", language_code="en")
# Who writes for an admin of a group that wants to stay anonymous.
ANONYMOUS = User(id=1087968824, is_bot=True, first_name="Group")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
GROUP = Chat(id=-100, type="supergroup", title="Group")

_numbers = itertools.count(1)


def private(user: User) -> Chat:
    """The chat between *user* and the bot."""
    return Chat(id=user.id, type="private")


def says(user: User | None, text: str | None, chat: Chat | None = None, **more: Any) -> Update:
    """*user* writes *text*, in their private chat unless told otherwise."""
    message = Message(
        message_id=next(_numbers),
        date=NOON,
        chat=chat or private(user or ALICE),
        from_user=user,
        text=text,
        **more,
    )
    return Update(update_id=message.message_id, message=message)


def posts(text: str) -> Update:
    """A channel's post: nobody is behind it."""
    message = Message(
        message_id=next(_numbers), date=NOON, chat=Chat(id=-200, type="channel"), text=text
    )
    return Update(update_id=message.message_id, channel_post=message)


def presses(user: User, data: str, chat: Chat | None = None, *, is_old: bool = False) -> Update:
    """*user* presses a button with *data* below a message of the bot."""
    where: dict[str, Any] = {"message_id": 7, "chat": chat or private(user)}
    message = InaccessibleMessage(**where) if is_old else Message(**where, date=NOON, text="…")
    number = next(_numbers)
    callback = CallbackQuery(
        id=str(number), from_user=user, chat_instance="1", message=message, data=data
    )
    return Update(update_id=number, callback_query=callback)
