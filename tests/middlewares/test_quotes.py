"""What an update says is blacked out of a text; everything else stays."""

from __future__ import annotations

import json

import pytest
from aiogram.types import Update

from bot.middlewares.quotes import mask_of
from tests.updates import ALICE, GROUP, acts, presses, says, told

SECRET = "my IBAN\nDE89370400440532013000 café"
SPY = ALICE.model_copy(update={"last_name": "Liddell", "username": "wonder"})


@pytest.mark.parametrize(
    "quoted",
    [
        SECRET,
        SECRET.lower(),
        repr(SECRET),
        ascii(SECRET),
        json.dumps(SECRET),
        repr(SECRET.split()),
        "key: " + SECRET.split()[2],
    ],
)
def test_a_quotation_is_blacked_out_however_it_is_written(quoted: str) -> None:
    masked = mask_of(says(ALICE, SECRET))(f"invalid literal: {quoted} for int()").lower()

    assert not [word for word in ("iban", "de893", "caf") if word in masked]
    assert masked.startswith("invalid literal: ") and masked.endswith(" for int()")


@pytest.mark.parametrize("word", ["Alice", "Liddell", "wonder", "@wonder"])
def test_names_are_blacked_out(word: str) -> None:
    assert word.strip("@") not in mask_of(says(SPY, "hi"))(f"no such person: {word}!")


@pytest.mark.parametrize(
    "update",
    [
        says(ALICE, None, caption="secret"),
        presses(ALICE, "buy:secret"),
        told(inline_query={"id": "1", "query": "secret", "offset": "", "from": {
            "id": 1, "is_bot": False, "first_name": "Alice"}}),
        says(ALICE, "secret", GROUP),
    ],
    ids=["caption", "button", "inline query", "group"],
)  # fmt: skip
def test_whatever_a_person_sends_counts(update: Update) -> None:
    assert mask_of(update)("KeyError: 'secret'") == "KeyError: '█'"


def test_a_backslash_hides_nothing() -> None:
    mask = mask_of(says(ALICE, r"C:\name\x41secret"))

    assert mask(r"not found: \name") == "not found: █"
    assert "secret" not in mask(r"not found: \x41secret")


def test_a_strange_escape_harms_nothing() -> None:
    assert mask_of(says(ALICE, "hello"))(r"\UFFFFFFFF hello") == r"\UFFFFFFFF █"


def test_short_words_and_parts_of_words_stay() -> None:
    mask = mask_of(says(ALICE, "in the"))

    assert mask("File main.py in other") == "File main.py in other"


def test_what_the_bot_wrote_itself_stays() -> None:
    assert mask_of(presses(ALICE, "x"))("…") == "…"


def test_an_update_without_words_blacks_out_nothing() -> None:
    assert mask_of(acts(ALICE, "poll_answer"))("KeyError: 1") == "KeyError: 1"
