"""What the real yt-dlp says of an address, for tests of the media site."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import yt_dlp

from bot.sandbox.media_files import find_ffmpeg

QUIET = {"quiet": True, "no_warnings": True, "noprogress": True, "cachedir": False}


class Silent:
    """Says nothing: what went wrong is in the exception."""

    def debug(self, _: str) -> None:
        """Nothing."""

    warning = error = debug


async def look(url: str) -> dict[str, Any]:
    """What is there; raises yt_dlp's DownloadError."""
    return await asyncio.to_thread(_extract, url, {})


async def fetch(url: str, folder: Path, **options: Any) -> list[Path]:
    """What was downloaded into *folder*."""
    where = {"outtmpl": f"{folder}/%(id)s.%(ext)s", "ffmpeg_location": find_ffmpeg()}
    await asyncio.to_thread(_extract, url, where | options, download=True)
    return await asyncio.to_thread(lambda: sorted(folder.iterdir()))


def _extract(url: str, options: dict[str, Any], *, download: bool = False) -> dict[str, Any]:
    with yt_dlp.YoutubeDL({**QUIET, "logger": Silent(), **options}) as machine:
        found: dict[str, Any] = machine.extract_info(url, download=download)
    return found
