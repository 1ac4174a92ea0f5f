"""Where a request wants to go, read strictly: one spelling for each host, or none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from bot.downloads.refusals import RefusedError
from bot.errors import ConfigError

SETTING = "DOWNLOAD_ALLOWED_HOSTS"
HTTP_PORT = 80
HIGHEST_PORT = 65_535
LONGEST_NAME = 253
AUTHORITY = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]+)(?::([0-9]{1,5}))?", re.ASCII)
# Python's client does not take the fragment from an address to which it was redirected.
URL = re.compile(r"http://([^/?#]*)(?:([/?][^#]*)(?:#.*)?)?", re.ASCII | re.IGNORECASE)
NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*", re.ASCII)
# C libraries take a name whose last part is one for an IPv4 address, in octal, hex or short.
NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+", re.ASCII)


@dataclass(frozen=True)
class Target:
    """A host (lower case, no final dot, IPv6 without brackets), a port, and a path for http."""

    host: str
    port: int
    path: str = ""

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == HTTP_PORT else f"{host}:{self.port}"


@dataclass(frozen=True)
class Hole:
    """A host, or one port of it, that may be reached wherever it is."""

    host: str
    port: int | None


def connect_target(text: str) -> Target:
    """The target of CONNECT, host:port; RefusedError for anything else."""
    host, port = _split(text)
    if port is None:
        raise RefusedError(400, "target")
    return Target(host, port)


def http_target(text: str) -> Target:
    """The target of any other method, http://host[:port]/path; RefusedError for anything else.

    A fragment behind the path is left out.
    """
    if not (found := URL.fullmatch(text)):
        raise RefusedError(400, "target")
    host, port = _split(found[1])
    path = found[2] or "/"
    return Target(host, port or HTTP_PORT, path if path.startswith("/") else f"/{path}")


def read_holes(entries: Iterable[str]) -> frozenset[Hole]:
    """Entries of DOWNLOAD_ALLOWED_HOSTS ("host", "host:port", "[IPv6]:port"); ConfigError."""
    return frozenset(_hole(entry) for entry in entries)


def _hole(entry: str) -> Hole:
    try:
        return Hole(*_split(entry))
    except RefusedError:
        raise ConfigError(SETTING, f"{entry!r} is neither host nor host:port") from None


def _split(authority: str) -> tuple[str, int | None]:
    found = AUTHORITY.fullmatch(authority)
    if not found or not authority.isascii():
        raise RefusedError(400, "target")
    port = int(found[2]) if found[2] else None
    if port is not None and not 0 < port <= HIGHEST_PORT:
        raise RefusedError(400, "target")
    return _host(found[1]), port


def _host(text: str) -> str:
    if text.startswith("["):
        return _bracketed(text[1:-1])
    name = text.lower().removesuffix(".")
    if len(name) > LONGEST_NAME or not NAME.fullmatch(name):
        raise RefusedError(400, "target")
    is_number = NUMBER.fullmatch(name.rpartition(".")[2])
    return _dotted(name) if is_number else name


def _bracketed(text: str) -> str:
    if "%" in text:
        raise RefusedError(403, "scoped")
    try:
        return str(IPv6Address(text))
    except ValueError:
        raise RefusedError(400, "target") from None


def _dotted(text: str) -> str:
    """Four decimal numbers; what only a C library would understand is refused unread."""
    try:
        return str(IPv4Address(text))
    except ValueError:
        raise RefusedError(403, "spelling") from None
