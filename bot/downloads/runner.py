"""Looks at links and fetches files: yt-dlp and ffmpeg in children, within limits, in a folder.

The folder of a job is removed when the job ends, however it ends; see Runner.sweep for kill -9.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib.util
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.downloads import ffmpeg
from bot.downloads.child_meter import ALLOWANCE, MEGABYTE
from bot.downloads.conversion import Conversion, tidy
from bot.downloads.media import (
    KEY_LENGTH,
    Choice,
    Fetched,
    Limits,
    Media,
    Offer,
    Progress,
)
from bot.downloads.process import run
from bot.downloads.trouble import DownloadError, Trouble

Report = Callable[[Progress], None]
Json = dict[str, Any]

PREFIX = "telegauge-"
INSTALL = "pip install 'telegauge[media]'"
# yt-dlp holds whole pages, and a page may have no end; x264 wants frames.
SITE_MEMORY_BYTES = 700_000_000
FFMPEG_MEMORY_BYTES = 1_500_000_000
# A step above what is allowed, so that the limit itself is told in words and not by a signal.
SPARE_BYTES = 2 * MEGABYTE
LOOK_BYTES = 8 * MEGABYTE
# These know no site, so that their ids are no more than a file's name or its place on a page.
SITELESS = frozenset({"generic", "html5"})
# What is fetched and what is made of it lie side by side for a while.
COPIES = 2


def missing() -> str | None:
    """What the operator must install before anything can be downloaded; None if nothing."""
    lacking = [] if importlib.util.find_spec("yt_dlp") else ["yt-dlp"]
    if not (shutil.which("ffmpeg") or importlib.util.find_spec("imageio_ffmpeg")):
        lacking.append("ffmpeg")
    return f"{' and '.join(lacking)} missing: {INSTALL}" if lacking else None


class Runner:
    """Runs yt-dlp and ffmpeg.

    proxy_url: tells where the egress guard is now (http://…@127.0.0.1:4321), the only way out
    folder: where jobs get their folders; timeout_seconds: for a look and for the version
    min_free_bytes: what a download must leave free on that disk
    """

    def __init__(
        self,
        proxy_url: Callable[[], str],
        folder: Path,
        *,
        timeout_seconds: float,
        min_free_bytes: int,
    ) -> None:
        self._proxy_url = proxy_url
        self._folder = folder
        self._timeout_seconds = timeout_seconds
        self._min_free_bytes = min_free_bytes
        self._promised_bytes = 0  # to downloads in flight

    async def look(self, url: str) -> Media:
        """What *url* leads to and what of it can be had; raises DownloadError."""
        async with self._job(self._timeout_seconds) as folder:
            task = {"task": "look", "url": url}
            about = await run(self._walled(task, LOOK_BYTES, self._timeout_seconds), folder)
            conversion = await self._conversion(folder, LOOK_BYTES, self._timeout_seconds)
            if about["head_bytes"] is not None:
                about = await conversion.enlightened(about, folder / "head")
            picture = (
                await conversion.picture(folder / "picture") if about["has_picture"] else None
            )
            return _media(url, about, picture.read_bytes() if picture else None)

    @asynccontextmanager
    async def fetch(
        self, url: str, choice: Choice, limits: Limits, report: Report
    ) -> AsyncIterator[Fetched]:
        """The finished file, in a folder that is removed when this context ends.

        report: is called from the event loop, at most about twice a second.  Raises
        DownloadError; a cancelled task kills what runs and waits until it is dead.
        """
        with self._room_for(limits):
            async with self._fetching(url, choice, limits, report) as fetched:
                yield fetched

    @asynccontextmanager
    async def _fetching(
        self, url: str, choice: Choice, limits: Limits, report: Report
    ) -> AsyncIterator[Fetched]:
        async with self._folder_of_job() as folder:
            async with _in_time(limits.seconds, f"{limits.seconds}"):
                fetched = await self._fetched(url, choice, limits, report, folder)
            yield fetched

    async def version(self) -> tuple[str, date]:
        """yt-dlp's version and the day that it was made; raises DownloadError."""
        async with self._job(self._timeout_seconds) as folder:
            task = self._walled({"task": "version"}, LOOK_BYTES, self._timeout_seconds)
            name = str((await run(task, folder))["version"])
        year, month, day = (int(part) for part in name.split(".")[:3])
        return name, datetime(year, month, day, tzinfo=UTC).date()

    def sweep(self) -> int:
        """Remove the folders of a life that was killed; how many.

        Call it before the first job: it would take the folders of running ones as well.
        """
        leftovers = list(self._folder.glob(f"{PREFIX}*")) if self._folder.is_dir() else []
        for leftover in leftovers:
            shutil.rmtree(leftover, ignore_errors=True)
        return len(leftovers)

    async def _fetched(
        self, url: str, choice: Choice, limits: Limits, report: Report, folder: Path
    ) -> Fetched:
        report(Progress(stage="downloading"))
        task: Json = {"task": "fetch", "url": url}
        task |= {"format": choice.format, "quality": choice.quality}
        task |= {"megabytes": limits.megabytes, "minutes": limits.minutes}
        raw_bytes = ALLOWANCE[choice.format] * limits.megabytes * MEGABYTE + SPARE_BYTES
        walled = self._walled(task, raw_bytes, limits.seconds)
        try:
            about = await run(walled, folder, lambda news: report(_progress(news)))
        except DownloadError as error:
            raise _with_limit(error, limits) from error
        report(Progress(stage="converting"))
        most = limits.megabytes * MEGABYTE
        conversion = await self._conversion(folder, most + SPARE_BYTES, limits.seconds)
        try:
            return await conversion.finished(about, choice, limits)
        except DownloadError as error:
            raise _with_limit(error, limits) from error

    @asynccontextmanager
    async def _job(self, seconds: float) -> AsyncIterator[Path]:
        async with self._folder_of_job() as folder, _in_time(seconds):
            yield folder

    @asynccontextmanager
    async def _folder_of_job(self) -> AsyncIterator[Path]:
        folder = self._new_folder()
        try:
            yield folder
        finally:
            # In a thread, because large files take their time; it ends even if we are cancelled.
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    def _new_folder(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=PREFIX, dir=self._folder)).resolve()

    async def _conversion(self, folder: Path, file_bytes: int, seconds: float) -> Conversion:
        program = await asyncio.to_thread(ffmpeg.program)
        if program is None:
            raise DownloadError(Trouble.internal)
        cpu_seconds = seconds * (os.cpu_count() or 1)
        bounds = _bounds(file_bytes, cpu_seconds, FFMPEG_MEMORY_BYTES)
        return Conversion(folder, program, bounds)

    def _walled(self, task: Json, file_bytes: int, seconds: float) -> Json:
        address = self._proxy_url()
        door = urlsplit(address)
        walls = {"proxy_url": address, "way_out": [door.hostname, door.port]}
        return task | walls | {"limits": _bounds(file_bytes, seconds, SITE_MEMORY_BYTES)}

    @contextmanager
    def _room_for(self, limits: Limits) -> Iterator[None]:
        """Promise one more download its room on the disk; raises DownloadError(disk).

        What those in flight have written already counts twice, for them and as not free: near a
        full disk one may wait that would just have fitted.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        wanted = COPIES * limits.megabytes * MEGABYTE
        free = shutil.disk_usage(self._folder).free
        if free < self._min_free_bytes + self._promised_bytes + wanted:
            raise DownloadError(Trouble.disk)
        self._promised_bytes += wanted
        try:
            yield
        finally:
            self._promised_bytes -= wanted


@asynccontextmanager
async def _in_time(seconds: float, limit: str = "") -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise DownloadError(Trouble.timeout, limit) from None


def _bounds(file_bytes: int, cpu_seconds: float, memory_bytes: int) -> dict[str, int]:
    """As child_walls.set_limits takes them."""
    return {
        "file_bytes": file_bytes,
        "cpu_seconds": max(int(cpu_seconds), 1),
        "memory_bytes": memory_bytes,
    }


def _with_limit(error: DownloadError, limits: Limits) -> DownloadError:
    """*error* with the figure that was passed, which a process killed for it cannot tell."""
    figures = {Trouble.too_large: limits.megabytes, Trouble.timeout: limits.seconds}
    if error.limit or error.trouble not in figures:
        return error
    return DownloadError(error.trouble, f"{figures[error.trouble]}", passing=error.is_passing)


def _progress(news: Mapping[str, Any]) -> Progress:
    return Progress(stage="downloading", **news)


def _media(url: str, about: Json, thumbnail: bytes | None) -> Media:
    return Media(
        key=key_of(url, about),
        url=url,
        site=tidy(about["site"]) or "",
        title=tidy(about["title"]) or "",
        performer=tidy(about["performer"]),
        duration_seconds=about["duration_seconds"],
        thumbnail=thumbnail,
        offers=tuple(_offer(**one) for one in about["offers"]),
    )


def _offer(format: Any, quality: str, size_bytes: int | None) -> Offer:  # noqa: A002  its name
    return Offer(choice=Choice(format=format, quality=quality), size_bytes=size_bytes)


def key_of(url: str, about: Json) -> str:
    """The site's own id; without a site, or with an id that no column takes, the address."""
    extractor = about["extractor"]
    named = f"{extractor}:{about['id']}"
    is_siteless = extractor.partition(":")[0] in SITELESS
    if not is_siteless and len(named) <= KEY_LENGTH and named.isprintable():
        return named
    # A page's JSON may hold halves of letters, which no encoding has.
    digest = hashlib.sha256((url + named).encode(errors="backslashreplace")).hexdigest()
    return f"{tidy(extractor[:40])}:{digest}"
