"""The runner with what it stands on: the guard that is its only way out, and its folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.downloads.egress import EgressGuard
from bot.downloads.folders import OwnFolder
from bot.downloads.media import Choice, Fetched, Limits, Media, Progress
from bot.downloads.runner import Runner
from bot.downloads.trouble import DownloadError, Trouble
from bot.errors import ConfigError

SETTING = "DOWNLOAD_FOLDER"
LOOK_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """Where a station stands: the guard, a folder to work in, bytes that must stay free there."""

    guard: EgressGuard
    folder: Path
    min_free_bytes: int


class Station:
    """Looks and fetches from start() to stop(); outside of that all is Trouble.internal."""

    def __init__(self, grounds: Grounds) -> None:
        self._grounds = grounds
        self._folder = OwnFolder(grounds.folder)
        self._runner: Runner | None = None
        self._is_stopped = False

    async def start(self) -> None:
        """Open the way out and the folder.  Once is enough.

        Raises ConfigError about DOWNLOAD_FOLDER, and OSError.
        """
        if self._runner is None:
            folder = self._own_folder()
            await self._grounds.guard.start()
            self._runner = Runner(
                lambda: self._grounds.guard.url,
                folder,
                timeout_seconds=LOOK_SECONDS,
                min_free_bytes=self._grounds.min_free_bytes,
            )

    async def stop(self) -> None:
        """Close both, for good."""
        self._runner, self._is_stopped = None, True
        await self._grounds.guard.stop()
        self._folder.close()

    async def look(self, url: str) -> Media:
        """What *url* leads to; raises DownloadError."""
        try:
            return await self._open().look(url)
        except DownloadError as error:
            if self._is_stopped:  # the way out was closed meanwhile: no fault of anybody's
                raise DownloadError(Trouble.cancelled) from error
            raise

    @asynccontextmanager
    async def fetch(
        self, url: str, choice: Choice, limits: Limits, report: Callable[[Progress], None]
    ) -> AsyncIterator[Fetched]:
        """The finished file while the context lasts; raises DownloadError."""
        async with self._open().fetch(url, choice, limits, report) as fetched:
            yield fetched

    async def version(self) -> tuple[str, date]:
        """yt-dlp's version, and the day that it is from; raises DownloadError."""
        return await self._open().version()

    def _own_folder(self) -> Path:
        try:
            return self._folder.open()
        except OSError as exc:
            where = self._grounds.folder
            problem = f"{str(where)!r} cannot be used: {exc.strerror or exc}"
            raise ConfigError(SETTING, problem) from None

    def _open(self) -> Runner:
        if self._runner is None:
            raise DownloadError(Trouble.internal)
        return self._runner
