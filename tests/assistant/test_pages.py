"""Parts of a long answer: none is too long, nothing is lost, and what stands does not move."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.render.fit import units
from bot.assistant.pages import LIMIT, pages

TEXTS = st.text(st.sampled_from("ab \n😀é"), max_size=300)


def test_what_fits_is_one_part() -> None:
    assert pages("a" * LIMIT) == ["a" * LIMIT]
    assert pages("") == [""]


def test_an_emoji_counts_as_two() -> None:
    assert pages("😀" * 6, limit=10) == ["😀" * 5, "😀"]


def test_a_part_ends_between_paragraphs_lines_or_words() -> None:
    assert pages("aaaaaaaaa\n\nb c d", limit=12) == ["aaaaaaaaa", "b c d"]
    assert pages("aaaaaaaaa\nb ccccc", limit=12) == ["aaaaaaaaa", "b ccccc"]
    assert pages("aaaaaaaaa bbbbb", limit=12) == ["aaaaaaaaa", "bbbbb"]


def test_a_break_that_comes_too_early_is_none() -> None:
    assert pages("a bbbbbbbbbbbb", limit=10) == ["a bbbbbbbb", "bbbb"]


def test_a_word_longer_than_a_part_is_cut() -> None:
    assert pages("a" * 25, limit=10) == ["a" * 10, "a" * 10, "a" * 5]


@given(TEXTS)
def test_no_part_is_too_long_and_no_letter_is_lost(text: str) -> None:
    parts = pages(text, limit=20)

    assert all(units(part) <= 20 for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(TEXTS, TEXTS)
def test_what_is_on_an_earlier_part_stays_when_more_comes(text: str, more: str) -> None:
    before = pages(text, limit=20)[:-1]

    assert pages(text + more, limit=20)[: len(before)] == before
