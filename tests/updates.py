"""Telegram updates in plain words, and the cast: Alice is a person, Root the admin."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

from aiogram.types import (
    CallbackQuery,
    Chat,
    ChatMemberAdministrator,
    ChatMemberRestricted,
    InaccessibleMessage,
    Message,
    Update,
    User,
)

ALICE = User(id=1, is_bot=False, first_name="Alice", language_code="en")
ROOT = User(id=2, is_bot=False, first_name="Root", language_code="en")
# Who writes for an admin of a group that wants to stay anonymous.
ANONYMOUS = User(id=1087968824, is_bot=True, first_name="Group")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
GROUP = Chat(id=-100, type="supergroup", title="Group")
CHANNEL = Chat(id=-200, type="channel", title="Channel")
ROBOT = User(id=77, is_bot=True, first_name="Robot")

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


def told(**bodies: Any) -> Update:
    """An update from its JSON: told(poll={…}), or of a kind that nobody knows."""
    return Update.model_validate({"update_id": next(_numbers), **bodies})


# A person's ways to act other than writing: what Telegram says besides who it was.
ACTIONS: dict[str, dict[str, Any]] = {
    "callback_query": {"id": "1", "chat_instance": "1", "data": "x"},
    "inline_query": {"id": "1", "query": "", "offset": ""},
    "chosen_inline_result": {"result_id": "1", "query": ""},
    "pre_checkout_query": {
        "id": "1", "currency": "XTR", "total_amount": 1, "invoice_payload": "x",
    },
    "shipping_query": {
        "id": "1",
        "invoice_payload": "x",
        "shipping_address": dict.fromkeys(
            ("country_code", "state", "city", "street_line1", "street_line2", "post_code"), "x"
        ),
    },
    "purchased_paid_media": {"paid_media_payload": "x"},
    "poll_answer": {"poll_id": "1", "option_ids": [0], "option_persistent_ids": ["0"]},
}  # fmt: skip


def acts(user: User, kind: str) -> Update:
    """*user* does one of ACTIONS."""
    who = "user" if kind == "poll_answer" else "from"
    return told(**{kind: ACTIONS[kind] | {who: _json(user)}})


def edits(user: User | None, kind: str = "edited_message", chat: Chat = GROUP) -> Update:
    """*user* changes a message."""
    return told(**{kind: message_json(user, chat, text="better", edit_date=2)})


def reacts(user: User | None, chat: Chat = GROUP) -> Update:
    """*user* reacts to a message; without one an anonymous admin does."""
    who = {"user": _json(user)} if user else {"actor_chat": _json(chat)}
    body = {"chat": _json(chat), "message_id": 1, "date": 1, "old_reaction": []}
    return told(message_reaction={**body, **who, "new_reaction": []})


def moves(
    user: User, before: str, now: str, chat: Chat = GROUP, *, kind: str = "chat_member"
) -> Update:
    """*user*'s status in *chat* changes, from "left" to "member"; "gone": restricted and out."""
    body = {"chat": _json(chat), "from": _json(ROOT), "date": 1}
    members = {"old_chat_member": member(user, before), "new_chat_member": member(user, now)}
    return told(**{kind: body | members})


def member(user: User, status: str) -> dict[str, Any]:
    """A ChatMember's JSON, without any rights."""
    types = (ChatMemberAdministrator, ChatMemberRestricted)
    rights = {name: False for one in types for name in one.model_fields}
    known = {"is_member": status != "gone", "until_date": 0, "user": _json(user)}
    texts = {"custom_title": "", "tag": ""}
    return rights | known | texts | {"status": "restricted" if status == "gone" else status}


def message_json(user: User | None, chat: Chat, **more: Any) -> dict[str, Any]:
    """A message as Telegram writes it."""
    who = {"from": _json(user)} if user else {}
    date = int(NOON.timestamp())
    return {"message_id": next(_numbers), "date": date, "chat": _json(chat), **who, **more}


def _json(one: User | Chat) -> dict[str, Any]:
    return one.model_dump(mode="json", exclude_none=True)
