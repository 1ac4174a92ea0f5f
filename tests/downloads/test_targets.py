"""A target has one spelling, and what is spelt in any other way is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.downloads.ports import is_web
from bot.downloads.refusals import RefusedError
from bot.downloads.targets import Hole, Target, connect_target, http_target, read_holes
from bot.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("http://site.example", Target("site.example", 80, "/")),
        ("HTTP://Site.Example.:8080/a?b=c", Target("site.example", 8080, "/a?b=c")),
        ("http://site.example?b=/", Target("site.example", 80, "/?b=/")),
        ("http://site.example/a#@127.0.0.1/", Target("site.example", 80, "/a")),
        ("http://[2001:DB8:0::1]:81/", Target("2001:db8::1", 81, "/")),
        ("http://10.0.0.1./", Target("10.0.0.1", 80, "/")),
    ],
)
def test_a_url_is_read_into_one_spelling(text: str, target: Target) -> None:
    assert http_target(text) == target


@pytest.mark.parametrize(
    "text",
    [
        "/path",
        "*",
        "https://site.example/",
        "file:///etc/passwd",
        "ftp://site.example/",
        "http:site.example",
        "http:///path",
        "http://user@site.example/",
        "http://site.example:80@127.0.0.1/",
        "http://site.example\\@127.0.0.1/",
        "http://site.example#@127.0.0.1/",
        "http://site.example:/",
        "http://site.example:0/",
        "http://site.example:65536/",
        "http://site.example:8o/",
        "http://site..example/",
        "http://site%2eexample/",
        "http://site.example../",
        "http://[::1/",
        "http://::1/",
        "http://[127.0.0.1]/",
        "http://[::1]x/",
        f"http://{'a' * 64}.example/",
        f"http://{'a.' * 127}example/",
    ],
)
def test_anything_else_is_no_target(text: str) -> None:
    with pytest.raises(RefusedError, match="400 target"):
        http_target(text)


@pytest.mark.parametrize(
    "host",
    [
        *("2130706433", "0x7f000001", "0x7F.1", "017700000001", "127.1", "127.0.1", "0177.0.0.1"),
        *("127.0.0.01", "0x7f.0.0.1", "127.0.0.0x1", "127.0.0.1.1", "256.1.1.1", "1.", "site.1"),
        *("00000177.0.0.1", "4294967297", "0", "0x"),
    ],
)
def test_odd_spellings_of_ipv4_are_refused_unread(host: str) -> None:
    with pytest.raises(RefusedError, match="403 spelling"):
        connect_target(f"{host}:443")


@pytest.mark.parametrize("host", ["[fe80::1%eth0]", "[fe80::1%25eth0]", "[::1%1]"])
def test_a_scope_is_refused(host: str) -> None:
    with pytest.raises(RefusedError, match="403 scoped"):
        connect_target(f"{host}:443")


@pytest.mark.parametrize("text", ["site.example", "http://site.example:443", "site.example:443/"])
def test_connect_takes_a_host_and_a_port_only(text: str) -> None:
    with pytest.raises(RefusedError, match="400 target"):
        connect_target(text)


@given(st.text())
def test_whatever_is_said_there_is_a_target_or_a_refusal(text: str) -> None:
    for read in (connect_target, http_target):
        try:
            target = read(text)
        except RefusedError:
            continue
        assert target.host.isascii() and 0 < target.port < 65536


@pytest.mark.parametrize(
    ("target", "authority"),
    [
        (Target("site.example", 80), "site.example"),
        (Target("site.example", 8080), "site.example:8080"),
        (Target("2001:db8::1", 81), "[2001:db8::1]:81"),
    ],
)
def test_the_host_header_is_written_from_the_target(target: Target, authority: str) -> None:
    assert target.authority == authority


def test_holes_are_read_as_targets_are() -> None:
    holes = read_holes(["Media.Example.", "127.0.0.1:8090", "[0:0::1]:81", "[::2]"])

    assert holes == {
        Hole("media.example", None),
        Hole("127.0.0.1", 8090),
        Hole("::1", 81),
        Hole("::2", None),
    }


@pytest.mark.parametrize(
    "entry", ["", "*", "*.example", "127.1", "::1", "a:b", "http://a/", "ä.de"]
)
def test_what_is_no_host_is_no_hole(entry: str) -> None:
    with pytest.raises(ConfigError, match="DOWNLOAD_ALLOWED_HOSTS"):
        read_holes([entry])


@pytest.mark.parametrize("port", [80, 443, 1024, 1935, 8000, 8080, 8443, 40000, 65535])
def test_the_web_s_ports_are_open(port: int) -> None:
    assert is_web(port)


@pytest.mark.parametrize(
    "port",
    [
        *(1, 21, 22, 23, 25, 53, 81, 110, 143, 389, 445, 465, 587, 993, 1023),
        *(1433, 2375, 3128, 3306, 3389, 5432, 5900, 6000, 6379, 6667, 9200, 11211, 27017),
    ],
)
def test_the_ports_of_other_services_are_closed(port: int) -> None:
    assert not is_web(port)
