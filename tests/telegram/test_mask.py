"""Tests: bot/telegram/mask.py."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.telegram import mask


def kept(raw: Any) -> Any:
    return json.loads(mask.payload(raw))


def test_what_people_wrote_and_are_called_goes() -> None:
    update = {
        "update_id": 5,
        "message": {
            "text": "secret",
            "caption": "secret",
            "from": {"first_name": "secret", "username": "secret"},
            "contact": {"phone_number": "secret"},
            "entities": [{"url": "secret"}],
        },
    }

    assert "secret" not in mask.payload(update)


def test_keys_ids_and_code_words_stay() -> None:
    update = {"update_id": 5, "a": {"id": "77", "file_id": "AgAC-1_x", "type": "private"}}

    assert kept(update) == update


def test_a_text_under_an_ids_name_is_still_a_text() -> None:
    assert kept({"id": "meet me at noon"}) == {"id": "<15 characters>"}


def test_where_somebody_is_goes() -> None:
    assert kept({"latitude": 48.2, "longitude": 16.4}) == {"latitude": 0.0, "longitude": 0.0}


def test_a_key_that_is_no_field_of_the_api_is_masked() -> None:
    assert kept({"I love you": 1}) == {"<10 characters>": 1}


def test_truth_and_nothing_stay() -> None:
    assert kept([True, False, None, 3]) == [True, False, None, 3]


def test_with_store_text_everything_stays() -> None:
    assert json.loads(mask.payload({"text": "hello"}, keep_text=True)) == {"text": "hello"}


def test_a_lone_surrogate_is_no_obstacle() -> None:
    assert mask.payload({"text": "\ud83d"}, keep_text=True).isascii()


@pytest.mark.parametrize("keep_text", [True, False])
def test_what_is_too_long_becomes_a_note(keep_text: bool) -> None:  # noqa: FBT001  a parameter
    update = {"update_id": 5, "message": {"numbers": list(range(10_000))}}

    note = json.loads(mask.payload(update, keep_text=keep_text))

    assert note["update_id"] == 5 and note["parts"] == ["update_id", "message"]
    assert note["too_long"] > mask.LONGEST_PAYLOAD


@pytest.mark.parametrize("keep_text", [True, False])
def test_endless_nesting_ends(keep_text: bool) -> None:  # noqa: FBT001  a parameter
    deep: Any = "core"
    for _ in range(5000):
        deep = [deep]

    assert "<too deep>" in mask.payload(deep, keep_text=keep_text)
