"""No call, however senseless, breaks the server."""

from __future__ import annotations

import asyncio

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.calls import METHODS, call
from bot.sandbox.control_chats import chat_view
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
    "phone_number",
    "first_name",
    "address",
    "latitude",
    "longitude",
    "horizontal_accuracy",
    "emoji",
    "message_thread_id",
    "max_connections",
    "duration",
    "width",
    "height",
    "length",
    "thumbnail",
    "caption_entities",
    "question_parse_mode",
    "explanation",
    "link_preview_options",
    "allow_sending_without_reply",
    "reply_to_message_id",
    "drop_pending_updates",
    "is_closed",
    "show_alert",
    "error_message",
]
# What a form or a JSON body can say of a number, far beyond what fits.
NUMBERS = [2**63, 2**64 - 1, -(2**63), 1e300, float("inf"), 0.5]
WORDS = ["9" * 19, "-" + "9" * 30, "9" * 5000, "1e400", "nan", "٣", "9223372036854775807"]
LEAVES = st.one_of(
    st.sampled_from(NUMBERS),
    st.sampled_from(WORDS),
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
ARGUMENTS = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=12)


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


async def statuses(fields: Json) -> dict[str, int]:
    """What every method answers to the same arguments, each in a world of its own."""
    uploads = {"file": Upload("x.png", "image/png", b"x")}
    given = {"chat_id": 1, "message_id": 1} | fields | {"timeout": 0}
    answers = {}
    for method in METHODS:
        place = world()
        outcome = await call(place, method, Params(given, uploads))
        views = [chat_view(place, chat, 1) for chat in place.chats.values()]
        # Written as the server would write it: what was taken in must also go out again.
        assert orjson.dumps([outcome.envelope, *place.calls, *views])
        answers[method] = outcome.status
    return answers


@settings(max_examples=60, deadline=None)
@given(fields=ARGUMENTS)
def test_no_method_breaks_whatever_it_is_given(fields: Json) -> None:
    answers = asyncio.run(statuses(fields))

    assert set(answers.values()) <= {200, 400, 403, 413}, answers
