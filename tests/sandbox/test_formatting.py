"""Formatted texts: what becomes of tags and marks, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.formatting import caption_text, message_text
from bot.sandbox.html_text import parse_html
from bot.sandbox.markdown_text import parse_markdown
from bot.sandbox.params import ApiError, Params
from bot.sandbox.world import World

Json = dict[str, Any]
WORLD = World("1:x", {"id": 1})


def entity(kind: str, offset: int, length: int, **more: Any) -> Json:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("<b>a</b><i>b</i>", "ab", [entity("bold", 0, 1), entity("italic", 1, 1)]),
        ("<b>a<u>b</u></b>", "ab", [entity("bold", 0, 2), entity("underline", 1, 1)]),
        ("🙂<s>x</s>", "🙂x", [entity("strikethrough", 2, 1)]),
        ("<span class='tg-spoiler'>x</span>", "x", [entity("spoiler", 0, 1)]),
        ("<a href='https://x.org/?a=1&amp;b'>x</a>", "x", None),
        ("<pre>a</pre>", "a", [entity("pre", 0, 1)]),
        (
            '<pre><code class="language-py">a</code></pre>',
            "a",
            [entity("pre", 0, 1, language="py")],
        ),
        ("<blockquote expandable>q</blockquote>", "q", [entity("expandable_blockquote", 0, 1)]),
        ("&lt;&amp;&gt;&quot;&#65;&nbsp;", '<&>"A&nbsp;', []),
        ("  <b> a </b>  ", "a", [entity("bold", 0, 1)]),
        ("<b></b>x", "x", []),
        ('<tg-emoji emoji-id="5">x</tg-emoji>', "x", None),
        ("<a href='tg://user?id=7'>x</a>", "x", [entity("text_mention", 0, 1, user={"id": 7})]),
        ("<a>x</a>", "x", []),
        ("<a>x.org</a>", "x.org", [entity("text_link", 0, 5, url="http://x.org/")]),
    ],
)
def test_html_becomes_text_and_entities(
    source: str, text: str, entities: list[Json] | None
) -> None:
    got_text, got_entities = parse_html(source)

    assert got_text == text
    assert entities is None or got_entities == entities


def test_the_address_of_a_link_is_unescaped() -> None:
    _, entities = parse_html("<a href='https://x.org/?a=1&amp;b>c'>x</a>")

    assert entities == [entity("text_link", 0, 1, url="https://x.org/?a=1&b>c")]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("ä<q>", 'Unsupported start tag "q" at byte offset 2'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("a <", "Unclosed start tag at byte offset 2"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_broken_html_is_refused_in_telegrams_words(source: str, problem: str) -> None:
    if source == "1 < 2":
        source += " > 1"

    with pytest.raises(ApiError) as caught:
        parse_html(source)

    assert caught.value.description == f"Bad Request: can't parse entities: {problem}"


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("*a* _b_", "a b", [entity("bold", 0, 1), entity("italic", 2, 1)]),
        ("__u__ ~s~", "u s", [entity("underline", 0, 1), entity("strikethrough", 2, 1)]),
        ("||x||", "x", [entity("spoiler", 0, 1)]),
        ("*a _b_*", "a b", [entity("bold", 0, 3), entity("italic", 2, 1)]),
        (r"1\.5 \*", "1.5 *", []),
        (r"`a\`b`", "a`b", [entity("code", 0, 3)]),
        ("```py\nx=1```", "x=1", [entity("pre", 0, 3, language="py")]),
        ("```\nx```", "x", [entity("pre", 0, 1)]),
        ("[x](https://x.org/\\))", "x", [entity("text_link", 0, 1, url="https://x.org/)")]),
        (">a\n>b\nc", "a\nb\nc", [entity("blockquote", 0, 3)]),
    ],
)
def test_markdown_becomes_text_and_entities(source: str, text: str, entities: list[Json]) -> None:
    assert parse_markdown(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("1.5", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("*a", "Can't find end of Bold entity at byte offset 0"),
        ("ä `a", "Can't find end of Code entity at byte offset 3"),
        ("```a", "Can't find end of Pre entity at byte offset 0"),
        ("[a](b", "Can't find end of a URL at byte offset 2"),
        ("[*a]", "Can't find end of Bold entity at byte offset 1"),
        ("[a", "Can't find end of TextUrl entity at byte offset 0"),
    ],
)
def test_broken_markdown_is_refused_in_telegrams_words(source: str, problem: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse_markdown(source)

    assert caught.value.description == f"Bad Request: can't parse entities: {problem}"


def test_entities_can_be_given_instead_of_a_parse_mode() -> None:
    given = [entity("bold", 1, 2)]

    content = message_text(WORLD, Params({"text": " ab", "entities": given}))

    assert content == {"text": "ab", "entities": [entity("bold", 0, 2)]}


@pytest.mark.parametrize("entities", ["x", "[1]", [{"type": "bold"}]])
def test_entities_that_are_none_are_refused(entities: object) -> None:
    with pytest.raises(ApiError):
        message_text(WORLD, Params({"text": "x", "entities": entities}))


def test_links_are_found_beside_what_the_bot_marked() -> None:
    source = "<b>see</b> /help <code>/no</code>"

    content = message_text(WORLD, Params({"text": source, "parse_mode": "HTML"}))

    kinds = [one["type"] for one in content["entities"]]
    assert kinds == ["bold", "bot_command", "code"]


def test_a_caption_is_shorter_than_a_text() -> None:
    with pytest.raises(ApiError, match="message caption is too long"):
        caption_text(WORLD, Params({"caption": "x" * 1025}))
