from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.downloads.links import LINK_LENGTH, link_in, plain
from bot.downloads.trouble import DownloadError


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("see https://example.org/song, please", "https://example.org/song"),
        ("(https://example.org/a_(b))", "https://example.org/a_(b)"),
        ("<https://example.org/song>", "https://example.org/song"),
        ("HTTPS://EXAMPLE.ORG:443", "https://example.org/"),
        ("http://example.org:80/", "http://example.org/"),
        ("http://example.org:8080/", "http://example.org:8080/"),
        ("https://münchen.example/ü?q=ü", "https://xn--mnchen-3ya.example/%C3%BC?q=%C3%BC"),
        ("https://example.org/a%20b#t=1", "https://example.org/a%20b#t=1"),
        ("http://[::1]/song", "http://[::1]/song"),
        ("one https://a.example/1 two https://b.example/2", "https://a.example/1"),
    ],
)
def test_a_link_is_found_and_written_in_one_way(text: str, link: str) -> None:
    assert link_in(text) == link


def test_a_link_may_hide_behind_a_word() -> None:
    assert link_in("this song", ["https://example.org/song"]) == "https://example.org/song"


def test_what_telegram_takes_for_a_link_may_lack_its_scheme() -> None:
    assert link_in("", ["example.org/song"]) == "https://example.org/song"


@pytest.mark.parametrize("text", ["", "no link here", "ytsearch:a song", "file:///etc/passwd"])
def test_there_is_no_link_in_what_names_no_web_address(text: str) -> None:
    assert link_in(text) is None


@pytest.mark.parametrize(
    "link",
    [
        "file:///etc/passwd",
        "ftp://example.org/song",
        "ytsearch5:a song",
        "javascript:alert(1)",
        "example.org/song",
        "https://",
        "https:///song",
        "https://name:word@example.org/",
        "https://name@example.org/",
        "https://example.org:0/",
        "https://example.org:70000/",
        "https://example.org\\@other.example/",
        "https://example.org/a b",
        "https://example.org/a\tb",
        "https://example.org/\u202egnos",
        "https://example.org/%0d%0aHost:%20other.example",
        "https://example.org/%00",
        "https://exa_mple!.org/",
        "https://[::1/",
        "https://example.org/#__youtubedl_smuggle=%7B%7D",
        "https://example.org/#__youtubedl%5Fsmuggle=%7B%7D",
        "https://example.org/" + "a" * LINK_LENGTH,
        "https://example.org/" + "ü" * (LINK_LENGTH // 4),
    ],
)
def test_what_is_no_plain_web_address_is_refused(link: str) -> None:
    with pytest.raises(DownloadError, match="unsupported"):
        plain(link)


def test_a_message_whose_only_link_may_not_be_followed_is_told_so() -> None:
    with pytest.raises(DownloadError, match="unsupported"):
        link_in("https://name:word@example.org/")


@given(st.text(max_size=60))
def test_whatever_is_made_plain_stays_as_it_is(text: str) -> None:
    try:
        once = plain(f"https://example.org/{text}")
    except DownloadError:
        return

    assert plain(once) == once
