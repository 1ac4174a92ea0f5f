"""Whatever is written, the parsers answer with entities within the text or with a refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.detect import detect
from bot.sandbox.html_text import parse_html
from bot.sandbox.markdown_text import parse_markdown
from bot.sandbox.params import ApiError
from bot.sandbox.rich import units

Parser = Callable[[str], tuple[str, list[dict[str, Any]]]]
PIECES = ["<b>", "</b>", "<i>", "</i>", "<a href='x.org'>", "</a>", "<pre>", "<code class=", "<"]
PIECES += [
    "&lt;",
    "&#",
    "*",
    "_",
    "__",
    "~",
    "|",
    "||",
    "`",
    "```",
    "[",
    "](",
    ")",
    ">",
    "\\",
    "\n",
]
PIECES += ["🙂", "ä", " ", "a", "/x", "@abc", "#d", "http://x.org", "'", '"', "."]
SOURCES = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES)).map("".join))


@pytest.mark.parametrize("parse", [parse_html, parse_markdown])
@given(source=SOURCES)
def test_parsers_refuse_or_stay_within_the_text(parse: Parser, source: str) -> None:
    try:
        text, entities = parse(source)
    except ApiError:
        return

    for entity in entities:
        assert entity["offset"] >= 0
        assert 0 < entity["length"] <= units(text) - entity["offset"]


@given(source=SOURCES)
def test_what_is_found_does_not_overlap(source: str) -> None:
    found = detect(source)

    ends = [0, *(one["offset"] + one["length"] for one in found)]
    assert all(end <= one["offset"] for end, one in zip(ends, found, strict=False))
