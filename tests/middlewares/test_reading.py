"""Who becomes active by what, and what kind of thing they sent."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.types import Chat, Update, User

from bot.analytics.events import (
    Event,
    MessageEdited,
    MessageReceived,
    ReactionChanged,
    UserSeen,
)
from bot.middlewares.reading import ACTIVE, Reader
from bot.middlewares.timer import kind_of
from tests.updates import (
    ACTIONS,
    ALICE,
    ANONYMOUS,
    CHANNEL,
    GROUP,
    NOON,
    ROBOT,
    acts,
    edits,
    message_json,
    moves,
    posts,
    presses,
    private,
    reacts,
    says,
    told,
)

CHATTER = User(
    id=5, is_bot=False, first_name="Chat", last_name="Ter", username="chatter", is_premium=True
)
SERVICE = User(id=777000, is_bot=False, first_name="Telegram")
FILE = {"file_id": "f", "file_unique_id": "u"}
SIZED = FILE | {"width": 1, "height": 1}
PLAYED = FILE | {"duration": 1}
STICKER = SIZED | {"type": "regular", "is_animated": False, "is_video": False}
CONTENTS: list[tuple[dict[str, Any], str]] = [
    ({"text": "hi"}, "text"),
    ({"photo": [SIZED], "caption": "look"}, "photo"),
    ({"video": SIZED | PLAYED}, "video"),
    ({"voice": PLAYED}, "voice"),
    ({"document": FILE}, "document"),
    ({"sticker": STICKER}, "sticker"),
    # Telegram sends an animation as a document, too.
    ({"animation": SIZED | PLAYED, "document": FILE}, "other"),
    ({"audio": PLAYED}, "other"),
    ({"video_note": PLAYED | {"length": 1}}, "other"),
    ({"contact": {"phone_number": "1", "first_name": "A"}}, "other"),
    ({"location": {"latitude": 1.0, "longitude": 1.0}}, "other"),
    ({"dice": {"emoji": "🎲", "value": 1}}, "other"),
    ({"story": {"chat": {"id": 1, "type": "private"}, "id": 1}}, "other"),
]
ALICE_JSON = ALICE.model_dump(exclude_none=True)
SERVICE_MESSAGES: list[dict[str, Any]] = [
    {"new_chat_members": [ALICE_JSON]},
    {"left_chat_member": ALICE_JSON},
    {"new_chat_title": "New"},
    {"delete_chat_photo": True},
    {"group_chat_created": True},
    {"migrate_to_chat_id": -5},
    {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}},
    {"video_chat_started": {}},
    {"write_access_allowed": {}},
    {"hologram_drawn": {"new": "to us"}},
]
COUNTED = {
    "chat": {"id": 1, "type": "channel"},
    "message_id": 1,
    "date": 1,
    "reactions": [],
}
PAID = {
    "currency": "XTR",
    "total_amount": 1,
    "invoice_payload": "x",
    "telegram_payment_charge_id": "1",
    "provider_payment_charge_id": "",
}


def sends(user: User | None, chat: Chat | None = None, **content: Any) -> Update:
    """A message from JSON: *user* sends *content*."""
    return told(message=message_json(user, chat or private(ALICE), **content))


def read(update: Update, **keeping: bool) -> list[Event]:
    """The facts in *update*, for a bot that knows /start."""
    reader = Reader(frozenset({"start"}), lambda: "TestBot", **keeping)
    return reader.read(update, kind_of(update), NOON)


def seen(update: Update) -> list[tuple[int, str]]:
    """Who became active by *update*, and as what."""
    return [(fact.user_id, fact.kind) for fact in read(update) if isinstance(fact, UserSeen)]


def received(update: Update, **keeping: bool) -> MessageReceived:
    (fact,) = [fact for fact in read(update, **keeping) if isinstance(fact, MessageReceived)]
    return fact


@pytest.mark.parametrize(
    ("update", "kind"),
    [
        (says(ALICE, "hi"), "message"),
        (says(ALICE, "hi", GROUP), "message"),
        (says(ALICE, "/start"), "command"),
        (says(ALICE, "/unknown"), "command"),
        (presses(ALICE, "x"), "button"),
        (presses(ALICE, "x", is_old=True), "button"),
        (sends(ALICE, successful_payment=PAID), "payment"),
        *((acts(ALICE, kind), ACTIVE[kind]) for kind in ACTIONS),
    ],
    ids=str,
)
def test_who_acts_is_seen_once_and_as_what(update: Update, kind: str) -> None:
    assert seen(update) == [(ALICE.id, kind)]


def test_every_active_kind_is_tried_above() -> None:
    assert ACTIONS.keys() == ACTIVE.keys()


@pytest.mark.parametrize(
    "update",
    [
        edits(ALICE),
        reacts(ALICE),
        reacts(None),
        moves(ALICE, "left", "member"),
        moves(ALICE, "member", "kicked", private(ALICE), kind="my_chat_member"),
        posts("news"),
        edits(None, "edited_channel_post", CHANNEL),
        sends(None, GROUP, text="from nobody"),
        says(ANONYMOUS, "hi", GROUP, sender_chat=GROUP),
        says(ANONYMOUS, "/start", GROUP),
        # A person who writes in the name of a channel is that channel.
        says(CHATTER, "/start", GROUP, sender_chat=CHANNEL),
        says(ROBOT, "/start", GROUP),
        says(SERVICE, "news", GROUP),
        told(channel_post=message_json(ALICE, CHANNEL, text="signed")),
        told(message_reaction_count=COUNTED),
        told(hologram={"id": 1}),
        told(message=None),
        told(),
    ],
    ids=str,
)
def test_nobody_is_active_by(update: Update) -> None:
    assert seen(update) == []


@pytest.mark.parametrize("kind", sorted(ACTIONS))
def test_other_bots_are_never_active(kind: str) -> None:
    assert seen(acts(ROBOT, kind)) == []


@pytest.mark.parametrize(("content", "expected"), CONTENTS, ids=str)
def test_content_has_its_kind_and_makes_active(content: dict[str, Any], expected: str) -> None:
    update = sends(ALICE, **content)

    assert received(update).content_type == expected
    assert seen(update) == [(ALICE.id, "message")]


@pytest.mark.parametrize("content", SERVICE_MESSAGES, ids=str)
def test_a_service_message_is_system_and_makes_nobody_active(content: dict[str, Any]) -> None:
    update = sends(ALICE, GROUP, **content)

    assert received(update).content_type == "system"
    assert len(read(update)) == 1


def test_a_message_without_a_sender_is_received_from_nobody() -> None:
    fact = received(sends(None, GROUP, text="hi"))

    assert (fact.user_id, fact.chat_id, fact.chat_type) == (None, GROUP.id, "supergroup")


def test_a_channel_post_is_received_from_nobody() -> None:
    fact = received(told(channel_post=message_json(None, CHANNEL, text="news")))

    assert (fact.user_id, fact.chat_type, fact.title) == (None, "channel", "Channel")


def test_a_chat_of_a_kind_that_is_new_to_us_is_other() -> None:
    fact = received(says(ALICE, "hi", Chat(id=-9, type="x" * 5000)))

    assert fact.chat_type == "other"


@pytest.mark.parametrize(
    ("update", "author"),
    [
        (edits(ALICE), ALICE.id),
        (edits(ANONYMOUS), None),
        (edits(None, "edited_channel_post"), None),
    ],
    ids=str,
)
def test_an_edit_is_known_with_its_author_if_there_is_one(
    update: Update, author: int | None
) -> None:
    assert read(update) == [MessageEdited(at=NOON, user_id=author, chat_id=GROUP.id)]


@pytest.mark.parametrize(("user", "known"), [(ALICE, ALICE.id), (None, None), (ROBOT, None)])
def test_a_reaction_is_known_with_its_person_if_there_is_one(
    user: User | None, known: int | None
) -> None:
    assert read(reacts(user)) == [ReactionChanged(at=NOON, user_id=known, chat_id=GROUP.id)]


def test_names_and_texts_are_not_kept() -> None:
    facts = read(says(CHATTER, "my secret"))

    assert "secret" not in str(facts)
    assert "hatter" not in str(facts)


def test_names_are_kept_if_the_operator_says_so() -> None:
    person = read(says(CHATTER, "my secret"), keep_names=True)[0]

    assert person == UserSeen(
        at=NOON, user_id=5, kind="message", is_premium=True, username="chatter", name="Chat Ter"
    )


def test_texts_are_kept_if_the_operator_says_so() -> None:
    assert received(says(ALICE, "my secret"), keep_text=True).text == "my secret"


def test_captions_are_texts() -> None:
    fact = received(sends(ALICE, photo=[SIZED], caption="look"), keep_text=True)

    assert (fact.text, fact.length) == ("look", 4)


def test_what_has_no_text_keeps_none() -> None:
    fact = received(sends(ALICE, voice=PLAYED), keep_text=True)

    assert (fact.text, fact.length) == (None, 0)


def test_language_and_premium_come_with_the_person() -> None:
    assert read(says(ALICE, "hi"))[0] == UserSeen(
        at=NOON, user_id=ALICE.id, kind="message", language="en"
    )


@pytest.mark.parametrize("length", [1, 4096, 4097, 100_000])
def test_length_is_characters_however_many(length: int) -> None:
    assert received(says(ALICE, "😀" * length)).length == length
