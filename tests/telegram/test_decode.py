"""Tests: bot/telegram/decode.py."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.types import Update
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.decode import Unreadable, decode
from tests.telegram.rig import message, offline_bot

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


def test_an_update_is_decoded_and_bound_to_the_bot() -> None:
    bot = offline_bot()

    update = decode(message("hello"), bot)

    assert isinstance(update, Update) and update.bot is bot and update.event_type == "message"


@pytest.mark.parametrize("raw", [None, 5, "text", [], [{"update_id": 1}]])
def test_what_is_no_object_is_unreadable(raw: object) -> None:
    assert decode(raw, offline_bot()) == Unreadable(None, "not an object")


@pytest.mark.parametrize("number", [None, "5", True, 5.0, -1, 2**60])
def test_an_update_without_a_number_is_unreadable(number: object) -> None:
    found = decode({"update_id": number, "message": {}}, offline_bot())

    assert found == Unreadable(None, "no usable update_id")


def test_a_kind_from_the_future_is_named() -> None:
    found = decode({"update_id": 5, "telepathy": {"thought": "…"}}, offline_bot())

    assert found == Unreadable(5, "unknown kind: telepathy")


def test_an_update_about_nothing_is_unreadable() -> None:
    assert decode({"update_id": 5}, offline_bot()) == Unreadable(5, "unknown kind: none")


def test_what_does_not_fit_is_named_without_its_value() -> None:
    update = message(update_id=5)
    update["message"]["date"] = "yesterday"

    found = decode(update, offline_bot())

    assert isinstance(found, Unreadable) and found.update_id == 5
    assert found.reason.startswith("undecodable: message.date") and "yesterday" not in found.reason


def test_a_new_field_in_a_known_kind_is_no_obstacle() -> None:
    update = message()
    update["message"]["mood"] = {"colour": "blue"}

    assert isinstance(decode(update, offline_bot()), Update)


@pytest.mark.parametrize("date", [10**30, -(10**30), 10**12])
def test_an_impossible_date_ends_nothing(date: int) -> None:
    update = message()
    update["message"]["date"] = date

    assert isinstance(decode(update, offline_bot()), Update | Unreadable)


@given(body=JSON)
def test_whatever_a_message_is_made_of_it_is_an_update_or_unreadable(body: Any) -> None:
    found = decode({"update_id": 5, "message": body}, offline_bot())

    assert found.update_id == 5
