"""A place to download from that can be hostile, and a runner that may go there only."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cache
from pathlib import Path

import psutil
from aiohttp import web

from bot.downloads import ffmpeg
from bot.downloads.egress import EgressGuard
from bot.downloads.media import Choice, Fetched, Limits, Progress
from bot.downloads.runner import Runner

MP3 = Choice(format="mp3", quality="128k")
MP4 = Choice(format="mp4", quality="360p")
USUAL = Limits(megabytes=50, minutes=60, seconds=120)


class Place:
    """A web server on loopback; pages: what each path answers, visits: who came."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, bytes]] = {}
        self.visits: list[str] = []
        self.url = ""

    @property
    def host(self) -> str:
        """What DOWNLOAD_ALLOWED_HOSTS would name."""
        return self.url.removeprefix("http://")

    def page_about(self, path: str, file: str, kind: str = "VideoObject", **more: object) -> str:
        """Put at *path* a page that says its medium is at *file*; its address."""
        about = {"@context": "https://schema.org", "@type": kind, "name": "A trap"}
        data = json.dumps(about | {"contentUrl": file} | more)
        html = f'<title>A</title><script type="application/ld+json">{data}</script>'
        self.pages[path] = ("text/html", html.encode())
        return f"{self.url}{path}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """What *pages* says; below /to/ a redirect, /endless without an end, /stuck nothing."""
        self.visits.append(request.path)
        if request.path.startswith("/to/"):
            raise web.HTTPFound(request.query["url"])
        if request.path.startswith(("/endless", "/stuck")):
            return await _endless(request)
        if request.path not in self.pages:
            raise web.HTTPNotFound
        kind, body = self.pages[request.path]
        return web.Response(body=body, content_type=kind)


async def _endless(request: web.Request) -> web.StreamResponse:
    is_page = request.path.endswith(".html")
    response = web.StreamResponse()
    response.content_type = "text/html" if is_page else "audio/wav"
    await response.prepare(request)
    await response.write(b"<p>" if is_page else film()[:4096])
    with suppress(ConnectionError):  # they have had enough
        while request.path.startswith("/endless"):
            await response.write(bytes(65536))
        await asyncio.Event().wait()
    return response


@asynccontextmanager
async def place() -> AsyncIterator[Place]:
    """A place that stands."""
    one = Place()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", one.answer)
    server = web.AppRunner(app, shutdown_timeout=0.1)
    await server.setup()
    site = web.TCPSite(server, "127.0.0.1", 0)
    await site.start()
    one.url = f"http://127.0.0.1:{server.addresses[0][1]}"
    yield one
    await server.cleanup()


@asynccontextmanager
async def runner_to(
    folder: Path, *allowed: str, timeout_seconds: float = 60, min_free_bytes: int = 0
) -> AsyncIterator[Runner]:
    """A runner behind a real guard that lets it go to *allowed*; nothing of it may be left."""
    guard = EgressGuard(allowed=allowed)
    await guard.start()
    before = processes()
    yield Runner(
        lambda: guard.url,
        folder / "jobs",
        timeout_seconds=timeout_seconds,
        min_free_bytes=min_free_bytes,
    )
    await guard.stop()
    assert list((folder / "jobs").glob("*")) == []
    assert processes() - before == set()


async def fetched(
    runner: Runner, url: str, choice: Choice = MP3, limits: Limits = USUAL
) -> tuple[Fetched, bytes, list[Progress]]:
    """What was fetched, its content, and what was reported."""
    heard: list[Progress] = []
    async with runner.fetch(url, choice, limits, heard.append) as file:
        return file, file.path.read_bytes(), heard


def processes() -> set[int]:
    """The children of this process and theirs, dead ones that nobody waits for among them."""
    return {one.pid for one in psutil.Process().children(recursive=True)}


@cache
def film() -> bytes:
    """A second of moving colours with a tone, in codecs that not every player has."""
    words = ["-f", "lavfi", "-i", "testsrc=size=854x480:rate=10", "-f", "lavfi", "-i", "sine"]
    return made(*words, "-t", "1", "-c:v", "mpeg4", "-c:a", "libmp3lame", "-f", "matroska")


def made(*words: str) -> bytes:
    """What ffmpeg makes of *words*."""
    program = ffmpeg.program()
    assert program
    command = [program, "-v", "error", *words, "pipe:1"]
    return subprocess.run(command, capture_output=True, check=True).stdout  # noqa: S603  ours


def said_about(content: bytes, folder: Path) -> str:
    """What ffmpeg tells about a file with that content."""
    path = folder / "looked_at"
    path.write_bytes(content)
    program = ffmpeg.program()
    assert program
    told = subprocess.run(  # noqa: S603  ours
        [program, "-hide_banner", "-i", path], capture_output=True, text=True, check=False
    )
    return told.stderr
