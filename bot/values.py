"""What a setting's value may be; who breaks a rule here is told so by bot/config.py."""

from __future__ import annotations

import ipaddress
import os
import re
import tempfile
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StringConstraints
from pydantic_settings import NoDecode

from bot.log import FILES

HOST_LENGTH = 253
HOST = re.compile(r"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*")
SSL_MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}
# Any other would be handed to the driver, which ends at a word that it does not know.
DATABASE_WORDS = {"host", "port", "ssl", "sslmode"}


def _listed(value: object) -> object:
    """Let "1, 2" stand for a list, because JSON in an env file is a trap.

    A comma may end it; between two commas, and in a blank, something is missing.
    """
    if not isinstance(value, str):
        return value
    *parts, last = (part.strip() for part in value.split(","))
    if not all(parts or [last]):
        raise ValueError
    return [*parts, last] if last else parts


def _zone(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError from None


def _http(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError
    return value.rstrip("/")


def _origin(value: str) -> str:
    """*value* as browsers write an origin: no path, small letters, no port that is the usual."""
    parts = urlsplit(value)
    usual = {"http": 80, "https": 443}
    rest = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in usual or not parts.hostname or parts.port == 0 or rest:
        raise ValueError
    host = f"[{parts.hostname}]" if ":" in parts.hostname else _host(parts.hostname)
    port = "" if parts.port in {None, usual[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def _plain(url: str) -> str:
    """Refuse what would be a pattern where the path becomes one of our own."""
    if re.search(r"[{}\s]", url):
        raise ValueError
    return url


def _host(value: str) -> str:
    if not HOST.fullmatch(value) or len(value) > HOST_LENGTH:
        ipaddress.ip_address(value)
    return value


def _database(url: str) -> str:
    """Refuse what no driver can open, and a SQLite that forgets: each connection has its own."""
    address, _, words = url.partition("?")
    if address.startswith("sqlite"):
        path = address.partition("://")[2][1:]
        is_file = path and not path.endswith("/") and not Path(path).is_dir()
        if not is_file or ":memory:" in path or "mode=memory" in words:
            raise ValueError
        return url
    given = dict(parse_qsl(words, keep_blank_values=True))
    modes = {value for name, value in given.items() if name.startswith("ssl")}
    if given.keys() - DATABASE_WORDS or modes - SSL_MODES:
        raise ValueError
    return url


def _writable(folder: Path) -> Path:
    """Refuse a folder that can neither be written to nor made, or where a log file cannot."""
    nearest = next(path for path in (folder / "_").absolute().parents if os.access(path, os.F_OK))
    logs = [path for path in (folder / name for name in FILES) if path.exists()]
    if not all(path.is_file() and os.access(path, os.W_OK) for path in logs):
        raise ValueError
    try:
        # Tried, because /proc and its like say of themselves that they can be written to.
        tempfile.TemporaryFile(dir=nearest).close()
    except OSError:
        raise ValueError from None
    return folder


def _readable(file: Path) -> Path:
    """Refuse what is no file that can be read."""
    if file.is_file() and os.access(file, os.R_OK):
        return file
    raise ValueError


def _listable(folder: Path) -> Path:
    """Refuse what is no folder that can be looked into."""
    if folder.is_dir() and os.access(folder, os.R_OK | os.X_OK):
        return folder
    raise ValueError


def matching(pattern: str) -> AfterValidator:
    """A rule for secrets: all of it has to match *pattern*."""

    def check(value: SecretStr) -> SecretStr:
        if not re.fullmatch(pattern, value.get_secret_value()):
            raise ValueError
        return value

    return AfterValidator(check)


Id = Annotated[int, Field(gt=0)]  # a person's; groups have negative ones
Ids = Annotated[tuple[Id, ...], NoDecode, BeforeValidator(_listed)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
# No line breaks, nor what else would break out of its line.
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[^\p{Cc}\p{Zl}\p{Zp}]+$")
]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]
Url = Annotated[str, AfterValidator(_http)]
Origin = Annotated[str, AfterValidator(_origin)]
Origins = Annotated[tuple[Origin, ...], NoDecode, BeforeValidator(_listed)]
WebhookUrl = Annotated[Url, AfterValidator(_plain)]
Host = Annotated[str, AfterValidator(_host)]
# Strict about host and port, because the driver would show the whole address in its complaint.
DatabaseUrl = Annotated[
    str,
    Field(
        pattern=r"^(sqlite(\+aiosqlite)?:///.*"
        r"|postgresql(\+asyncpg)?://([^@\s]*@)?(\[[\da-fA-F:]+\]|[^/@:?\s]*)(:\d{1,5})?([/?]\S*)?)$"
    ),
    AfterValidator(_database),
]
Folder = Annotated[Path, AfterValidator(_writable)]
File = Annotated[Path, AfterValidator(_readable)]
ReadableFolder = Annotated[Path, AfterValidator(_listable)]
Port = Annotated[int, Field(ge=0, le=65535)]
