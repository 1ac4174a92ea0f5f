"""What is found in plain text."""

from __future__ import annotations

import pytest

from bot.sandbox.detect import detect


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start ads", ["bot_command"]),
        ("/start@some_bot", ["bot_command"]),
        ("a/b and/or 1/2", []),
        ("http://x.org/a?b=c#d.", ["url"]),
        ("see example.com, please", ["url"]),
        ("https://127.0.0.1:8080/x", ["url"]),
        ("hello @some_body #tag $EUR", ["mention", "hashtag", "cashtag"]),
        ("me@example.org", ["email"]),
        ("#1 and a#b", []),
        ("plain words", []),
    ],
)
def test_telegrams_kinds_are_found(text: str, found: list[str]) -> None:
    assert [one["type"] for one in detect(text)] == found


def test_places_are_counted_in_utf16_units() -> None:
    assert detect("🙂 /help") == [{"type": "bot_command", "offset": 3, "length": 5}]


def test_a_sentence_ends_outside_its_link() -> None:
    assert detect("(http://x.org/a).") == [{"type": "url", "offset": 1, "length": 14}]
