"""Turns what was fetched into the file that was asked for: ffmpeg in a child of its own."""

from __future__ import annotations

import signal
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.downloads import ffmpeg
from bot.downloads.child_formats import ALMOST, nominal, offers
from bot.downloads.child_meter import MEGABYTE
from bot.downloads.ffmpeg import Found, Tags
from bot.downloads.media import TITLE_LENGTH, Choice, Fetched, Limits
from bot.downloads.process import run
from bot.downloads.trouble import DownloadError, Trouble

Json = dict[str, Any]

THUMBNAIL_BYTES = 200_000
FULL = (("File too large", Trouble.too_large), ("No space left", Trouble.disk))


@dataclass(frozen=True)
class Conversion:
    """Works in *folder* with the ffmpeg at *program*; bounds as in child_walls.set_limits."""

    folder: Path
    program: str
    bounds: dict[str, int]

    async def finished(self, about: Json, choice: Choice, limits: Limits) -> Fetched:
        """The file for *choice* from the parts that the child fetched; raises DownloadError."""
        parts = [self.folder / Path(name).name for name in about["parts"]]
        kinds = [await self.inspected(part, choice) for part in parts]
        seconds = max((kind.seconds or 0 for kind in kinds), default=0)
        if seconds > limits.minutes * 60:
            raise DownloadError(Trouble.too_long, str(limits.minutes))
        thumbnail = await self.picture(self.folder / "picture") if about["has_picture"] else None
        target = self.folder / _target(choice)
        names = [part.name for part in parts]
        await self._make(_words(about, choice, names, kinds, thumbnail))
        size = _size(target, limits)
        made = await self.inspected(target, choice)
        return _fetched(target, size, about, made, thumbnail)

    async def inspected(self, path: Path, choice: Choice) -> Found:
        """What is in the file; DownloadError(unsupported) if not what *choice* needs."""
        formats = ffmpeg.SUBTITLES if choice.format == "srt" else ffmpeg.MOVIES
        kind = await self._found(path, formats)
        wanted = {"srt": kind.subtitles, "mp3": kind.audio, "mp4": kind.video or kind.audio}
        if not wanted[choice.format]:
            raise DownloadError(Trouble.unsupported)
        return kind

    async def picture(self, path: Path) -> Path | None:
        """A small JPEG of the picture; None if it is none, or does not get small enough."""
        target = self.folder / "thumbnail.jpg"
        code, _ = await self._run(ffmpeg.to_jpeg(path.name, target.name))
        is_good = code == 0 and target.is_file() and 0 < target.stat().st_size <= THUMBNAIL_BYTES
        return target if is_good else None

    async def enlightened(self, about: Json, head: Path) -> Json:
        """*about* with the length, height and offers that the head of a bare file shows."""
        kind = await self._found(head, ffmpeg.MOVIES)
        if not (kind.audio or kind.video):
            return about  # an MP4 may tell at its end what it is
        seconds = about["duration_seconds"] or kind.seconds
        one = {
            "protocol": "http",
            "vcodec": kind.video or "none",
            "acodec": kind.audio or "none",
            "width": kind.width,
            "height": kind.height,
            "filesize": about["head_bytes"] or None,
        }
        seen = offers({"duration": seconds, "formats": [one]})
        return about | {"duration_seconds": round(seconds) if seconds else None, "offers": seen}

    async def _found(self, path: Path, formats: str) -> Found:
        _, said = await self._run(ffmpeg.inspect(path.name, formats))
        return ffmpeg.found(said)

    async def _make(self, words: list[str]) -> None:
        code, said = await self._run(words)
        if code == 0:
            return
        deaths = {-signal.SIGXFSZ: Trouble.too_large, -signal.SIGXCPU: Trouble.timeout}
        said_so = next((trouble for words, trouble in FULL if words in said), Trouble.unsupported)
        raise DownloadError(deaths.get(code, said_so))

    async def _run(self, words: list[str]) -> tuple[int, str]:
        task = {"task": "run", "program": self.program, "words": words, "limits": self.bounds}
        result = await run(task, self.folder)
        return result["code"], result["said"]


def tidy(text: str | None) -> str | None:
    """What a site calls something, in one bounded line without what does not show."""
    if text is None:
        return None
    shown = "".join(one if unicodedata.category(one)[0] != "C" else " " for one in text)
    return " ".join(shown.split())[:TITLE_LENGTH]


def _share(kind: Found, height: int) -> float:
    """Of the sides, what to keep so that the film is no higher than was asked for."""
    is_now = nominal(kind.width, kind.height) or height
    return height / is_now if is_now * ALMOST > height else 1.0


def _size(path: Path, limits: Limits) -> int:
    size = path.stat().st_size
    if size > limits.megabytes * MEGABYTE:
        raise DownloadError(Trouble.too_large, str(limits.megabytes))
    return size


def _fetched(path: Path, size: int, about: Json, made: Found, thumbnail: Path | None) -> Fetched:
    seconds = made.seconds or about["duration_seconds"]
    return Fetched(
        path=path,
        size_bytes=size,
        title=tidy(about["title"]) or "",
        performer=tidy(about["performer"]),
        duration_seconds=round(seconds) if seconds else None,
        width=made.width,
        height=made.height,
        thumbnail=thumbnail,
    )


def _target(choice: Choice) -> str:
    return f"finished.{choice.format}"


def _words(
    about: Json, choice: Choice, names: Sequence[str], kinds: Sequence[Found], cover: Path | None
) -> list[str]:
    """What to tell ffmpeg for that choice."""
    if choice.format == "srt":
        return ffmpeg.to_srt(names[0], _target(choice))
    tags = Tags(title=tidy(about["title"]) or "", performer=tidy(about["performer"]))
    if choice.format == "mp3":
        picture = cover.name if cover else None
        return ffmpeg.to_mp3(names[0], _target(choice), choice.quality, tags, picture)
    share = _share(kinds[0], int(choice.quality.removesuffix("p")))
    return ffmpeg.to_mp4(names, _target(choice), kinds, share, tags)
