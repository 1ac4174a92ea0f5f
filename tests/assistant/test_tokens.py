"""Tokens: types never overlap, and what is estimated says so."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.tokens import TYPES, Tokens, estimate, estimated, told

ANY_NUMBER = st.integers(-10, 10**9)


def test_what_was_cached_or_thought_is_part_of_what_was_told() -> None:
    tokens = told(100, 50, cached=30, reasoning=20)

    assert tokens == Tokens(input=70, cached_input=30, output=30, reasoning=20)


@given(ANY_NUMBER, ANY_NUMBER, ANY_NUMBER, ANY_NUMBER)
def test_types_are_disjoint_and_never_below_zero(
    prompt: int, completion: int, cached: int, reasoning: int
) -> None:
    tokens = told(prompt, completion, cached=cached, reasoning=reasoning)

    assert tokens.total == max(prompt, 0) + max(completion, 0)
    assert all(count >= 0 for count in tokens.by_type().values())
    assert not tokens.is_estimated


def test_the_types_have_one_order() -> None:
    assert tuple(Tokens().by_type()) == TYPES


def test_four_bytes_are_a_token() -> None:
    assert [estimate(text) for text in ("", "a", "abcd", "abcde", "äöüß")] == [0, 1, 1, 2, 2]


@given(st.text(), st.text())
def test_a_longer_text_is_never_estimated_as_fewer_tokens(one: str, other: str) -> None:
    assert estimate(one + other) >= max(estimate(one), estimate(other))


def test_half_a_character_is_estimated_all_the_same() -> None:
    assert estimate("\ud83d") == 1


def test_an_estimate_counts_each_message_s_frame_and_says_what_it_is() -> None:
    tokens = estimated(["abcd", "abcdefgh"], "abcd")

    assert tokens == Tokens(input=(1 + 3) + (2 + 3) + 3, output=1, is_estimated=True)
