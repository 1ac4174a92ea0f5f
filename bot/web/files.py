"""Our own files for browsers: read once, packed once, and known by what is in them."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from aiohttp import hdrs, web

from bot.web.answers import accepts

GZIP_LEVEL = 9
WORTH_PACKING = 1_000  # bytes
TYPES = {
    "": "text/plain; charset=utf-8",  # LICENSE
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/plain; charset=utf-8",  # a licence, too
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
# Asked again each time, which costs 304 and no more: an update of ours shows at once.
FRESH = {"Cache-Control": "no-cache"}


@dataclass(frozen=True, slots=True)
class Content:
    """What is sent.  packed: with gzip; empty where that is not worth it"""

    plain: bytes
    packed: bytes
    etag: str
    media_type: str

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return len(self.plain) + len(self.packed)

    @classmethod
    def of(cls, plain: bytes, media_type: str, level: int = GZIP_LEVEL) -> Content:
        """*plain* with all that belongs to it."""
        is_worth_it = len(plain) > WORTH_PACKING and not media_type.startswith(("image/p", "font"))
        packed = gzip.compress(plain, level, mtime=0) if is_worth_it else b""
        return cls(plain, packed, f'"{hashlib.sha256(plain).hexdigest()[:32]}"', media_type)

    def answer(
        self,
        request: web.Request,
        headers: Mapping[str, str] = FRESH,
        vary: str = "",
        status: int = HTTPStatus.OK,
    ) -> web.Response:
        """It, or 304 for whoever has it as the answer that it is.

        vary: headers beside Accept-Encoding that matter
        """
        vary = f"{hdrs.ACCEPT_ENCODING}, {vary}" if vary else hdrs.ACCEPT_ENCODING
        sent = {hdrs.ETAG: self.etag, hdrs.VARY: vary, **headers}
        if status == HTTPStatus.OK and _has(request, self.etag):
            return web.Response(status=304, headers=sent)
        body = self.plain
        if self.packed and accepts(request.headers.get(hdrs.ACCEPT_ENCODING, ""), "gzip"):
            body = self.packed
            sent[hdrs.CONTENT_ENCODING] = "gzip"
        sent[hdrs.CONTENT_TYPE] = self.media_type
        return web.Response(body=body, status=status, headers=sent)


class Files:
    """The files of a folder and of those in it, each by its path below the folder.

    Only what was there at the beginning can be asked for, so no path leads out of the folder.
    """

    def __init__(self, folder: Path) -> None:
        self._paths = {
            path.relative_to(folder).as_posix(): path
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix in TYPES
        }
        self._contents: dict[str, Content] = {}

    @property
    def names(self) -> list[str]:
        """What can be asked for."""
        return list(self._paths)

    async def content(self, name: str) -> Content:
        """The file; HTTPNotFound."""
        if name not in self._paths:
            raise web.HTTPNotFound(text="There is no such file.")
        if name not in self._contents:
            # At the first request: a bot that nobody looks at reads and packs nothing.
            self._contents[name] = await asyncio.to_thread(_read, self._paths[name])
        return self._contents[name]


def _read(path: Path) -> Content:
    return Content.of(path.read_bytes(), TYPES[path.suffix])


def _has(request: web.Request, etag: str) -> bool:
    sent = request.headers.get(hdrs.IF_NONE_MATCH, "")
    return any(one.strip().removeprefix("W/") in {etag, "*"} for one in sent.split(","))
