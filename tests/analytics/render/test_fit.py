"""What does not fit into a message is left out by whole lines, and counted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.render.fit import LIMIT, fitted, quoted, units
from bot.analytics.render.words import Words

ENGLISH = Words()


def test_what_fits_is_not_touched() -> None:
    assert fitted(["a", "b"], ENGLISH) == "a\nb"


def test_exactly_the_limit_fits() -> None:
    assert fitted(["x" * LIMIT], ENGLISH) == "x" * LIMIT


def test_what_is_left_out_is_counted() -> None:
    shown = fitted(["x" * 99] * 100, ENGLISH).splitlines()

    assert shown[-1] == f"… and {101 - len(shown)} more lines that do not fit."
    assert set(shown[:-1]) == {"x" * 99}


def test_one_line_too_many_is_not_plural() -> None:
    assert fitted(["x", "x" * 5000], ENGLISH) == "x\n… and 1 more line that does not fit."


@given(st.lists(st.text(max_size=300).map(lambda text: quoted(text.replace("\n", " ")))))
def test_every_message_is_within_telegrams_limit(lines: list[str]) -> None:
    assert units(fitted(lines * 20, ENGLISH)) <= LIMIT


def test_an_emoji_counts_twice_as_in_telegram() -> None:
    assert units("a😀") == 3


def test_foreign_text_is_cut_before_it_is_escaped() -> None:
    assert quoted("<" * 10, 3) == "&lt;&lt;…"
