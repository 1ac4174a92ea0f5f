"""Finds the link in what a person wrote, and refuses what is no plain web address."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from bot.downloads.trouble import DownloadError, Trouble

LINK_LENGTH = 2000
WRITTEN = re.compile(r"https?://\S+", re.IGNORECASE)
# What Telegram itself takes for a link may lack its scheme: example.org/song
BARE = re.compile(r"[^\s/?#@:]+\.[^\s/?#@:.]{2,}(:\d+)?([/?#]\S*)?")
SCHEMES = ("http", "https")
# yt-dlp reads orders to itself behind this mark: headers to send, a proxy to use.
SMUGGLED = "__youtubedl_smuggle"
CLOSING = {")": "(", "]": "[", "}": "{", ">": "<"}
TRAILING = ".,;:!?'\"»”…*_`"
# Everything that a URL may hold as it is, the percent sign of what is quoted already included.
KEPT = "%/:?#[]@!$&'()*+,;=~"


def link_in(text: str, urls: Sequence[str] = ()) -> str | None:
    """The first link in *text*, else the first of *urls*, made plain; None if there is none.

    urls: what Telegram's entities point to, since a link may hide behind a word
    Raises DownloadError(unsupported) if there are links, but not one that may be followed; its
    limit is LINK_LENGTH if the first was longer.
    """
    first: DownloadError | None = None
    for candidate in (*_written(text), *map(_completed, urls)):
        try:
            return plain(candidate)
        except DownloadError as error:
            first = first or error
    if first:
        raise first
    return None


def plain(link: str) -> str:
    """*link* in the one way that we write it.

    Raises DownloadError(unsupported) for whatever is no plain web address: another scheme, a
    password in it, no host, too long (its limit is LINK_LENGTH), characters that do not show,
    orders for yt-dlp.
    """
    if len(link) > LINK_LENGTH:
        raise DownloadError(Trouble.unsupported, f"{LINK_LENGTH}")
    if not _is_decent(link):
        raise DownloadError(Trouble.unsupported)
    try:
        written = _normal(link)
    except ValueError:
        raise DownloadError(Trouble.unsupported) from None
    if len(written) > LINK_LENGTH:
        raise DownloadError(Trouble.unsupported, f"{LINK_LENGTH}")
    return written


def _written(text: str) -> Iterator[str]:
    for found in WRITTEN.finditer(text):
        yield _trimmed(found.group())


def _trimmed(link: str) -> str:
    """*link* without what ends a sentence, or closes a bracket opened before it."""
    while link:
        last = link[-1]
        is_open = last in CLOSING and link.count(last) > link.count(CLOSING[last])
        if last not in TRAILING and not is_open:
            break
        link = link[:-1]
    return link


def _completed(url: str) -> str:
    return f"https://{url}" if BARE.fullmatch(url) else url


def _is_decent(link: str) -> bool:
    # C: control and invisible characters, among them those that turn the writing around; Z: gaps.
    has_odd = any(unicodedata.category(one)[0] in "CZ" for one in link)
    has_odd = has_odd or any(unicodedata.category(one) == "Cc" for one in unquote(link))
    is_smuggling = SMUGGLED in link or SMUGGLED in unquote(link)
    return "\\" not in link and not has_odd and not is_smuggling


def _normal(link: str) -> str:
    """Raises ValueError if this is no web address of a host."""
    parts = urlsplit(link)
    if parts.scheme not in SCHEMES or "@" in parts.netloc or not parts.hostname:
        raise ValueError(link)
    return urlunsplit(
        (
            parts.scheme,
            _host(parts.hostname) + _port(parts.port, parts.scheme),
            quote(parts.path, safe=KEPT) or "/",
            quote(parts.query, safe=KEPT),
            quote(parts.fragment, safe=KEPT),
        )
    )


def _host(name: str) -> str:
    # A host with letters of its own is known to the network by its ASCII form only.
    if ":" in name:
        return f"[{name}]"
    ascii_name = name.encode("idna").decode("ascii").lower()
    if not re.fullmatch(r"[a-z0-9_.-]+", ascii_name):
        raise ValueError(name)
    return ascii_name


def _port(port: int | None, scheme: str) -> str:
    if port == 0:
        raise ValueError(port)
    usual = {"http": 80, "https": 443}[scheme]
    return "" if port in {None, usual} else f":{port}"
