"""What a link leads to and what of it a person can have: values that everybody here shares."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Format = Literal["mp3", "mp4", "srt"]
Stage = Literal["waiting", "downloading", "converting", "sending"]

AUDIO_QUALITIES = ("128k", "192k", "320k")
VIDEO_QUALITIES = ("360p", "480p", "720p", "1080p")

KEY_LENGTH = 200
TITLE_LENGTH = 200
LANGUAGE_LENGTH = 16  # as wide as the column quality


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing to have: quality is one of the above, or the language tag of subtitles."""

    format: Format
    quality: str


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A choice that is to be had; size_bytes is an estimate, None if nobody can tell."""

    choice: Choice
    size_bytes: int | None = None


@dataclass(frozen=True, kw_only=True)
class Media:
    """What a link leads to.

    key: the same for every link to the same thing, at most KEY_LENGTH characters;
    title, performer: what the site says, bounded but not escaped; thumbnail: a small JPEG
    """

    key: str
    url: str
    site: str
    title: str
    performer: str | None
    duration_seconds: int | None
    thumbnail: bytes | None
    offers: tuple[Offer, ...]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one download may be: the file's megabytes, the medium's minutes, the work's seconds."""

    megabytes: int
    minutes: int
    seconds: int


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a download is; None is what nobody can tell."""

    stage: Stage
    done_bytes: int = 0
    total_bytes: int | None = None
    bytes_per_second: float | None = None
    seconds_left: float | None = None


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A finished file in a folder that is removed when the context ends."""

    path: Path
    size_bytes: int
    title: str
    performer: str | None
    duration_seconds: int | None
    width: int | None
    height: int | None
    thumbnail: Path | None
