"""Whatever Telegram sends and aiogram decodes is read without a failure, under bounded labels."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.types import Chat, Update
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.analytics.events import (
    ChatJoined,
    ChatLeft,
    CommandUsed,
    Event,
    MessageReceived,
    UserSeen,
    UserStarted,
)
from bot.middlewares.membership import Memberships
from bot.middlewares.reading import CHAT_TYPES, SOURCE, Reader
from bot.middlewares.timer import KINDS, kind_of
from tests.updates import ACTIONS, ALICE, NOON, member, message_json

COMMANDS = frozenset({"start", "help"})
STATUSES = ["creator", "administrator", "member", "restricted", "gone", "left", "kicked", "new"]
FILE = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1, "duration": 1, "length": 1}
ALLOWED: dict[str, frozenset[str]] = {
    "kind": frozenset({"message", "command", "button", "inline", "payment", "poll"}),
    "chat_type": CHAT_TYPES | {"other"},
    "content_type": frozenset(
        {"text", "photo", "video", "voice", "document", "sticker", "other", "system"}
    ),
    "command": COMMANDS | {"other"},
}
LABELS: dict[type[Event], list[str]] = {
    UserSeen: ["kind"],
    MessageReceived: ["content_type", "chat_type"],
    CommandUsed: ["command"],
    ChatJoined: ["chat_type"],
    ChatLeft: ["chat_type"],
}

ids = st.one_of(st.integers(-(2**53), 2**53), st.sampled_from([0, 777000, 1087968824]))
texts = st.one_of(
    st.text(max_size=30),
    st.builds("/{}{}{}".format, st.text(max_size=9), st.sampled_from("@ \n"), st.text(max_size=9)),
    st.sampled_from(["/start", "/Start@TestBot ads", "/", "/@", "/start \0", "x" * 5000]),
)
users = st.fixed_dictionaries(
    {"id": ids, "is_bot": st.booleans(), "first_name": st.text(max_size=9)},
    optional={
        "language_code": st.text(max_size=40),
        "username": st.text(max_size=9),
        "is_premium": st.booleans(),
    },
)
chats = st.fixed_dictionaries(
    {"id": ids, "type": st.one_of(st.sampled_from(sorted(CHAT_TYPES)), st.text(max_size=20))},
    optional={"title": st.text(max_size=9)},
)
dates = st.integers(0, 2**32)
messages = st.fixed_dictionaries(
    {"message_id": ids, "date": dates, "chat": chats},
    optional={
        "from": users,
        "sender_chat": chats,
        "text": texts,
        "caption": texts,
        "photo": st.lists(st.just(FILE), max_size=2),
        "animation": st.just(FILE),
        "document": st.just(FILE),
        "voice": st.just(FILE),
        "dice": st.just({"emoji": "🎲", "value": 1}),
        "new_chat_members": st.lists(users, max_size=3),
        "left_chat_member": users,
        "hologram": st.text(max_size=3),
    },
)
members = st.builds(member, st.just(ALICE), st.sampled_from(STATUSES))
changes = st.fixed_dictionaries(
    {
        "chat": chats,
        "from": users,
        "date": dates,
        "old_chat_member": members,
        "new_chat_member": members,
    }
)
actions = st.builds(
    lambda body, user: body | {"from": user, "user": user},
    st.sampled_from(list(ACTIONS.values())),
    users,
)
reactions = st.fixed_dictionaries(
    {"chat": chats, "message_id": ids, "date": dates},
    optional={"user": users, "actor_chat": chats},
).map(lambda body: body | {"old_reaction": [], "new_reaction": []})
bodies = st.one_of(messages, changes, actions, reactions, st.none())
fitting: dict[str, st.SearchStrategy[Any]] = dict.fromkeys(sorted(KINDS), bodies) | {
    "message": messages,
    "channel_post": messages,
    "edited_message": messages,
    "chat_member": changes,
    "my_chat_member": changes,
    "message_reaction": reactions,
    **{kind: st.builds(dict, st.just(body), **{"from": users, "user": users})
       for kind, body in ACTIONS.items()},
}  # fmt: skip
writing = st.builds(
    lambda chat, text: {"message": message_json(ALICE, Chat(**chat), text=text)}, chats, texts
)
updates = st.one_of(
    writing.map(lambda body: {"update_id": 1} | body),
    *(st.fixed_dictionaries({"update_id": ids, kind: body}) for kind, body in fitting.items()),
    st.fixed_dictionaries({"update_id": ids}, optional=dict.fromkeys(fitting, bodies)),
    st.dictionaries(st.text(max_size=9), st.integers()).map(lambda body: {"update_id": 1} | body),
)


def facts_in(raw: dict[str, Any]) -> list[Event]:
    """The facts in an update; none if aiogram cannot decode it, for then it is set aside."""
    try:
        update = Update.model_validate(raw)
    except ValidationError:
        return []
    kind = kind_of(update)
    assert kind in KINDS | {"other"}
    reader = Reader(COMMANDS, lambda: "TestBot", keep_names=True, keep_text=True)
    return [*reader.read(update, kind, NOON), *Memberships().read(update, NOON)]


@settings(max_examples=500)
@given(updates)
def test_nothing_that_can_be_decoded_makes_the_reader_fail(raw: dict[str, Any]) -> None:
    for fact in facts_in(raw):
        for label in LABELS.get(type(fact), []):
            assert getattr(fact, label) in ALLOWED[label]


@given(updates)
def test_an_update_makes_at_most_one_person_active(raw: dict[str, Any]) -> None:
    assert sum(isinstance(fact, UserSeen) for fact in facts_in(raw)) <= 1


@given(updates)
def test_a_source_is_always_in_its_safe_form(raw: dict[str, Any]) -> None:
    for fact in facts_in(raw):
        if isinstance(fact, UserStarted):
            assert not fact.source or SOURCE.fullmatch(fact.source)


@pytest.mark.parametrize("kind", sorted(fitting))
def test_every_kind_of_update_is_among_those_tried(kind: str) -> None:
    assert kind in KINDS
