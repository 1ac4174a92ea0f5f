"""No call, however senseless, breaks the server."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.calls import METHODS, call
from bot.sandbox.params import Json, Params, Upload
from bot.sandbox.world import Chat, Person, World

FIELDS = [
    "chat_id",
    "from_chat_id",
    "user_id",
    "message_id",
    "message_ids",
    "text",
    "caption",
    "entities",
    "parse_mode",
    "reply_markup",
    "reply_parameters",
    "commands",
    "scope",
    "menu_button",
    "results",
    "media",
    "photo",
    "document",
    "sticker",
    "question",
    "options",
    "prices",
    "title",
    "payload",
    "currency",
    "reaction",
    "permissions",
    "offset",
    "limit",
    "allowed_updates",
    "url",
    "secret_token",
    "callback_query_id",
    "inline_query_id",
    "pre_checkout_query_id",
    "ok",
    "action",
    "language_code",
    "type",
    "correct_option_id",
    "correct_option_ids",
    "open_period",
    "close_date",
    "star_count",
    "subscription_period",
    "telegram_payment_charge_id",
    "until_date",
    "file_id",
    "description",
]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 9),
    st.just(-100),
    st.sampled_from(["", "x", "HTML", "<b>", "attach://file", "@x", "{}", "[1]", "XTR"]),
)
KEYS = st.sampled_from(
    [
        "type",
        "id",
        "text",
        "user",
        "offset",
        "length",
        "message_id",
        "chat_id",
        "user_id",
        "inline_keyboard",
        "keyboard",
        "url",
        "callback_data",
        "web_app",
        "media",
        "label",
        "amount",
        "emoji",
        "command",
        "description",
    ]
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4)
)
CALLS = st.tuples(
    st.sampled_from(sorted(set(METHODS) - {"getUpdates"})),
    st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=8),
)


def world() -> World:
    """A person, a group, a channel, each with a message."""
    one = World("9:x", {"id": 9, "is_bot": True, "first_name": "Bot"})
    one.people[1] = Person({"id": 1, "is_bot": False, "first_name": "Ann"}, has_started=True)
    for number, kind in ((1, "private"), (-1, "group"), (-2, "supergroup"), (-3, "channel")):
        chat = Chat({"id": number, "type": kind}, members={1: "creator"})
        chat.bot_status = "administrator"
        one.chats[number] = chat
        one.post(chat, {"from": one.bot, "text": "hello"})
    return one


async def done(method: str, fields: Json) -> dict[str, Any]:
    uploads = {"file": Upload("x.png", "image/png", b"x")}
    place = world()
    outcome = await call(place, method, Params({"chat_id": 1, "message_id": 1} | fields, uploads))
    return {"status": outcome.status, **outcome.envelope}


@settings(max_examples=200, deadline=None)
@given(what=CALLS)
def test_senseless_calls_are_refused_or_done(what: tuple[str, Json]) -> None:
    answer = asyncio.run(done(*what))

    assert answer["status"] in {200, 400, 403, 413}
