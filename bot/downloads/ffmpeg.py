"""Which ffmpeg there is, the words to give it, and what it says about a file."""

from __future__ import annotations

import importlib.util
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass

BARS = ("-hide_banner", "-nostdin", "-y")
# A downloaded file may be a playlist in disguise, which makes ffmpeg open whatever it names.  So
# only containers that name no other file are recognised, and no protocol but files is known.
MOVIES = (
    "mov,matroska,mp3,aac,ac3,aiff,amr,ape,asf,avi,caf,flac,flv,mpeg,mpegts,ogg,tta,wav,webm,wv"
)
PICTURES = "jpeg_pipe,png_pipe,webp_pipe,webp_anim,gif,bmp_pipe"
SUBTITLES = "srt,webvtt,ass"

PICTURE_SIDE = 320
THREADS = 2
STREAM = re.compile(r"^\s+Stream #0:\d+.*?: (Video|Audio|Subtitle): (\w+)(.*)$", re.MULTILINE)
DURATION = re.compile(r"^\s+Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)", re.MULTILINE)
SHAPE = re.compile(r", (\d{1,5})x(\d{1,5})\b")
PIXELS = re.compile(r", (yuvj?\d\d\dp\w*|\w+)\(?")


@dataclass(frozen=True, kw_only=True)
class Found:
    """What is in a file; None is what is not there or not told."""

    seconds: float | None = None
    video: str | None = None
    pixels: str | None = None
    width: int | None = None
    height: int | None = None
    audio: str | None = None
    subtitles: str | None = None


@dataclass(frozen=True, kw_only=True)
class Tags:
    """What a player shows."""

    title: str
    performer: str | None


def program() -> str | None:
    """The path of the system's ffmpeg, else of the one that imageio-ffmpeg brings, else None."""
    system = shutil.which("ffmpeg")
    if system or not importlib.util.find_spec("imageio_ffmpeg"):
        return system
    import imageio_ffmpeg  # noqa: PLC0415  of the extra "media", which may be absent

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:  # a platform for which it brings none
        return None


def inspect(path: str, formats: str = MOVIES) -> list[str]:
    """The words to make it tell about a file; it ends with 1, having nowhere to write to."""
    return [*BARS, *_input(path, formats)]


def found(said: str) -> Found:
    """What `inspect` made it say; all None for a file that it does not take."""
    streams: dict[str, tuple[str, str]] = {}
    for kind, codec, rest in STREAM.findall(said):
        if "attached pic" not in rest:
            streams.setdefault(kind, (codec, rest))
    codec, rest = streams.get("Video", (None, ""))
    shape, pixels = SHAPE.search(rest), PIXELS.search(rest)
    return Found(
        seconds=_seconds(said),
        video=codec,
        pixels=pixels[1] if pixels else None,
        width=int(shape[1]) if shape else None,
        height=int(shape[2]) if shape else None,
        audio=streams.get("Audio", (None,))[0],
        subtitles=streams.get("Subtitle", (None,))[0],
    )


def to_mp3(source: str, target: str, bitrate: str, tags: Tags, cover: str | None) -> list[str]:
    """The words that make an MP3 of *bitrate* ("192k") with tags and, if given, a JPEG cover."""
    words = [*BARS, *_input(source, MOVIES)]
    if cover:
        # By its name it would be taken for one of a row of pictures: 1.jpg, 2.jpg, …
        words += ["-f", "jpeg_pipe", *_input(cover, PICTURES)]
    words += ["-map", "0:a:0", "-c:a", "libmp3lame", "-b:a", bitrate, "-ar", "44100", "-ac", "2"]
    if cover:
        words += ["-map", "1:v:0", "-c:v", "copy", "-disposition:v:0", "attached_pic"]
    return [*words, "-id3v2_version", "3", *_tags(tags), "-f", "mp3", f"file:{target}"]


def to_mp4(
    sources: Sequence[str], target: str, kinds: Sequence[Found], share: float, tags: Tags
) -> list[str]:
    """The words that make an MP4 of one source, or of pictures and sound apart.

    kinds: what is in each source; share: of the width and height to keep, 1 for all.  What every
    player shows is copied, everything else is coded again.
    """
    words = [*BARS, *(word for source in sources for word in _input(source, MOVIES))]
    words += ["-map", "0:v:0", "-map", f"{len(sources) - 1}:a:0?"]
    is_easy = kinds[0].video == "h264" and kinds[0].pixels in {"yuv420p", "yuvj420p"}
    words += ["-c:v", "copy"] if is_easy and share >= 1 else _coded(min(share, 1))
    words += ["-c:a", "copy"] if kinds[-1].audio == "aac" else ["-c:a", "aac", "-b:a", "128k"]
    return [*words, "-movflags", "+faststart", *_tags(tags), "-f", "mp4", f"file:{target}"]


def to_srt(source: str, target: str) -> list[str]:
    """The words that make an SRT of subtitles."""
    words = [*BARS, *_input(source, SUBTITLES), "-map", "0:s:0", "-c:s", "srt"]
    return [*words, "-f", "srt", f"file:{target}"]


def to_jpeg(source: str, target: str) -> list[str]:
    """The words that make a JPEG of a picture, neither side longer than PICTURE_SIDE."""
    side = PICTURE_SIDE
    fit = f"scale='min({side},iw)':'min({side},ih)':force_original_aspect_ratio=decrease"
    words = [*BARS, *_input(source, PICTURES), "-frames:v", "1", "-vf", f"{fit},format=yuvj420p"]
    return [*words, "-q:v", "4", "-map_metadata", "-1", "-f", "mjpeg", f"file:{target}"]


def _input(path: str, formats: str) -> list[str]:
    words = ["-protocol_whitelist", "file", "-format_whitelist", formats]
    return [*words, "-i", f"file:{path}"]


def _coded(share: float) -> list[str]:
    # H.264 wants even sides.
    fit = f"scale=trunc(iw*{share:.6f}/2)*2:trunc(ih*{share:.6f}/2)*2"
    words = ["-vf", fit, "-pix_fmt", "yuv420p", "-threads", str(THREADS)]
    return ["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", *words]


def _tags(tags: Tags) -> list[str]:
    """Ours instead of the file's own, which may tell more than the site does."""
    words = ["-map_metadata", "-1", "-map_chapters", "-1", "-metadata", f"title={tags.title}"]
    return [*words, "-metadata", f"artist={tags.performer}"] if tags.performer else words


def _seconds(said: str) -> float | None:
    told = DURATION.search(said)
    if not told:
        return None
    hours, minutes, seconds = told.groups()
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
